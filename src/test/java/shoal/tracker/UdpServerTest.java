package shoal.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shoal.announce.AnnounceEvent;
import shoal.announce.AnnounceLimits;
import shoal.announce.AnnounceReply;
import shoal.announce.AnnounceRequest;
import shoal.announce.SwarmFigures;
import shoal.announce.UdpReader;
import shoal.announce.UdpReply;
import shoal.announce.UdpRequest;
import shoal.announce.UdpWriter;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

/** The tracker over UDP, asked packet by packet: rows E1, E3, E4, E6, E8 and E10. */
@Timeout(60)
final class UdpServerTest {
    private static final InetAddress HOME = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("127.0.0.2");
    private static final InetAddress SIX = InetAddress.ofLiteral("::1");
    private static final InfoHash HASH = new InfoHash(1, 2, 3);

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Tracker tracker;

    @AfterEach
    void close() {
        tracker.close();
    }

    private void start(InetAddress bind, AccessFiles files) throws IOException {
        tracker = Tracker.start(
                new InetSocketAddress(bind, 0), folder.resolve("data"), TrackerLimits.DEFAULT, files);
    }

    private void start(InetAddress bind) throws IOException {
        start(bind, AccessFiles.NONE);
    }

    /** One socket of a client. */
    private final class Client implements AutoCloseable {
        private final DatagramSocket socket;
        private final InetAddress from;

        Client(InetAddress from) throws IOException {
            this.from = from;
            socket = new DatagramSocket(0, from);
            socket.connect(new InetSocketAddress(tracker.address().getAddress(), tracker.address().getPort()));
            socket.setSoTimeout(20_000);
        }

        void send(byte[] packet) throws IOException {
            socket.send(new DatagramPacket(packet, packet.length));
        }

        void send(UdpRequest request) throws IOException {
            send(bytes(request));
        }

        ByteBuffer next() throws IOException {
            var packet = new DatagramPacket(new byte[4096], 4096);
            socket.receive(packet);
            return ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
        }

        UdpReply ask(UdpRequest request) throws Exception {
            send(request);
            UdpReply reply = UdpReader.reply(next(), from.getAddress().length);
            assertEquals(request.transaction(), reply.transaction());
            return reply;
        }

        long connect() throws Exception {
            return assertInstanceOf(UdpReply.Connected.class, ask(new UdpRequest.Connect(77))).connection();
        }

        AnnounceReply announce(long connection, int port, long left, int want) throws Exception {
            var request = new UdpRequest.Announce(connection, port, request(port, left, want), "");
            return assertInstanceOf(UdpReply.Announced.class, ask(request)).reply();
        }

        String refusal(UdpRequest request) throws Exception {
            return assertInstanceOf(UdpReply.Failed.class, ask(request)).reason();
        }

