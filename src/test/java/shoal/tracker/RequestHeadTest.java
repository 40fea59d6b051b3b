package shoal.tracker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestHeadTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static RequestHead read(String text) throws HttpFault {
        byte[] in = bytes(text);
        assertEquals(in.length, RequestHead.end(in, 0, in.length));
        return RequestHead.read(in, 0, in.length);
    }

    @Test
    void readsWhatLibtorrentSends() throws HttpFault {
        RequestHead head = read(lines(
                "GET /announce?info_hash=%ac&peer_id=-LT2080-XPK((Y-P(hmN HTTP/1.1", "Host: 127.0.0.1:6969",
                "User-Agent: libtorrent/2.0.8.0", "Accept-Encoding: gzip", "Connection: close"));
        assertEquals("GET", head.method());
        assertTrue(head.hasPath("/announce") && !head.hasPath("/announc") && !head.hasPath("/announces"));
        assertEquals("info_hash=%ac&peer_id=-LT2080-XPK((Y-P(hmN", query(head));
        assertFalse(head.keepsAlive());
        assertEquals(Optional.empty(), head.contentLength());
    }

    private static String query(RequestHead head) {
        byte[] target = head.target();
        return new String(Arrays.copyOfRange(target, head.queryStart(), target.length), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, X: y, true", "HTTP/1.0, X: y, false", "HTTP/1.1, Connection: close, false",
        "HTTP/1.0, connection: Keep-Alive, true", "HTTP/1.1, 'CONNECTION: te, Close', false"
    })
    void knowsWhetherTheConnectionStays(String version, String header, boolean stays) throws HttpFault {
        assertEquals(stays, read("GET / " + version + "\r\n" + header + "\r\n\r\n").keepsAlive());
    }

    @Test
    void knowsAPathAgainWhateverBytesItHas() throws HttpFault {
        RequestHead head = read(lines("GET /#shar\u00f5s?q=1 HTTP/1.1"));
        assertEquals("/#shar\u00f5s", head.path());
        assertTrue(head.hasPath(head.path()));
    }

    @Test
    void knowsItsBody() throws HttpFault {
        RequestHead head = read(lines(
                "PUT /api/shares/x HTTP/1.1", "Content-Length:  123 ", "Expect: 100-Continue",
                "Content-Type: Application/X-BitTorrent"));
        assertEquals(Optional.of(123L), head.contentLength());
        assertTrue(head.expectsContinue());
        assertEquals("application/x-bittorrent", head.contentType());
        assertEquals("/api/shares/x", head.path());
        assertEquals("", query(head));
    }

    @Test
    void takesTheTargetOfAProxyAndRawBytes() throws HttpFault {
        RequestHead head = read("GET HTTP://tracker.example:6969/announce?info_hash=\u00ff\u0080 HTTP/1.1\r\n\r\n");
        assertTrue(head.hasPath("/announce"));
        assertArrayEquals(bytes("/announce?info_hash=\u00ff\u0080"), head.target());
    }

    @Test
    void endsAtTheEmptyLineAndNoSooner() {
        byte[] in = bytes("GET / HTTP/1.1\r\n\r\nGET /");
        assertEquals(18, RequestHead.end(in, 0, in.length));
        for (int to = 0; to < 18; to++) assertEquals(-1, RequestHead.end(in, 0, to));
        assertEquals(-1, RequestHead.end(in, 18, in.length));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "GET\r\n\r\n", "GET /\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1 \r\n\r\n", " / HTTP/1.1\r\n\r\n",
        "get / HTTP/1.1\r\n\r\n", "G\u0000T / HTTP/1.1\r\n\r\n", "GETGETGETGETGETGETGET / HTTP/1.1\r\n\r\n",
        "GET announce HTTP/1.1\r\n\r\n", "GET * HTTP/1.1\r\n\r\n", "GET https://x/ HTTP/1.1\r\n\r\n",
        "GET http://x HTTP/1.1\r\n\r\n", "GET /\u0001 HTTP/1.1\r\n\r\n", "GET /\u007f HTTP/1.1\r\n\r\n",
        "GET / http/1.1\r\n\r\n", "GET / FTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\n: x\r\n\r\n", "GET / HTTP/1.1\r\nA : x\r\n\r\n", "GET / HTTP/1.1\r\nA: x\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nA: x\u0000y\r\n\r\n", "GET / HTTP/1.1\r\nA: x\ry\r\n\r\n", "GET / HTTP/1.1\nA: x\r\n\r\n",
        "GET / HTTP/1.1\r\nA: x\ny: z\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: \u0661\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1234567890123456789\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length:\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n"
    })
    void refusesWhatCouldBeReadInTwoWays(String text) {
        byte[] in = bytes(text);
        assertEquals(400, assertThrows(HttpFault.class, () -> RequestHead.read(in, 0, in.length)).status());
    }

    @ParameterizedTest
    @CsvSource({"GET / HTTP/2.0, A: b, 505", "GET / HTTP/1.9, A: b, 505",
            "PUT / HTTP/1.1, Transfer-Encoding: chunked, 411",
        "PUT / HTTP/1.1, Transfer-Encoding: identity, 411"})
    void refusesWhatIsNotSpokenHere(String line, String header, int status) {
        byte[] in = bytes(line + "\r\n" + header + "\r\n\r\n");
        assertEquals(status, assertThrows(HttpFault.class, () -> RequestHead.read(in, 0, in.length)).status());
    }

    @Test
    void refusesManyHeaders() {
        byte[] in = bytes("GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(65) + "\r\n");
        assertEquals(431, assertThrows(HttpFault.class, () -> RequestHead.read(in, 0, in.length)).status());
    }
}
