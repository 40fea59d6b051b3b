package shoal.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

final class MessageFuzzTest {
    static Stream<byte[]> seeds() {
        return Outcome.seeds();
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "25s")
    void anyBytesAreAMessageOrRefused(byte[] body) {
        Outcome.ofMessage(body).checkWrittenAndReadAgain();
    }
}
