package shoal.discovery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows D1, D2, D6 and D9: what a server may do to a client. */
@Timeout(60)
final class PlainHttpTest {
    private static final int MOST = 1 << 20;
    private static final PlainHttp HTTP = new PlainHttp(Duration.ofSeconds(20), MOST);
    private static final PlainHttp HASTY = new PlainHttp(Duration.ofMillis(500), MOST);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String get(String answer) throws IOException {
        try (var server = FakeServer.saying(answer)) {
            return new String(HTTP.get(server.uri("/x")).body(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void readsABodyInAllThreeWays() throws IOException {
        assertEquals("abc", get(FakeServer.ok("abc")));
        assertEquals("abc", get("HTTP/1.0 200 OK\r\n\r\nabc"));
        assertEquals("abcdef", get("HTTP/1.1 200\r\nTransfer-Encoding: "
                + "chunked\r\n\r\n3;x=y\r\nabc\r\n003\r\ndef\r\n0\r\nT: t\r\n\r\n"));
        assertEquals("", get("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"));
        assertEquals("late", get("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + FakeServer.ok("late")));
    }

    @Test
    void sendsWhatServersNeed() throws Exception {
        try (var server = FakeServer.saying(FakeServer.ok("x"))) {
            HTTP.get(server.uri("/announce?a=%20&b=c"));
            assertEquals("GET /announce?a=%20&b=c HTTP/1.1", server.next());
            HTTP.get(server.uri(""));
            assertEquals("GET / HTTP/1.1", server.next());
        }
    }

    @Test
    void postsABody() throws Exception {
        var body = new byte[200_000];
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var got = new ByteArrayOutputStream();
            Thread.ofVirtual().start(() -> {
                try (var socket = server.accept()) {
                    while (got.size() < body.length) got.writeBytes(socket.getInputStream().readNBytes(100));
                    socket.getOutputStream().write(bytes(FakeServer.ok("thanks")));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            var uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/api");
            assertArrayEquals(bytes("thanks"), HTTP.post(uri, "text/x", body).body());
            assertTrue(got.toString(StandardCharsets.ISO_8859_1).contains("Content-Length: 200000\r\n"));
        }
    }

    /** Row D1. */
    @Test
    void stopsReadingAnEndlessBody() {
        try (var server = new FakeServer((request, out) -> {
            out.write(bytes("HTTP/1.1 200 OK\r\n\r\n"));
            while (true) out.write(new byte[65_536]);
        })) {
            var fault = assertThrows(IOException.class, () -> HTTP.get(server.uri("/")));
            assertEquals("the answer is longer than 1048576 bytes", fault.getMessage());
        }
    }

    /** Row D1. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            Content-Length: 1000000000,           the answer is longer than 1048576 bytes
            Content-Length: 1048577,              the answer is longer than 1048576 bytes
            Content-Length: 99999999999999999999, the length of the answer is no number
            Content-Length: -1,                   the length of the answer is no number
            Content-Length: ١,                    the length of the answer is no number
            Content-Length: 7,                    the answer ends early
            no colon,                             a header of the answer is broken
            : empty,                              a header of the answer is broken
            """)
    void refusesALengthThatIsAbsurd(String header, String reason) {
        var fault = assertThrows(IOException.class, () -> get("HTTP/1.1 200 OK\r\n" + header + "\r\n\r\nabc"));
        assertEquals(reason, fault.getMessage());
    }

    /** Row D1: not one read is late, but all of them together are. */
    @Test
    void aDrippingServerHasOneDeadlineForAll() {
        var stop = new CountDownLatch(1);
        try (var server = new FakeServer((request, out) -> {
            out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"));
            drip(out, stop);
        })) {
            long from = System.nanoTime();
            var fault = assertThrows(SocketTimeoutException.class, () -> HASTY.get(server.uri("/")));
            assertEquals("no complete answer within 500 ms", fault.getMessage());
            assertTrue(System.nanoTime() - from < TimeUnit.SECONDS.toNanos(10));
        } finally {
            stop.countDown();
        }
    }

    private static void drip(OutputStream out, CountDownLatch stop) throws IOException {
        try {
            while (!stop.await(20, TimeUnit.MILLISECONDS)) out.write('x');
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDrippingHeadHasTheSameDeadline() {
        var stop = new CountDownLatch(1);
        try (var server = new FakeServer((request, out) -> drip(out, stop))) {
            assertThrows(SocketTimeoutException.class, () -> HASTY.get(server.uri("/")));
        } finally {
            stop.countDown();
        }
    }

    @Test
    void aServerThatNeverReadsHasItToo() throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
            assertThrows(SocketTimeoutException.class, () -> HASTY.get(uri));
            assertThrows(SocketTimeoutException.class, () -> HASTY.post(uri, "a/b", new byte[32 << 20]));
        }
    }

    private static String zipped(int zeros) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            var block = new byte[1 << 20];
            for (int i = 0; i < zeros >> 20; i++) zip.write(block);
            zip.write(block, 0, zeros & (1 << 20) - 1);
        }
        return "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + out.size() + "\r\n\r\n"
                + out.toString(StandardCharsets.ISO_8859_1);
    }

    /** Row D2: a megabyte that becomes a gigabyte. */
    @Test
    void countsBytesBehindTheCompression() throws IOException {
        assertEquals(1 << 20, get(zipped(1 << 20)).length());
        String bomb = zipped(1_000_000_000);
        assertTrue(bomb.length() < MOST);
        var fault = assertThrows(IOException.class, () -> get(bomb));
        assertEquals("the answer is longer than 1048576 bytes", fault.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "", "\r\n\r\n", "<html>\r\n\r\n",
        "HTTP/2 200\r\n\r\n", "HTTP/1.1 2000\r\n\r\n", "HTTP/1.1 099\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Le"
    })
    void refusesWhatIsNotHttp(String answer) {
        assertThrows(IOException.class, () -> get(answer));
    }

    /** Row D9. */
    @ParameterizedTest
    @ValueSource(strings = {"", "x\r\n", "-1\r\n", "FFFFFFFFF\r\n", "7fffffff\r\nabc", "3\r\nabcd", "3\r\nab", "3",
            "\r\n\r\n"})
    void refusesABrokenChunk(String chunk) {
        assertThrows(IOException.class, () -> get("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk));
    }

    /** Row D9. */
    @Test
    void refusesAHeaderBomb() {
        String endless = "HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(10_000) + "\r\n";
        var fault = assertThrows(IOException.class, () -> get(endless));
        assertEquals("the head of the answer is too long", fault.getMessage());
        assertThrows(IOException.class, () -> get("HTTP/1.1 200 OK\r\nA: " + "b".repeat(40_000)));
        assertThrows(IOException.class, () -> get("HTTP/1.1 100 C\r\n\r\n".repeat(5_000)));
        assertThrows(IOException.class,
                () -> get("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + "1".repeat(40_000)));
    }

    /** Row D6. */
    @Test
    void followsFiveRedirectsAndNoMore() throws Exception {
        try (var server = new FakeServer((request, out) -> {
            int left = Integer.parseInt(request.split("[/ ]", -1)[2]);
            out.write(bytes(left == 0 ? FakeServer.ok("there")
                    : "HTTP/1.1 302 Found\r\nLocation: /" + (left - 1) + "\r\nContent-Length: 0\r\n\r\n"));
        })) {
            HttpAnswer answer = HTTP.get(server.uri("/5"));
            assertArrayEquals(bytes("there"), answer.body());
            assertEquals(server.uri("/0"), answer.from());
            var fault = assertThrows(IOException.class, () -> HTTP.get(server.uri("/6")));
            assertEquals("more than 5 redirects", fault.getMessage());
        }
    }

    /** Row D6. */
    @Test
    void aLoopOfRedirectsEnds() {
        assertThrows(IOException.class, () -> get("HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n"));
    }

    /** Row D6. */
    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://example.org/", "jar:file:/x!/", "ht tp://x", "javascript:1",
            "//", "http:"})
    void aRedirectLeadsToHttpOnly(String target) {
        assertThrows(IOException.class, () -> get("HTTP/1.1 302 Found\r\nLocation: " + target + "\r\n\r\n"));
    }

    /** Row D6. */
    @Test
    void aRedirectStaysWithinItsClass() throws IOException {
        URI secure = URI.create("https://example.org/a");
        assertThrows(IOException.class, () -> PlainHttp.redirected(secure, "http://example.org/a"));
        assertEquals(URI.create("https://example.org/b"), PlainHttp.redirected(secure, "b"));
        assertEquals(secure, PlainHttp.redirected(URI.create("http://example.org/"), "https://example.org/a"));
    }

    /** Row D6 and D7: each of these is this machine, this link or this site. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1", "169.254.169.254", "fe80::1", "10.0.0.1", "192.168.1.1",
        "172.16.0.1", "0.0.0.0", "::", "::ffff:127.0.0.1", "fd00::1", "100.64.0.1"})
    void knowsWhatIsLocal(String address) {
        assertTrue(PlainHttp.isLocal(InetAddress.ofLiteral(address)), address);
    }

    /** Row D7: every spelling of loopback is loopback, or nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0x7f000001", "2130706433", "127.1",
            "0177.0.0.1"})
    void nobodyFromOutsideLeadsHome(String host) {
        try (var server = FakeServer.saying(FakeServer.ok("secret"))) {
            var uri = URI.create("http://" + host + ":" + server.port() + "/api");
            assertThrows(IOException.class, () -> HTTP.outsideOnly().get(uri));
            assertEquals(0, server.pending());
        }
    }

    @Test
    void aNameWithoutAnAddressIsAnErrorAndNotAWait() {
        var fault = assertThrows(IOException.class, () -> HASTY.get(URI.create("http://nobody.invalid/announce")));
        assertTrue(fault.getMessage() != null && !fault.getMessage().isBlank());
    }
}
