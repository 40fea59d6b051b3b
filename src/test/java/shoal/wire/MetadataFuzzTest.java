package shoal.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

final class MetadataFuzzTest {
    static Stream<byte[]> seeds() {
        return Outcome.seeds(20, 2);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "25s")
    void anyBytesAreMetadataOrRefused(byte[] body) {
        Outcome.ofMessage(body, 20, 2).checkWrittenAndReadAgain();
    }
}