        /** Nothing came in answer to what was sent before: what answers this comes first. */
        void assertSilence() throws Exception {
            connect();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static byte[] bytes(UdpRequest request) {
        ByteBuffer out = ByteBuffer.allocate(AnnounceLimits.UDP_BYTES);
        UdpWriter.write(request, out);
        var bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }

    private static AnnounceRequest request(int port, long left, int want) {
        return new AnnounceRequest(HASH, PeerId.random(new SplittableRandom(port)), port, 0, 0, left,
                AnnounceEvent.STARTED, want, 0);
    }

    @Test
    void peersFindEachOtherInTheSwarmThatHttpKnowsToo() throws Exception {
        start(HOME);
        try (var first = new Client(HOME); var second = new Client(OTHER)) {
            assertTrue(first.announce(first.connect(), 6001, 0, -1).peers().isEmpty());
            AnnounceReply reply = second.announce(second.connect(), 6002, 9, -1);
            assertEquals(List.of(Endpoint.parse("127.0.0.1:6001")), reply.peers().list());
            assertEquals(1, reply.seeders());
            assertEquals(1, reply.leechers());
            assertEquals(2, tracker.peers());
            long connection = first.connect();
            var scrape = new UdpRequest.Scrape(connection, 5, List.of(new InfoHash(9, 9, 9), HASH));
            assertEquals(new UdpReply.Scraped(5, List.of(SwarmFigures.NONE, new SwarmFigures(1, 1, 0))),
                    first.ask(scrape));
        }
    }

    @Test
    void peersWithIpv6GetPeersWithIpv6() throws Exception {
        start(InetAddress.ofLiteral("::"));
        try (var four = new Client(HOME); var six = new Client(SIX); var other = new Client(SIX)) {
            four.announce(four.connect(), 6001, 0, -1);
            assertTrue(six.announce(six.connect(), 6002, 0, -1).peers().isEmpty());
            assertEquals(List.of(Endpoint.parse("[::1]:6002")),
                    other.announce(other.connect(), 6003, 9, -1).peers().list());
            assertEquals(3, tracker.peers());
        }
    }

    @Test
    void asManyPeersComeAsFitAPacket() throws Exception {
        start(InetAddress.ofLiteral("::"));
        try (var four = new Client(HOME); var six = new Client(SIX)) {
            long connection = four.connect();
            for (int port = 1001; port <= 1250; port++) four.announce(connection, port, 9, 0);
            assertEquals(200, four.announce(connection, 1, 9, Integer.MAX_VALUE).peers().size());
            connection = six.connect();
            for (int port = 1001; port <= 1250; port++) six.announce(connection, port, 9, 0);
            six.send(new UdpRequest.Announce(connection, 1, request(1, 9, 200), ""));
            assertEquals(20 + 67 * 18, six.next().remaining());
        }
    }

    /** Rows E1 and E3. */
    @Test
    void whoHasNoConnectionIdIsNotAnsweredAndNotRegistered() throws Exception {
        start(HOME);
        try (var client = new Client(HOME); var other = new Client(OTHER)) {
            long stolen = other.connect();
            for (long id : new long[] {0, -1, stolen, stolen + 1, UdpRequest.PROTOCOL, 42}) {
                client.send(new UdpRequest.Announce(id, 1, request(6001, 0, -1), "/announce"));
                client.send(new UdpRequest.Scrape(id, 1, List.of(HASH)));
            }
            client.assertSilence();
            assertEquals(0, tracker.peers());
            other.announce(stolen, 6001, 0, -1);
            assertEquals(1, tracker.peers(), "there it is good");
        }
    }

    /** Row E3: whatever somebody sends in the name of another, not one byte more reaches that one. */
    @Test
    void toAStrangerGoesNeverMoreThanCame() throws Exception {
        start(HOME);
        try (var client = new Client(HOME)) {
            var random = new SplittableRandom(8);
            byte[] connect = bytes(new UdpRequest.Connect(5));
            int sent = 0;
            for (int i = 0; i < 3_000; i++) {
                var packet = new byte[i % 3 == 0 ? random.nextInt(2_500) : random.nextInt(120)];
                random.nextBytes(packet);
                if (i % 2 == 0) System.arraycopy(connect, 0, packet, 0, Math.min(packet.length, 12));
                client.send(packet);
                // what is no whole connect is not answered at all
                boolean answered = i % 2 == 0 && packet.length >= 16 && packet.length <= AnnounceLimits.UDP_BYTES;
                if (!answered) continue;
                assertEquals(16, client.next().remaining());
                sent++;
            }
            assertTrue(sent > 500, "some of them are answered");
            client.assertSilence();
        }
    }

    /** Row E4: the field for an address, which BEP 15 has, is anybody's. */
    @Test
    void nobodyElsesAddressIsRegistered() throws Exception {
        start(HOME);
        try (var client = new Client(HOME); var other = new Client(OTHER)) {
            byte[] packet = bytes(new UdpRequest.Announce(client.connect(), 1, request(6001, 0, -1), ""));
            ByteBuffer.wrap(packet).putInt(84, 0x08080808);
            client.send(packet);
            client.next();
            assertEquals(List.of(Endpoint.parse("127.0.0.1:6001")),
                    other.announce(other.connect(), 6002, 9, -1).peers().list());
            byte[] stop = bytes(new UdpRequest.Announce(other.connect(), 1, new AnnounceRequest(HASH,
                    PeerId.random(new SplittableRandom(6001)), 6001, 0, 0, 0, AnnounceEvent.STOPPED, 0, 0), ""));
            ByteBuffer.wrap(stop).putInt(84, 0x7f000001);
            other.send(stop);
            other.next();
            assertEquals(2, tracker.peers(), "row E5: nor is it removed");
        }
    }

    /** Rows E6 and E8. */
    @Test
    void whatIsWrongIsSaidToWhoHasAnId() throws Exception {
        start(HOME);
        try (var client = new Client(HOME)) {
            long connection = client.connect();
            byte[] packet = bytes(new UdpRequest.Announce(connection, 3, request(6001, 0, -1), ""));
            ByteBuffer.wrap(packet).putShort(96, (short) 0);
            client.send(packet);
            assertEquals(new UdpReply.Failed(3, "port is missing"), UdpReader.reply(client.next(), 4));
            client.send(ByteBuffer.allocate(16).putLong(connection).putInt(2).putInt(4).array());
            assertEquals(new UdpReply.Failed(4, "a full scrape is refused: name an info_hash"),
                    UdpReader.reply(client.next(), 4));
            var most = new UdpRequest.Scrape(connection, 5, Collections.nCopies(74, HASH));
            assertEquals(74, assertInstanceOf(UdpReply.Scraped.class, client.ask(most)).figures().size());
            assertEquals(0, tracker.peers());
        }
    }

    @Test
    void onlyWhoHasAKeyIsServedAndAKeyThatIsStruckOutIsNone() throws Exception {
        Path keys = Files.writeString(folder.resolve("keys"), "# ours\nalicealice the first\nbob-bob_bob1\n");
        Path deny = Files.writeString(folder.resolve("deny"), new InfoHash(7, 7, 7).hex() + "\n");
        var files = new AccessFiles(Optional.empty(), Optional.of(deny),
                Optional.of(keys));
        start(HOME, files);
        try (var client = new Client(HOME)) {
            long id = client.connect();
            AnnounceRequest request = request(6001, 0, -1);
            for (String path : List.of("", "/announce", "/wrongwrong/announce", "/alicealice",
                    "/a/alicealice/announce")) {
                String said = client.refusal(new UdpRequest.Announce(id, 1, request, path));
                assertTrue(said.contains("key"), said);
            }
            assertTrue(client.refusal(new UdpRequest.Scrape(id, 1, List.of(HASH))).contains("private"));
            var good = new UdpRequest.Announce(id, 1, request, "/alicealice/announce");
            assertInstanceOf(UdpReply.Announced.class, client.ask(good));
            var asked = new UdpRequest.Announce(id, 1, request, "/bob-bob_bob1/announce?a=b");
            assertInstanceOf(UdpReply.Announced.class, client.ask(asked));
            Files.writeString(keys, "bob-bob_bob1\n");
            while (!(client.ask(good) instanceof UdpReply.Failed)) Thread.onSpinWait();
            assertInstanceOf(UdpReply.Announced.class, client.ask(asked));
        }
    }
}
