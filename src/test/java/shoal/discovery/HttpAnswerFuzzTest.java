package shoal.discovery;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server sends, it is read within the limit of its body or refused as an IOException. */
final class HttpAnswerFuzzTest {
    private static final int MOST = 5_000;
    private static final URI FROM = URI.create("http://t.example/");

    static Stream<byte[]> answers() {
        return Stream.of(
                        FakeServer.ok("abc"),
                        "HTTP/1.1 200\r\nTransfer-Encoding: "
                                + "chunked\r\n\r\n3;x=y\r\nabc\r\n003\r\ndef\r\n0\r\nT: t\r\n\r\n",
                        "HTTP/1.1 100 C\r\n\r\nHTTP/1.0 302 Found\r\nLocation: "
                                + "/x\r\nContent-Encoding: gzip\r\n\r\n\u001f\u008b\b")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("answers")
    @FuzzTest(maxDuration = "25s")
    void readsOrRefuses(byte[] bytes) {
        try {
            HttpAnswer answer = new HttpAnswerReader(new ByteArrayInputStream(bytes), MOST).read(FROM);
            assertTrue(answer.body().length <= MOST);
            assertTrue(answer.status() >= 200 && answer.status() < 600);
        } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 200);
        }
    }
}
