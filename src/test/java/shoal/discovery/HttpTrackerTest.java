package shoal.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

/** Rows D1, D4, D5 and D11: when we announce what, whatever the tracker does. */
@Timeout(60)
final class HttpTrackerTest {
    private static final String PEERS = "5:peers6:\1\2\3\4\1\2";
    private static final String GOOD = FakeServer.ok("d8:intervali1800e12:min intervali1e" + PEERS + "e");

    private final AtomicLong left = new AtomicLong(100);
    private final Topic topic = new Topic(
            new InfoHash(1, 2, 3), PeerId.random(new SplittableRandom(1)), 6881, false,
            new Topic.Figures(() -> 11, () -> 22, left::get));
    private final LinkedBlockingQueue<List<Endpoint>> found = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        topic.close();
    }

    private HttpTracker run(FakeServer server) {
        return run(server.uri("/announce"));
    }

    private HttpTracker run(URI uri) {
        var tracker = new HttpTracker(uri, new SplittableRandom(1));
        Thread.ofVirtual().start(() -> tracker.run(topic, found::add));
        return tracker;
    }

    private static String event(String request) {
        return request.contains("event=") ? request.replaceAll(".*event=([a-z]*).*", "$1") : "";
    }

    @Test
    void startsCompletesAndStops() throws Exception {
        try (var server = FakeServer.saying(GOOD)) {
            HttpTracker tracker = run(server);
            String first = server.next();
            assertEquals("started", event(first));
            assertTrue(first.contains("&port=6881&uploaded=11&downloaded=22&left=100&"), first);
            assertEquals(List.of(Endpoint.parse("1.2.3.4:258")), found.poll(10, TimeUnit.SECONDS));
            left.set(0);
            topic.complete();
            String second = server.next();
            assertEquals("completed", event(second));
            assertTrue(second.contains("&left=0&"), second);
            assertEquals(key(first), key(second), "a tracker knows us by it");
            topic.complete();
            topic.close();
            assertEquals("stopped", event(server.next()));
            assertEquals(TrackerHealth.UNKNOWN, tracker.health());
        }
    }

    private static String key(String request) {
        return request.replaceAll(".*(&key=[0-9A-F]{8}).*", "$1");
    }

    @Test
    void whoHasEverythingFromTheStartCompletesNothing() throws Exception {
        left.set(0);
        try (var server = FakeServer.saying(GOOD)) {
            run(server);
            assertEquals("started", event(server.next()));
            topic.complete();
            topic.wantPeers();
            assertEquals("", event(server.next()));
        }
    }

    @Test
    void asksAgainForPeersNoSoonerThanTheTrackerAllows() throws Exception {
        try (var server = FakeServer.saying(GOOD)) {
            long from = System.nanoTime();
            run(server);
            server.next();
            found.take();
            topic.wantPeers();
            topic.wantPeers();
            assertEquals("", event(server.next()));
            assertTrue(System.nanoTime() - from > TimeUnit.MILLISECONDS.toNanos(900), "the least interval is a second");
        }
    }

    /** Row D11: as soon as it is there again, it is found. */
    @Test
    void comesBackQuicklyToATrackerThatWasRestarted() throws Exception {
        int port;
        HttpTracker tracker;
        try (var nobody = new Socket()) {
            nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)); // held, but it does not listen
            port = nobody.getLocalPort();
            tracker = run(URI.create("http://127.0.0.1:" + port + "/announce"));
            while (tracker.health().trouble().isEmpty()) Thread.onSpinWait();
        }
        long from = System.nanoTime();
        try (var server = new FakeServer(port, (request, out) ->
                out.write(GOOD.getBytes(StandardCharsets.ISO_8859_1)))) {
            assertEquals("started", event(server.next()));
            assertTrue(System.nanoTime() - from < TimeUnit.SECONDS.toNanos(5));
            found.take();
            assertTrue(tracker.health().trouble().isEmpty());
        }
    }

    /** Row D1. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            <html>,     the tracker's reply is not bencoded: a value cannot start with byte 60 (at byte 0)
            d8:intervali1800e,                 the tracker's reply is not bencoded: the end is missing (at byte 17)
            d14:failure reason4:no\u001b[e,    no\\u001b[
            ``,                                the tracker's reply is not bencoded: the end is missing (at byte 0)
            """)
    void tellsWhatIsWrong(String body, String trouble) throws Exception {
        try (var server = FakeServer.saying(FakeServer.ok(body))) {
            HttpTracker tracker = run(server);
            while (tracker.health().trouble().isEmpty()) Thread.onSpinWait();
            assertEquals(trouble, tracker.health().trouble().orElseThrow());
            assertTrue(tracker.describe().contains(server.uri("/announce").toString()));
            assertTrue(found.isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "404 Not Found,x,HTTP status 404", "503 Busy,d14:failure reason4:fulle,full", "410 Gone,x,410 gone",
        "400 Bad Request,de,HTTP status 400", "302 Found,x,HTTP status 302"
    })
    void aStatusThatIsNotGoodIsAFailureWithItsReason(String status, String body, String trouble) throws Exception {
        String answer = "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        try (var server = FakeServer.saying(answer)) {
            HttpTracker tracker = run(server);
            while (tracker.health().trouble().isEmpty()) Thread.onSpinWait();
            assertEquals(trouble, tracker.health().trouble().orElseThrow());
        }
    }

    /** Row D4: an interval of nothing does not become a flood, and a refusal for ever is kept to. */
    @ParameterizedTest
    @ValueSource(strings = {
        "d8:intervali0e12:min intervali0ee", "d8:intervali-1e12:min intervali-1ee", "d8:intervali2147483648ee",
        "d14:failure reason2:no8:retry in5:nevere", "d14:failure reason2:no8:retry ini2ee", "d14:failure reason2:noe"
    })
    void doesNotFloodATracker(String body) throws Exception {
        var asked = new AtomicInteger();
        try (var server = new FakeServer((request, out) -> {
            asked.incrementAndGet();
            out.write(FakeServer.ok(body).getBytes(StandardCharsets.ISO_8859_1));
        })) {
            run(server);
            server.next();
            for (int i = 0; i < 5; i++) topic.wantPeers();
            assertFalse(topic.awaitClose(Duration.ofMillis(700)));
            assertEquals(1, asked.get());
        }
    }

    /** Row D11: a tracker that never answers costs only itself. */
    @Test
    void takingLeaveOfADeadTrackerIsShort() throws Exception {
        var silent = new AtomicInteger();
        try (var server = new FakeServer((request, out) -> {
            if (silent.getAndIncrement() == 0) {
                out.write(GOOD.getBytes(StandardCharsets.ISO_8859_1));
            } else {
                while (true) topic.awaitClose(Duration.ofMillis(50));
            }
        })) {
            var tracker = new HttpTracker(server.uri("/announce"), new SplittableRandom(1));
            Thread running = Thread.ofVirtual().start(() -> tracker.run(topic, found::add));
            found.take();
            long from = System.nanoTime();
            topic.close();
            assertTrue(running.join(Duration.ofSeconds(8)));
            assertTrue(System.nanoTime() - from < TimeUnit.SECONDS.toNanos(6));
        }
    }

    @Test
    void whoWasNeverHeardTakesNoLeave() throws InterruptedException {
        try (var server = FakeServer.saying("nonsense\r\n\r\n")) {
            var tracker = run(server);
            server.next();
            while (tracker.health().trouble().isEmpty()) Thread.onSpinWait();
            topic.close();
            assertEquals(0, server.pending());
        }
    }

    @Test
    void keepsTheQueryOfThePasskey() throws Exception {
        try (var server = FakeServer.saying(GOOD)) {
            run(server.uri("/announce?passkey=x%20y#part"));
            assertTrue(server.next().startsWith("GET /announce?passkey=x%20y&info_hash="));
        }
    }

    /** Row D7. */
    @ParameterizedTest
    @ValueSource(strings = {
        "udp://tracker.example:6969/announce", "file:///etc/passwd", "http:///announce", "announce",
        "http://t.example/announce?info_hash=abc", "http://t.example/announce?a=b&Peer_ID=abc",
        "http://t.example/announce?port=1", "http://t.example/?left"
    })
    void refusesUrlsThatNobodyAnnouncesTo(String url) {
        assertThrows(IllegalArgumentException.class,
                () -> new HttpTracker(URI.create(url), new SplittableRandom(1)));
    }

    /** Row D7: a manifest's tracker must not be our router's page or a cloud's secrets. */
    @Test
    void aLocalServerThatIsNoTrackerIsNotTalkedTo() throws Exception {
        try (var server = FakeServer.saying(GOOD)) {
            HttpTracker tracker = run(server.uri("/api/delete-everything"));
            while (tracker.health().trouble().isEmpty()) Thread.onSpinWait();
            assertEquals("nobody from outside may lead to 127.0.0.1", tracker.health().trouble().orElseThrow());
            assertEquals(0, server.pending());
        }
    }
}
