package shoal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

final class MessageStreamFuzzTest {
    static Stream<byte[]> seeds() {
        var everything = new ByteArrayOutputStream();
        GoldenMessagesTest.messages().forEach(row -> everything.writeBytes(Bytes.hex(row.get()[1].toString())));
        everything.writeBytes(Bytes.ofBlock(1, 0, new byte[] {1, 2, 3}));
        return Stream.of(everything.toByteArray(), new byte[4], new byte[] {0, 0, 0, 1, 0, 0, 0});
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "25s")
    void theSameBytesSayTheSameInOneGoAndInTwo(byte[] bytes) {
        if (bytes.length == 0) return;
        int split = (bytes[0] & 0xff) * bytes.length / 256;
        for (Features common : List.of(Bytes.ALL, Features.NONE)) {
            Outcome whole = Outcome.of(bytes, common, bytes.length);
            assertEquals(whole, Outcome.of(bytes, common, split));
            whole.checkWrittenAndReadAgain();
        }
    }
}
