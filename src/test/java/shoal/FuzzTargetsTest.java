package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import shoal.testing.Program;

/** The profile nightly gives each class a JVM, and one JVM fuzzes one target and silently skips the others. */
class FuzzTargetsTest {
    @Test
    void eachOfTwentyAndMoreHasAClassOfItsOwn() throws IOException {
        var targets = new ArrayList<Path>();
        try (var files = Files.walk(Program.checkout("src/test/java"))) {
            for (Path file : files.filter(each -> each.toString().endsWith("Test.java")).toList()) {
                int count = Files.readString(file).split("\n    @Fuzz" + "Test\\b", -1).length - 1;
                boolean isNamedSo = file.toString().endsWith("FuzzTest.java");
                assertEquals(isNamedSo ? 1 : 0, count, file + " has so many targets");
                if (isNamedSo) targets.add(file);
            }
        }
        assertTrue(targets.size() > 20, targets + "");
    }
}
