package shoal.tracker;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import shoal.announce.AnnounceException;
import shoal.announce.AnnounceFailure;
import shoal.announce.AnnounceLimits;
import shoal.announce.AnnounceReply;
import shoal.announce.SwarmFigures;
import shoal.announce.TrackerReply;
import shoal.announce.UdpReader;
import shoal.announce.UdpReply;
import shoal.announce.UdpRequest;
import shoal.announce.UdpWriter;
import shoal.bytes.InfoHash;

/**
 * The tracker over UDP (BEP 15, 41), beside HTTP on a port of the same number: one platform thread that reads a packet,
 * answers it and reads the next, two system calls for each. Until an address has shown with a connection id that
 * packets reach it, it gets 16 bytes for its 16 and else silence: a forged sender makes us hit nobody.
 */
final class UdpServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(UdpServer.class.getName());
    private static final int BUFFERED = 1 << 20;
    private static final int FAULTS_IN_A_ROW = 1_000;
    private static final long BETWEEN_COMPLAINTS = Duration.ofSeconds(5).toNanos();

    private final AnnounceDesk desk;
    private final ConnectionIds ids;
    private final DatagramChannel channel;
    private final Thread thread;
    private final ByteBuffer in = ByteBuffer.allocateDirect(AnnounceLimits.UDP_BYTES + 1);
    private final ByteBuffer out = ByteBuffer.allocateDirect(AnnounceLimits.UDP_BYTES);
    private long nextComplaint = System.nanoTime();

    /** Listens at {@code bind}; serves once {@link #start} is called. */
    UdpServer(InetSocketAddress bind, AnnounceDesk desk, ConnectionIds ids) throws IOException {
        this.desk = desk;
        this.ids = ids;
        this.channel = DatagramChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFERED);
            channel.bind(bind);
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot listen for UDP at " + bind.getHostString() + ":" + bind.getPort() + ": "
                    + e.getMessage(), e);
        }
        this.thread = Thread.ofPlatform().daemon().name("udp").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Where it listens. */
    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** Stops listening; returns when the packet under way is answered. */
    @Override
    public void close() {
        try {
            channel.close();
            if (thread.isAlive()) thread.join(Duration.ofSeconds(2));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "while closing", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        int faults = 0;
        while (channel.isOpen() && faults < FAULTS_IN_A_ROW) {
            try {
                serve();
                faults = 0;
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | RuntimeException e) {
                // one that cannot be answered, as where no way leads, is no reason to leave the others alone
                faults++;
                complain(e);
            }
        }
        if (channel.isOpen()) LOG.log(Level.ERROR, "nothing can be received: the UDP server has stopped");
    }

    private void complain(Exception e) {
        long now = System.nanoTime();
        if (now - nextComplaint < 0) return;
        nextComplaint = now + BETWEEN_COMPLAINTS;
        LOG.log(Level.WARNING, "a packet could not be served", e);
    }

    private void serve() throws IOException {
        var from = (InetSocketAddress) channel.receive(in.clear());
        if (from == null || from.getPort() == 0) return;
        in.flip();
        out.clear();
        answer(from.getAddress());
        if (out.flip().hasRemaining()) channel.send(out, from);
    }

    /** Writes the answer to what is in the one buffer into the other, or leaves that empty. */
    private void answer(InetAddress from) {
        if (in.remaining() < UdpReader.LEAST_REQUEST) {
            desk.dropped();
            return;
        }
        boolean connects = UdpReader.connects(in);
        if (!connects && !ids.isValid(UdpReader.connection(in), from)) {
            desk.dropped();
            return;
        }
        int transaction = UdpReader.transaction(in);
        UdpReply reply;
        try {
            reply = reply(UdpReader.request(in), from);
        } catch (AnnounceException e) {
            desk.dropped();
            if (connects) return;
            reply = new UdpReply.Failed(transaction, String.valueOf(e.getMessage()));
        }
        UdpWriter.write(reply, out, from.getAddress().length);
    }

    private UdpReply reply(UdpRequest request, InetAddress from) {
        return switch (request) {
            case UdpRequest.Connect connect -> {
                desk.connected(from);
                yield new UdpReply.Connected(connect.transaction(), ids.of(from));
            }
            case UdpRequest.Announce announce -> {
                TrackerReply reply =
                        desk.announce(announce.request(), from, PeerForm.packetTo(from), announce.path());
                yield switch (reply) {
                    case AnnounceReply good -> new UdpReply.Announced(announce.transaction(), good);
                    case AnnounceFailure failure -> new UdpReply.Failed(announce.transaction(), failure.reason());
                };
            }
            case UdpRequest.Scrape scrape -> scrape(scrape, from);
        };
    }

    private UdpReply scrape(UdpRequest.Scrape scrape, InetAddress from) {
        int transaction = scrape.transaction();
        // no URL comes with a scrape over UDP
        return switch (desk.scrape(scrape.hashes(), from, "", true)) {
            case AnnounceDesk.Refused(AnnounceFailure failure) -> new UdpReply.Failed(transaction, failure.reason());
            case AnnounceDesk.Told(var told) -> {
                List<SwarmFigures> figures = scrape.hashes().stream().map(hash -> figures(told.files(), hash)).toList();
                yield new UdpReply.Scraped(transaction, figures);
            }
        };
    }

    private static SwarmFigures figures(Map<InfoHash, SwarmFigures> files, InfoHash hash) {
        return files.getOrDefault(hash, SwarmFigures.NONE);
    }
}
