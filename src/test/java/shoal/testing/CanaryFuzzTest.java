package shoal.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * A reader with a bug in it, which fuzzing has to find: if it does not, then nothing that it does not find elsewhere
 * means anything. It takes a length, a kind and a checked word, as the readers of messages do, and believes the length.
 */
@ExtendWith(CanaryFuzzTest.Sings.class)
final class CanaryFuzzTest {
    private static boolean found;

    /** The bug. */
    private static final class Planted extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** What is planted here is no failure, everything else is. */
    static final class Sings implements TestExecutionExceptionHandler {
        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
            // the fuzzer wraps what it found
            if (!(thrown.getCause() instanceof Planted) && !(thrown instanceof Planted)) throw thrown;
            found = true;
        }
    }

    @FuzzTest(maxDuration = "25s")
    void theBugIsFound(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        if (in.remaining() < 10) return;
        int length = in.getInt();
        if (length < 0 || length > 1 << 16) return;
        if (in.get() != 'd' || in.getInt() != 0x53686f61) return;
        if (length > in.remaining()) throw new Planted();
    }

    /** What was found is not kept: the next night has to find it itself. */
    @AfterAll
    static void isFound() throws IOException {
        Path inputs = Program.checkout("src/test/resources/shoal/testing/CanaryFuzzTestInputs");
        for (Path kept : new Path[] {inputs, Program.checkout(".cifuzz-corpus/shoal.testing.CanaryFuzzTest")}) {
            if (!Files.exists(kept)) continue;
            try (var all = Files.walk(kept)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(each);
            }
        }
        boolean fuzzing = System.getenv("JAZZER_FUZZ") != null && !System.getenv("JAZZER_FUZZ").isEmpty();
        assertTrue(found || !fuzzing, "the planted bug was not found: the fuzzer does not work");
    }
}
