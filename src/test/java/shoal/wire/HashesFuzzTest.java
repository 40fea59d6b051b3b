package shoal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.merkle.Merkle;

final class HashesFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(21, 22, 23).flatMap(Outcome::seeds);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "25s")
    void anyBytesAreHashesThatCanBeCheckedOrRefused(byte[] body) {
        for (int id : new int[] {21, 22, 23}) {
            Outcome outcome = Outcome.ofMessage(body, id);
            outcome.checkWrittenAndReadAgain();
            for (Object said : outcome.said()) {
                if (said instanceof Hashes answer) {
                    assertEquals(answer, Hashes.of(answer.request(), answer.proof()));
                    assertTrue(answer.proof().top() <= Merkle.MAX_HEIGHT);
                    assertEquals(answer.proof().fold(), answer.proof().fold());
                }
            }
        }
    }
}
