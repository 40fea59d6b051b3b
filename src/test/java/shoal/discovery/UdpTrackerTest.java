package shoal.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.announce.AnnounceEvent;
import shoal.announce.AnnounceException;
import shoal.announce.AnnounceFailure;
import shoal.announce.AnnounceReply;
import shoal.announce.AnnounceRequest;
import shoal.announce.TrackerReply;
import shoal.announce.UdpReader;
import shoal.announce.UdpRequest;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

/** A tracker over UDP that does what a test says, packet by packet: rows D10 and D11. */
@Timeout(60)
final class UdpTrackerTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final AnnounceRequest REQUEST = new AnnounceRequest(new InfoHash(1, 2, 3),
            PeerId.random(new SplittableRandom(1)), 6881, 0, 0, 0, AnnounceEvent.STARTED, -1, 7);

    /** The tracker's end. */
    private static final class FakeTracker implements AutoCloseable {
        final DatagramSocket socket;
        private InetSocketAddress asker = new InetSocketAddress(0);
        private int transaction;

        FakeTracker() throws IOException {
            socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        }

        URI url(String host, String path) {
            return URI.create("udp://" + host + ":" + socket.getLocalPort() + path);
        }

        UdpRequest next() throws Exception {
            var packet = new DatagramPacket(new byte[2048], 2048);
            socket.receive(packet);
            asker = (InetSocketAddress) packet.getSocketAddress();
            UdpRequest request = UdpReader.request(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
            transaction = request.transaction();
            return request;
        }

        UdpRequest.Announce nextAnnounce() throws Exception {
            return assertInstanceOf(UdpRequest.Announce.class, next());
        }

        void say(DatagramSocket from, ByteBuffer packet) throws IOException {
            var bytes = new byte[packet.position()];
            packet.get(0, bytes);
            from.send(new DatagramPacket(bytes, bytes.length, asker));
        }

        void connect(long id) throws Exception {
            assertInstanceOf(UdpRequest.Connect.class, next());
            say(socket, ByteBuffer.allocate(16).putInt(0).putInt(transaction).putLong(id));
        }

        ByteBuffer announced(int transactionToo, int lastByte) {
            return ByteBuffer.allocate(26).putInt(1).putInt(transactionToo).putInt(1800).putInt(0).putInt(1)
                    .putInt(0x01020300 + lastByte).putShort((short) 258);
        }

        void answer() throws IOException {
            say(socket, announced(transaction, 4));
        }

        void refuse(String reason) throws IOException {
            byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
            say(socket, ByteBuffer.allocate(200).putInt(3).putInt(transaction).put(text));
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static CompletableFuture<TrackerReply> asked(UdpTracker tracker, Duration deadline) {
        var answer = new CompletableFuture<TrackerReply>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(tracker.ask(REQUEST, deadline));
            } catch (IOException | AnnounceException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private static UdpTracker tracker(URI url) {
        return new UdpTracker(url, new SplittableRandom(1));
    }

    private static List<Endpoint> peers(CompletableFuture<TrackerReply> answer) {
        return assertInstanceOf(AnnounceReply.class, answer.join()).peers().list();
    }

    @Test
    void aConnectionIsUsedAgainUntilItIsTooOld() throws Exception {
        try (var fake = new FakeTracker()) {
            UdpTracker tracker = tracker(fake.url("127.0.0.1", "/announce"));
            var first = asked(tracker, LONG);
            fake.connect(42);
            UdpRequest.Announce announce = fake.nextAnnounce();
            assertEquals(42, announce.connection());
            assertEquals("/announce", announce.path());
            assertEquals(REQUEST, announce.request());
            fake.answer();
            assertEquals(List.of(Endpoint.parse("1.2.3.4:258")), peers(first));
            var second = asked(tracker, LONG);
            UdpRequest.Announce again = fake.nextAnnounce();
            assertEquals(42, again.connection());
            assertNotEquals(announce.transaction(), again.transaction());
            fake.answer();
            second.join();
            var old = new UdpTracker(fake.url("127.0.0.1", "/announce"), new SplittableRandom(2), Duration.ZERO);
            for (int i = 0; i < 2; i++) {
                var answer = asked(old, LONG);
                fake.connect(50 + i);
                assertEquals(50 + i, fake.nextAnnounce().connection());
                fake.answer();
                answer.join();
            }
        }
    }

    /** BEP 41. */
    @Test
    void pathAndQueryOfTheUrlGoWithAnAnnounce() throws Exception {
        try (var fake = new FakeTracker()) {
            var answer = asked(tracker(fake.url("127.0.0.1", "/k-e-y/announce?a=%20b")), LONG);
            fake.connect(42);
            assertEquals("/k-e-y/announce?a=%20b", fake.nextAnnounce().path());
            fake.refuse("no");
            assertEquals(AnnounceFailure.of("no"), answer.join());
        }
    }

    /** Row D10: from another port, with another number, of another kind, too short. */
    @Test
    void whatOthersSayIsNoAnswer() throws Exception {
        try (var fake = new FakeTracker(); var other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            var answer = asked(tracker(fake.url("127.0.0.1", "/announce")), LONG);
            fake.next();
            fake.say(other, ByteBuffer.allocate(16).putInt(0).putInt(fake.transaction).putLong(13));
            fake.say(fake.socket, ByteBuffer.allocate(16).putInt(0).putInt(fake.transaction + 1).putLong(14));
            fake.say(fake.socket, ByteBuffer.allocate(12).putInt(0).putInt(fake.transaction).putInt(15));
            fake.say(fake.socket, ByteBuffer.allocate(16).putInt(0).putInt(fake.transaction).putLong(42));
            assertEquals(42, fake.nextAnnounce().connection());
            fake.say(other, fake.announced(fake.transaction, 66));
            fake.say(fake.socket, fake.announced(fake.transaction + 1, 66));
            fake.say(fake.socket, ByteBuffer.allocate(3).putShort((short) 1).put((byte) 1));
            fake.answer();
            assertEquals(List.of(Endpoint.parse("1.2.3.4:258")), peers(answer));
        }
    }

    @Test
    void aTrackerThatForgotTheConnectionIsAskedForAnother() throws Exception {
        try (var fake = new FakeTracker()) {
            UdpTracker tracker = tracker(fake.url("127.0.0.1", "/announce"));
            var first = asked(tracker, LONG);
            fake.connect(42);
            fake.nextAnnounce();
            fake.answer();
            first.join();
            var second = asked(tracker, LONG);
            assertEquals(42, fake.nextAnnounce().connection());
            fake.refuse("Connection ID missmatch.");
            fake.connect(43);
            assertEquals(43, fake.nextAnnounce().connection());
            fake.answer();
            assertEquals(1, peers(second).size());
            var silent = asked(tracker, Duration.ofSeconds(1));
            assertEquals(43, fake.nextAnnounce().connection());
            assertInstanceOf(SocketTimeoutException.class, assertThrows(Exception.class, silent::join).getCause());
            var third = asked(tracker, LONG);
            fake.connect(44);
            fake.nextAnnounce();
            fake.answer();
            assertEquals(1, peers(third).size());
        }
    }

    /** What is left of the last millisecond is no reason to ask again. */
    @Test
    void aSilentTrackerIsAskedOnce() throws Exception {
        try (var fake = new FakeTracker()) {
            for (int i = 0; i < 10; i++) {
                var tracker = new UdpTracker(fake.url("127.0.0.1", "/announce"), new SplittableRandom(i));
                var answer = asked(tracker, Duration.ofMillis(250));
                assertInstanceOf(UdpRequest.Connect.class, fake.next());
                assertInstanceOf(SocketTimeoutException.class, assertThrows(Exception.class, answer::join).getCause());
                try (var end = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                    end.send(new DatagramPacket(new byte[0], 0, fake.socket.getLocalSocketAddress()));
                }
                var packet = new DatagramPacket(new byte[2048], 2048);
                fake.socket.receive(packet);
                assertEquals(0, packet.getLength(), "asked again");
            }
        }
    }

    /** A machine that has a name has ::1 beside it; nobody listens there, and the kernel says so at once or never. */
    @Test
    void allAddressesOfAHostAreTried() throws Exception {
        try (var fake = new FakeTracker()) {
            UdpTracker tracker = tracker(fake.url("localhost", "/announce"));
            for (int i = 0; i < 2; i++) {
                var answer = asked(tracker, LONG);
                if (i == 0) fake.connect(42);
                fake.nextAnnounce();
                fake.answer();
                assertEquals(1, peers(answer).size());
            }
        }
    }

    @Test
    void aPortThatIsClosedIsKnownAtOnce() throws Exception {
        try (var bound = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            // bound to another peer: whatever we send to it meets a closed port, and nobody else can get it
            bound.connect(InetAddress.getLoopbackAddress(), bound.getLocalPort());
            UdpTracker tracker = tracker(URI.create("udp://127.0.0.1:" + bound.getLocalPort() + "/announce"));
            var answer = asked(tracker, LONG);
            assertInstanceOf(PortUnreachableException.class, assertThrows(Exception.class, answer::join).getCause());
        }
    }

    @Test
    void isHeardOutEverLonger() {
        UdpTracker tracker = tracker(URI.create("udp://127.0.0.1:6969/announce"));
        var seconds = List.of(0, 1, 2, 3, 4, 100).stream().map(n -> tracker.patience(n).toSeconds()).toList();
        assertEquals(List.of(5L, 15L, 30L, 60L, 60L, 60L), seconds);
    }

    /** The whole of it, by the loop that all trackers share. */
    @Test
    void announcesTheWholeOfAShare() throws Exception {
        var left = new AtomicInteger(5);
        var topic = new Topic(new InfoHash(1, 2, 3), PeerId.random(new SplittableRandom(1)), 6881, false,
                new Topic.Figures(() -> 0, () -> 0, left::get));
        try (var fake = new FakeTracker(); topic) {
            UdpTracker tracker = tracker(fake.url("127.0.0.1", "/announce"));
            Thread.ofVirtual().start(() -> tracker.run(topic, found -> {}));
            fake.connect(42);
            assertEquals(AnnounceEvent.STARTED, fake.nextAnnounce().request().event());
            fake.answer();
            left.set(0);
            topic.complete();
            assertEquals(AnnounceEvent.COMPLETED, fake.nextAnnounce().request().event());
            fake.answer();
            assertTrue(tracker.awaitFirst(LONG));
            topic.close();
            assertEquals(AnnounceEvent.STOPPED, fake.nextAnnounce().request().event());
            fake.answer();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "http://host:1/announce", "udp://host/announce", "udp://host:0/announce", "udp://host:65536/announce",
        "udp:///announce", "udp://host:1/announce?info_hash=x", "wss://host:1/announce",
    })
    void refusesUrlsThatAreNone(String url) {
        assertThrows(IllegalArgumentException.class, () -> tracker(URI.create(url)));
    }

    @Test
    void nobodyFromOutsideLeadsToWhatIsNoTrackerHere() {
        var answer = asked(tracker(URI.create("udp://127.0.0.1:53")), LONG);
        var fault = assertThrows(Exception.class, answer::join);
        assertTrue(String.valueOf(fault.getCause()).contains("nobody from outside"), fault::toString);
    }
}
