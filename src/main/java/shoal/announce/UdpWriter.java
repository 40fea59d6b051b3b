package shoal.announce;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import shoal.bytes.InfoHash;

/** Packets of BEP 15 to bytes, from the buffer's position on; {@link AnnounceLimits#UDP_BYTES} are room for any. */
public final class UdpWriter {
    static final int CONNECT = 0;
    static final int ANNOUNCE = 1;
    static final int SCRAPE = 2;
    static final int ERROR = 3;
    static final int OPTION_END = 0;
    static final int OPTION_NOTHING = 1;
    static final int OPTION_URL = 2;
    private static final int OPTION_BYTES = 255;

    private UdpWriter() {}

    /** Writes what a client says. */
    public static void write(UdpRequest request, ByteBuffer out) {
        switch (request) {
            case UdpRequest.Connect connect ->
                out.putLong(UdpRequest.PROTOCOL).putInt(CONNECT).putInt(connect.transaction());
            case UdpRequest.Announce announce -> {
                out.putLong(announce.connection()).putInt(ANNOUNCE).putInt(announce.transaction());
                write(announce.request(), out);
                write(announce.path(), out);
            }
            case UdpRequest.Scrape scrape -> {
                out.putLong(scrape.connection()).putInt(SCRAPE).putInt(scrape.transaction());
                for (InfoHash hash : scrape.hashes()) hash.write(out);
            }
        }
    }

    private static void write(AnnounceRequest request, ByteBuffer out) {
        request.infoHash().write(out);
        request.peerId().write(out);
        out.putLong(request.downloaded()).putLong(request.left()).putLong(request.uploaded());
        out.putInt(number(request.event()));
        out.putInt(0); // our address is where the packet comes from
        out.putInt(request.key()).putInt(request.numWant()).putShort((short) request.port());
    }

    private static void write(String path, ByteBuffer out) {
        byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < bytes.length; at += OPTION_BYTES) {
            int length = Math.min(OPTION_BYTES, bytes.length - at);
            out.put((byte) OPTION_URL).put((byte) length).put(bytes, at, length);
        }
        // an end that is not needed is left out: libtorrent's packets have none either
    }

    static int number(AnnounceEvent event) {
        return switch (event) {
            case NONE -> 0;
            case COMPLETED -> 1;
            case STARTED -> 2;
            case STOPPED -> 3;
            case PAUSED -> 4;
        };
    }

    /** Writes what a tracker says to an address of {@code addressBytes} (4 or 16), to which peers of its kind go. */
    public static void write(UdpReply reply, ByteBuffer out, int addressBytes) {
        switch (reply) {
            case UdpReply.Connected connected ->
                out.putInt(CONNECT).putInt(connected.transaction()).putLong(connected.connection());
            case UdpReply.Announced announced -> {
                AnnounceReply good = announced.reply();
                out.putInt(ANNOUNCE).putInt(announced.transaction());
                out.putInt(Math.toIntExact(good.interval().toSeconds()));
                out.putInt(good.leechers()).putInt(good.seeders());
                good.peers().write(out, addressBytes);
            }
            case UdpReply.Scraped scraped -> {
                out.putInt(SCRAPE).putInt(scraped.transaction());
                for (SwarmFigures swarm : scraped.figures()) {
                    out.putInt(swarm.seeders()).putInt(swarm.downloaded()).putInt(swarm.leechers());
                }
            }
            case UdpReply.Failed failed -> {
                byte[] reason = failed.reason().getBytes(StandardCharsets.UTF_8);
                out.putInt(ERROR).putInt(failed.transaction());
                out.put(reason, 0, Math.min(reason.length, AnnounceLimits.TEXT_CHARACTERS));
            }
        }
    }
}
