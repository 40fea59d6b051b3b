package shoal.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes as a request's head is read, or refused with a status and a line; its query, too. */
final class RequestHeadFuzzTest {
    static Stream<byte[]> heads() {
        return Stream.of(
                        "GET /announce?info_hash=%ac&peer_id=x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                        "PUT http://a/api/shares HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"
                                + "Content-Type: a/b\r\n\r\nabcde",
                        "GET /api/shares?q=gr%C3%B6%C3%9Fe+1&offset=5&limit=7 HTTP/1.1\r\n\r\nGET /",
                        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("heads")
    @FuzzTest(maxDuration = "25s")
    void readsOrRefuses(byte[] bytes) {
        int end = RequestHead.end(bytes, 0, bytes.length);
        if (end < 0) return;
        try {
            RequestHead head = RequestHead.read(bytes, 0, end);
            assertTrue(head.path().startsWith("/"));
            assertTrue(head.queryStart() <= head.target().length);
            assertTrue(head.hasPath(head.path()));
            assertTrue(head.contentLength().orElse(0L) >= 0);
            var query = new TextQuery(head.target(), head.queryStart());
            assertEquals(query.value("q"), query.value("q"));
            query.number("limit", 1, 200, 50);
        } catch (HttpFault fault) {
            assertTrue(fault.status() >= 400 && fault.status() < 600);
            assertTrue(fault.reason().length() < 100 && fault.reason().indexOf('\n') < 0);
        }
    }
}
