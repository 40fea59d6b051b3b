package shoal.discovery;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.announce.AnnounceException;
import shoal.announce.AnnounceFailure;
import shoal.announce.AnnounceLimits;
import shoal.announce.AnnounceRequest;
import shoal.announce.TrackerReply;
import shoal.announce.UdpReader;
import shoal.announce.UdpReply;
import shoal.announce.UdpRequest;
import shoal.announce.UdpWriter;

/**
 * A tracker that is asked over UDP (BEP 15, 41). The first try is a short one, so that a single lost packet holds up
 * nobody long; after that, a packet is sent again after 15 s, then 30 s. A connection id is used for a minute. If the
 * host has several addresses, they are tried in turn, the one that answered last first.
 *
 * <p>Only what comes from the address and port that were asked, with the transaction's number, is an answer.
 */
public final class UdpTracker extends TrackerSource {
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(5);
    private static final Duration MOST_PATIENCE = Duration.ofSeconds(60);
    private static final Duration RESEND = Duration.ofSeconds(15);
    private static final Duration ONE_OF_SEVERAL = Duration.ofSeconds(2);
    private static final Duration CONNECTION_LIFE = Duration.ofSeconds(60);
    private static final long NANOS_A_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int MOST_ADDRESSES = 8;
    private static final int MOST_REPLY = 16 << 10;

    private final RandomGenerator random;
    private final Duration life;
    private final String path;
    private final Map<InetAddress, Connection> connections = new HashMap<>();
    private @Nullable InetAddress answeredLast;

    /** What the tracker at one address gave us, and when, by the clock of {@code System.nanoTime}. */
    private record Connection(long id, long since) {}

    /**
     * The tracker at {@code announce}, a URL like {@code udp://host:6969/announce}.
     *
     * @throws IllegalArgumentException if the URL is of another kind
     */
    public UdpTracker(URI announce, RandomGenerator random) {
        this(announce, random, CONNECTION_LIFE);
    }

    UdpTracker(URI announce, RandomGenerator random, Duration life) {
        super(announce, random);
        if (!AnnounceUrl.isUdp(announce)) throw new IllegalArgumentException("not a udp tracker: " + announce);
        AnnounceUrl.check(announce);
        URI ascii = URI.create(announce.toASCIIString());
        String query = ascii.getRawQuery() == null ? "" : "?" + ascii.getRawQuery();
        this.path = (ascii.getRawPath() == null ? "" : ascii.getRawPath()) + query;
        if (path.length() > AnnounceLimits.UDP_PATH_BYTES) {
            throw new IllegalArgumentException("a tracker URL with too long a path: " + announce);
        }
        this.random = random;
        this.life = life;
    }

    @Override
    Duration patience(int failures) {
        if (failures == 0) return FIRST_PATIENCE;
        Duration longer = RESEND.multipliedBy(1L << Math.min(failures - 1, 8));
        return longer.compareTo(MOST_PATIENCE) < 0 ? longer : MOST_PATIENCE;
    }

    @Override
    TrackerReply ask(AnnounceRequest request, Duration deadline) throws IOException, AnnounceException {
        long end = System.nanoTime() + deadline.toNanos();
        IOException trouble = null;
        List<InetAddress> addresses = addresses(deadline);
        for (int i = 0; i < addresses.size(); i++) {
            long all = end - System.nanoTime();
            if (all <= 0) break;
            InetAddress address = addresses.get(i);
            long some = i == addresses.size() - 1 ? all : Math.min(all, ONE_OF_SEVERAL.toNanos());
            try (var socket = new DatagramSocket()) {
                TrackerReply reply = ask(socket, address, request, System.nanoTime() + some);
                answeredLast = address;
                return reply;
            } catch (IOException e) {
                // the tracker may be another one now, which does not know the id
                connections.remove(address);
                if (trouble == null || !(e instanceof SocketTimeoutException)) trouble = e;
            }
        }
        if (trouble instanceof SocketTimeoutException || trouble == null) {
            throw new SocketTimeoutException("no answer within " + deadline.toMillis() + " ms");
        }
        throw trouble;
    }

