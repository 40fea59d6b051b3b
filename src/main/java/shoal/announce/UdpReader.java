package shoal.announce;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

/** Bytes to packets of BEP 15, from the buffer's position to its limit. A packet is whole or it is none. */
public final class UdpReader {
    /** Bytes of the shortest request. */
    public static final int LEAST_REQUEST = 16;

    private static final int ANNOUNCE_BYTES = 98;
    private static final int LEAST_REPLY = 8;

    private UdpReader() {}

    /** Whether a request of at least {@link #LEAST_REQUEST} bytes asks for a connection id, and needs none. */
    public static boolean connects(ByteBuffer in) {
        return connection(in) == UdpRequest.PROTOCOL && in.getInt(in.position() + 8) == UdpWriter.CONNECT;
    }

    /** The connection id of a request that has at least {@link #LEAST_REQUEST} bytes. */
    public static long connection(ByteBuffer in) {
        return in.getLong(in.position());
    }

    /** The number that the reply to a request must have; the request has at least {@link #LEAST_REQUEST} bytes. */
    public static int transaction(ByteBuffer in) {
        return in.getInt(in.position() + 12);
    }

    /** Reads what a client says. Whose address it names is not read: it is the packet's (BEP 15 leaves that to us). */
    public static UdpRequest request(ByteBuffer in) throws AnnounceException {
        if (in.remaining() < LEAST_REQUEST) throw new AnnounceException("the packet is too short");
        if (in.remaining() > AnnounceLimits.UDP_BYTES) throw new AnnounceException("the packet is too long");
        long connection = in.getLong();
        int action = in.getInt();
        int transaction = in.getInt();
        return switch (action) {
            case UdpWriter.CONNECT -> {
                if (connection != UdpRequest.PROTOCOL) throw new AnnounceException("another protocol");
                yield new UdpRequest.Connect(transaction);
            }
            case UdpWriter.ANNOUNCE -> {
                if (in.remaining() < ANNOUNCE_BYTES - LEAST_REQUEST) throw new AnnounceException("a short announce");
                AnnounceRequest request = announce(in);
                yield new UdpRequest.Announce(connection, transaction, request, path(in));
            }
            case UdpWriter.SCRAPE -> scrape(connection, transaction, in);
            default -> throw new AnnounceException("the action is none of connect, announce, scrape");
        };
    }

    private static AnnounceRequest announce(ByteBuffer in) throws AnnounceException {
        InfoHash infoHash = InfoHash.read(in);
        PeerId peerId = PeerId.read(in);
        long downloaded = in.getLong();
        long left = in.getLong();
        long uploaded = in.getLong();
        int event = in.getInt();
        in.getInt(); // an address: anybody's
        int key = in.getInt();
        int numWant = in.getInt();
        int port = Short.toUnsignedInt(in.getShort());
        if (downloaded < 0 || left < 0 || uploaded < 0) throw new AnnounceException("a byte count is negative");
        if (numWant < AnnounceRequest.ANY_NUMBER) throw new AnnounceException("numwant is out of range");
        if (port == 0) throw new AnnounceException("port is missing");
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, event(event), numWant, key);
    }

    private static AnnounceEvent event(int number) throws AnnounceException {
        return switch (number) {
            case 0 -> AnnounceEvent.NONE;
            case 1 -> AnnounceEvent.COMPLETED;
            case 2 -> AnnounceEvent.STARTED;
            case 3 -> AnnounceEvent.STOPPED;
            case 4 -> AnnounceEvent.PAUSED;
            default -> throw new AnnounceException("the event is none of 0 to 4");
        };
    }

    /** BEP 41: options, of which those of the URL together are its path and query. Unknown ones are skipped. */
    private static String path(ByteBuffer in) throws AnnounceException {
        if (!in.hasRemaining()) return "";
        var path = new StringBuilder();
        while (in.hasRemaining()) {
            int option = Byte.toUnsignedInt(in.get());
            if (option == UdpWriter.OPTION_END) break;
            if (option == UdpWriter.OPTION_NOTHING) continue;
            int length = in.hasRemaining() ? Byte.toUnsignedInt(in.get()) : Integer.MAX_VALUE;
            if (length > in.remaining()) throw new AnnounceException("an option is cut off");
            for (int i = 0; i < length; i++) {
                byte c = in.get();
                if (option != UdpWriter.OPTION_URL) continue;
                if (c <= ' ' || c == 127) throw new AnnounceException("the URL's path is not printable");
                path.append((char) c);
            }
        }
        in.position(in.limit());
        if (path.length() > AnnounceLimits.UDP_PATH_BYTES) throw new AnnounceException("the URL's path is too long");
        return path.toString();
    }

    private static UdpRequest.Scrape scrape(long connection, int transaction, ByteBuffer in) throws AnnounceException {
        int count = in.remaining() / InfoHash.BYTES;
        if (count == 0) throw new AnnounceException("a full scrape is refused: name an info_hash");
        if (in.remaining() % InfoHash.BYTES != 0) throw new AnnounceException("a hash is cut off");
        if (count > AnnounceLimits.SCRAPE_HASHES) throw new AnnounceException("too many hashes at once");
        var hashes = new ArrayList<InfoHash>(count);
        while (in.hasRemaining()) hashes.add(InfoHash.read(in));
        return new UdpRequest.Scrape(connection, transaction, hashes);
    }

    /**
     * Reads what a tracker says that we asked from an address of {@code addressBytes} (4 or 16). As over HTTP, bad
     * peers are skipped, numbers are brought into their range and texts are cut and cleaned.
     */
    public static UdpReply reply(ByteBuffer in, int addressBytes) throws AnnounceException {
        if (in.remaining() < LEAST_REPLY) throw new AnnounceException("the tracker's packet is too short");
        int action = in.getInt();
        int transaction = in.getInt();
        return switch (action) {
            case UdpWriter.CONNECT -> {
                if (in.remaining() < 8) throw new AnnounceException("the tracker's packet is too short");
                yield new UdpReply.Connected(transaction, in.getLong());
            }
            case UdpWriter.ANNOUNCE -> {
                if (in.remaining() < 12) throw new AnnounceException("the tracker's packet is too short");
                yield new UdpReply.Announced(transaction, announced(in, addressBytes));
            }
            case UdpWriter.SCRAPE -> {
                var figures = new ArrayList<SwarmFigures>();
                while (in.remaining() >= 12 && figures.size() < AnnounceLimits.SCRAPE_HASHES) {
                    int seeders = count(in);
                    int downloaded = count(in);
                    figures.add(new SwarmFigures(seeders, count(in), downloaded));
                }
                yield new UdpReply.Scraped(transaction, figures);
            }
            case UdpWriter.ERROR -> {
                var reason = new byte[Math.min(in.remaining(), 4 * AnnounceLimits.TEXT_CHARACTERS)];
                in.get(reason);
                yield new UdpReply.Failed(transaction, ReplyReader.clean(new String(reason, StandardCharsets.UTF_8)));
            }
            default -> throw new AnnounceException("the tracker's packet is none of BEP 15");
        };
    }

    private static AnnounceReply announced(ByteBuffer in, int addressBytes) {
        Duration interval = ReplyReader.clamped(in.getInt());
        int leechers = count(in);
        int seeders = count(in);
        var peers = new ArrayList<Endpoint>();
        ReplyReader.addCompact(peers, in, addressBytes + 2);
        return new AnnounceReply(interval, Duration.ZERO, seeders, leechers, 0, CompactPeers.of(peers), Map.of(),
                Optional.empty(), Optional.empty());
    }

    private static int count(ByteBuffer in) {
        return Math.max(0, in.getInt());
    }
}
