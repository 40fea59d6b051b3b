package shoal.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Row E9: HTTP as it is, and as it is abused. */
@Timeout(120)
final class HttpLoopTest {
    private static final int MOST_BODY = 1 << 20;

    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private HttpLoop loop;

    /** Echoes: /now at once, /later on a thread, /stuck when a latch opens, /big a body that no socket buffer holds. */
    private final HttpRoutes echo = new HttpRoutes() {
        @Override
        public Optional<HttpReply> atOnce(RequestHead head, InetAddress from) throws HttpFault {
            if (head.hasPath("/fault")) throw new HttpFault(404, "no");
            if (head.hasPath("/bug")) throw new IllegalStateException("a bug of ours");
            return head.hasPath("/now")
                    ? Optional.of(HttpReply.of(200, HttpReply.TEXT, head.target()))
                    : Optional.empty();
        }

        @Override
        public int mostBody(RequestHead head) {
            return head.method().equals("PUT") ? MOST_BODY : 0;
        }

        @Override
        public HttpReply later(RequestHead head, byte[] body, InetAddress from) throws HttpFault {
            if (head.hasPath("/later-fault")) throw new HttpFault(422, "not that");
            if (head.hasPath("/later-bug")) throw new IllegalStateException("a bug of ours");
            if (head.hasPath("/big")) return HttpReply.of(200, HttpReply.TEXT, new byte[16 << 20]);
            if (head.hasPath("/stuck")) await();
            return HttpReply.of(200, HttpReply.TEXT, body.length > 0 ? body : head.target());
        }

        @Override
        public HttpReply refusal(RequestHead head, HttpFault fault) {
            return HttpReply.of(fault.status(), HttpReply.TEXT, fault.reason().getBytes(StandardCharsets.UTF_8));
        }
    };

