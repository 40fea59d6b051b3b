package shoal.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The greatest manifests are written and read in a small JVM (rows A10 and A17 of the catalogue of faults). */
final class GiantsTest {
    private static final int MINUTES = 3;

    private static String run(int mebibytes, String... args) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + mebibytes + "m",
                "-cp",
                System.getProperty("java.class.path"),
                Giants.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), "it takes minutes");
            return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aHundredThousandFiles() throws Exception {
        assertEquals("100000 files 100000 paths 100000 bytes", run(256, "files", "100000"));
    }

    @Test
    void threeHundredThousandFilesOfOneByte() throws Exception {
        assertEquals("300000 files 300000 paths 300000 bytes", run(512, "files", "300000"));
    }

    @Test
    void oneFileOfATebibyte() throws Exception {
        assertEquals("65536 pieces true true", run(256, "pieces", Long.toString(1L << 40), Integer.toString(16 << 20)));
    }

    @Test
    void asManyPiecesAsThereMayBe() throws Exception {
        assertEquals("2097152 pieces true true", run(256, "pieces", Long.toString(1L << 40),
                Integer.toString(512 << 10)));
    }
}