    private List<InetAddress> addresses(Duration deadline) throws IOException {
        var addresses = new ArrayList<>(Lookup.resolve(url().getHost(), deadline));
        boolean local = addresses.stream().anyMatch(PlainHttp::isLocal);
        if (local && !AnnounceUrl.looksLikeOne(url())) {
            throw new IOException("nobody from outside may lead to " + url().getHost());
        }
        InetAddress best = answeredLast;
        if (best != null && addresses.remove(best)) addresses.addFirst(best);
        return addresses.subList(0, Math.min(addresses.size(), MOST_ADDRESSES));
    }

    private TrackerReply ask(DatagramSocket socket, InetAddress address, AnnounceRequest request, long end)
            throws IOException, AnnounceException {
        socket.connect(new InetSocketAddress(address, url().getPort()));
        Connection known = connections.get(address);
        boolean isOld = known != null && System.nanoTime() - known.since() < life.toNanos();
        Connection connection = isOld && known != null ? known : connect(socket, address, end);
        UdpReply reply = announce(socket, connection, request, end);
        if (reply instanceof UdpReply.Failed && isOld) {
            // so a tracker that was restarted says that it does not know the id
            reply = announce(socket, connect(socket, address, end), request, end);
        }
        return switch (reply) {
            case UdpReply.Announced announced -> announced.reply();
            case UdpReply.Failed failed -> new AnnounceFailure(failed.reason(), Optional.empty(), false);
            case UdpReply.Connected connected -> throw new AnnounceException("the tracker answers another question");
            case UdpReply.Scraped scraped -> throw new AnnounceException("the tracker answers another question");
        };
    }

    private UdpReply announce(DatagramSocket socket, Connection connection, AnnounceRequest request, long end)
            throws IOException {
        return exchange(socket, new UdpRequest.Announce(connection.id(), random.nextInt(), request, path), end);
    }

    private Connection connect(DatagramSocket socket, InetAddress address, long end)
            throws IOException, AnnounceException {
        UdpReply reply = exchange(socket, new UdpRequest.Connect(random.nextInt()), end);
        if (reply instanceof UdpReply.Failed failed) throw new AnnounceException(failed.reason());
        if (!(reply instanceof UdpReply.Connected connected)) {
            throw new AnnounceException("the tracker answers another question");
        }
        var connection = new Connection(connected.connection(), System.nanoTime());
        connections.put(address, connection);
        return connection;
    }

    /** Sends a packet, again after 15 s and 30 s, until its answer comes. */
    private static UdpReply exchange(DatagramSocket socket, UdpRequest request, long end) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(AnnounceLimits.UDP_BYTES);
        UdpWriter.write(request, out);
        for (Duration wait = RESEND; ; wait = wait.multipliedBy(2)) {
            socket.send(new DatagramPacket(out.array(), out.position()));
            long now = System.nanoTime();
            Optional<UdpReply> reply = await(socket, request, Math.min(end - now, wait.toNanos()) + now);
            if (reply.isPresent()) return reply.get();
            if (end - System.nanoTime() <= 0) throw new SocketTimeoutException("no answer");
        }
    }

    private static Optional<UdpReply> await(DatagramSocket socket, UdpRequest request, long until)
            throws IOException {
        int addressBytes = socket.getInetAddress().getAddress().length;
        var packet = new DatagramPacket(new byte[MOST_REPLY], MOST_REPLY);
        while (true) {
            long left = until - System.nanoTime();
            if (left <= 0) return Optional.empty();
            // upwards: in a last part of a millisecond the packet would be sent again and again
            socket.setSoTimeout(Math.toIntExact(Math.ceilDiv(left, NANOS_A_MILLI)));
            try {
                packet.setLength(MOST_REPLY);
                socket.receive(packet);
                UdpReply reply =
                        UdpReader.reply(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()), addressBytes);
                if (reply.transaction() == request.transaction()) return Optional.of(reply);
            } catch (SocketTimeoutException e) {
                return Optional.empty();
            } catch (AnnounceException e) {
                // row D10: anybody can send anything; what was waited for may still come
            }
        }
    }
}