    private void await() {
        try {
            if (!mayAnswer.await(60, TimeUnit.SECONDS)) throw new AssertionError("nobody opened the latch");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void start() throws IOException {
        start(TrackerLimits.DEFAULT);
    }

    private void start(TrackerLimits limits) throws IOException {
        loop = new HttpLoop(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), echo, limits, () -> {});
        loop.start();
    }

    @AfterEach
    void stop() {
        mayAnswer.countDown();
        loop.close();
    }

    private RawClient client() throws IOException {
        return new RawClient(loop.address());
    }

    @Test
    void answersManyRequestsOnOneConnection() throws IOException {
        try (var client = client()) {
            for (int i = 0; i < 100; i++) {
                String path = (i % 2 == 0 ? "/now?" : "/later?") + i;
                var response = client.get(path).receive();
                assertEquals(new RawClient.Response(200, response.head(), path), response);
                assertFalse(response.head().contains("Connection: close"));
            }
        }
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws IOException {
        try (var client = client()) {
            var all = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                all.append("GET ").append(i % 3 == 0 ? "/later?" : "/now?").append(i).append(" HTTP/1.1\r\n\r\n");
            }
            client.send(all.toString());
            for (int i = 0; i < 200; i++) assertEquals((i % 3 == 0 ? "/later?" : "/now?") + i, client.receive().body());
        }
    }

    @Test
    void answersARequestThatComesByteByByte() throws IOException {
        try (var client = client()) {
            for (byte b : "\r\nPUT /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc".getBytes(StandardCharsets.US_ASCII)) {
                client.send(new byte[] {b});
            }
            assertEquals("abc", client.receive().body());
            assertEquals("/now?1", client.get("/now?1").receive().body());
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1, Connection: close", "HTTP/1.0, Accept: */*"})
    void saysThatItClosesAndCloses(String version, String header) throws IOException {
        for (String path : new String[] {"/now", "/later", "/fault", "/later-fault"}) {
            try (var client = client()) {
                client.send("GET " + path + " " + version + "\r\n" + header + "\r\n\r\n");
                assertTrue(client.receive().head().contains("\r\nConnection: close\r\n"));
                assertTrue(client.isClosed());
            }
        }
    }

    @Test
    void aFaultKeepsTheConnectionAndABugOnlyCostsIts() throws IOException {
        try (var client = client()) {
            assertEquals(404, client.get("/fault").receive().status());
            assertEquals(422, client.get("/later-fault").receive().status());
            assertEquals(500, client.get("/later-bug").receive().status());
            assertTrue(client.get("/bug").isClosed());
        }
        try (var client = client()) {
            assertEquals(200, client.get("/now").receive().status());
        }
    }

    @Test
    void aHeadIsAHead() throws IOException {
        try (var client = client()) {
            client.send("HEAD /now?abc HTTP/1.1\r\n\r\n");
            assertTrue(client.receiveHead().contains("Content-Length: 8\r\n"));
            client.send("HEAD /later HTTP/1.1\r\n\r\n");
            assertTrue(client.receiveHead().contains("Content-Length: 6\r\n"));
            assertEquals("/now", client.get("/now").receive().body());
        }
    }

    @Test
    void takesABodyUpToItsLimit() throws IOException {
        try (var client = client()) {
            byte[] body = new byte[MOST_BODY];
            Arrays.fill(body, (byte) 'x');
            client.send("PUT /x HTTP/1.1\r\nContent-Length: " + body.length + "\r\n\r\n").send(body);
            assertEquals(body.length, client.receive().body().length());
            client.send("PUT /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /now HTTP/1.1\r\n\r\n");
            assertEquals("abc", client.receive().body());
            assertEquals("/now", client.receive().body());
        }
    }

    @Test
    void saysThatItWaitsForABodyBeforeItComes() throws IOException {
        try (var client = client()) {
            client.send("PUT /x HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.receiveHead());
            assertEquals("abc", client.send("abc").receive().body());
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            PUT /x HTTP/1.1\\r\\nContent-Length: 1048577\\r\\nExpect: 100-continue, 413
            PUT /x HTTP/1.1\\r\\nContent-Length: 999999999999999999, 413
            PUT /x HTTP/1.1\\r\\nTransfer-Encoding: chunked, 411
            POST /x HTTP/1.1\\r\\nContent-Length: 1, 400
            GET /now HTTP/1.1\\r\\nContent-Length: 1, 400
            GET /now HTTP/1.1\\r\\nA : b, 400
            GET /now HTTP/3, 505
            x\u0016\u0003\u0001, 400
            """)
    void refusesAndCloses(String head, int status) throws IOException {
        try (var client = client()) {
            client.send(head.replace("\\r\\n", "\r\n") + "\r\n\r\n" + "x".repeat(100));
            var response = client.receive();
            assertEquals(status, response.status());
            assertTrue(response.head().contains("Connection: close"));
            assertTrue(client.isClosed());
        }
    }

    /** The reply must not be lost although the client is still sending what nobody wants. */
    @Test
    void theRefusalOfAHugeBodyIsReadInspiteOfIt() throws IOException {
        try (var client = client()) {
            client.send("PUT /x HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n");
            client.send(new byte[300_000]);
            assertEquals(413, client.receive().status());
        }
    }

    @Test
    void refusesAHeadWithoutEnd() throws IOException {
        String longPath = "GET /" + "x".repeat(9_000);
        for (String bomb : new String[] {longPath, "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(1_500)}) {
            try (var client = client()) {
                assertEquals(431, client.send(bomb).receive().status());
            }
        }
    }

    @Test
    void aReplyThatNobodyReadsHoldsUpNobodyElse() throws IOException {
        try (var slow = client(); var quick = client()) {
            slow.get("/big").get("/now?behind");
            assertEquals("/later", quick.get("/later").receive().body());
            assertEquals(16 << 20, slow.receive().body().length());
            assertEquals("/now?behind", slow.receive().body());
        }
    }

    @Test
    void workThatTakesLongHoldsUpNobodyElse() throws IOException {
        try (var slow = client(); var quick = client()) {
            slow.get("/stuck");
            for (int i = 0; i < 20; i++) assertEquals("/now?" + i, quick.get("/now?" + i).receive().body());
            mayAnswer.countDown();
            assertEquals("/stuck", slow.receive().body());
        }
    }

    @Test
    void tooMuchWorkIsRefusedAndNotQueued() throws IOException {
        var clients = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 128; i++) clients.add(client().get("/stuck"));
            int refused = 0;
            for (int i = 0; i < 20 && refused == 0; i++) {
                try (var client = client()) {
                    // the threads may not all have begun
                    client.get("/later");
                    if (client.receive().status() == 503) refused++;
                }
            }
            assertEquals(1, refused);
            mayAnswer.countDown();
            for (RawClient client : clients) assertEquals(200, client.receive().status());
            try (var client = client()) {
                assertEquals(200, client.get("/later").receive().status());
            }
        } finally {
            for (RawClient client : clients) client.close();
        }
    }

    /** Row E9: who says nothing, or says it in drips, is closed after the time of a head. */
    @Test
    void slowHeadsAreClosedAfterTheirTime() throws IOException, InterruptedException {
        long from = System.nanoTime();
        try (var silent = client(); var dripping = client(); var later = client()) {
            assertEquals(200, later.get("/now").receive().status());
            later.send("GET /");
            Thread drip = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        dripping.send("G");
                        if (!mayAnswer.await(100, TimeUnit.MILLISECONDS)) continue;
                        return;
                    }
                } catch (IOException | InterruptedException e) {
                    return; // closed, as it should be
                }
            });
            assertTrue(silent.isClosed() && dripping.isClosed() && later.isClosed());
            long seconds = (System.nanoTime() - from) / 1_000_000_000;
            assertTrue(seconds >= 7 && seconds <= 25, seconds + " s");
            mayAnswer.countDown();
            drip.join();
        }
    }

    /** Row E9: connections above the limit push out those that keep still, and nobody is locked out. */
    @Test
    void whoKeepsStillMakesRoomForWhoComes() throws IOException {
        loop.close();
        TrackerLimits usual = TrackerLimits.DEFAULT;
        start(new TrackerLimits(usual.interval(), usual.minInterval(), usual.peerLife(), usual.peers(), usual.swarms(),
                usual.swarmPeers(), usual.addressPeers(), usual.addressSwarmPeers(), usual.numWant(),
                usual.mostNumWant(), 50, usual.manifestBytes(), usual.shares(), usual.records(),
                usual.registrations(), usual.announces()));
        var still = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 400; i++) {
                still.add(client().send("GET /"));
                if (i % 20 == 0) {
                    try (var honest = client()) {
                        assertEquals("/now", honest.get("/now").receive().body());
                    }
                }
            }
            assertTrue(still.getFirst().isClosed());
        } finally {
            for (RawClient client : still) client.close();
        }
    }

    @Test
    void closesEveryConnectionAndItsPort() throws IOException {
        try (var idle = client(); var working = client()) {
            assertEquals(200, idle.get("/now").receive().status());
            working.get("/stuck");
            InetSocketAddress address = loop.address();
            loop.close();
            assertTrue(idle.isClosed() && working.isClosed());
            assertThrows(IOException.class, () -> new RawClient(address));
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        InetSocketAddress taken = loop.address();
        var fault = assertThrows(IOException.class, () -> new HttpLoop(taken, echo, TrackerLimits.DEFAULT, () -> {}));
        assertEquals("cannot listen at 127.0.0.1:" + taken.getPort() + ": Address already in use",
                String.valueOf(fault.getMessage()).replace("localhost", "127.0.0.1"));
    }
}
