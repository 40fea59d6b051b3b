package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shoal.testing.Program;

/** Much more than memory: a file of 1 TiB, and 100,000 files, each in a process with 256 MiB of heap. */
final class GiantIT {
    @TempDir
    private Path dir;

    private void run(String what, Path where) throws Exception {
        try (Program child = ChildJvm.start(List.of("-Xmx256m"), GiantChild.class, what, where)) {
            List<String> said = child.finish(Duration.ofMinutes(30));
            said.forEach(System.out::println);
            assertEquals("DONE", said.getLast());
        }
    }

    /** Row B13. */
    @Test
    void sharesAFileOf1TiB() throws Exception {
        run("share", dir);
    }

    @Test
    void fetchesAFileOf1TiB() throws Exception {
        Path vast = Files.createDirectory(dir.resolve("vast"));
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=2t", "shoal-test", vast.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(mount.waitFor() == 0, "skipped: no file system can be mounted here: " + said.strip());
        try {
            run("fetch", vast);
        } finally {
            new ProcessBuilder("umount", "-l", vast.toString()).inheritIO().start().waitFor();
        }
    }

    @Test
    void fetchesAndShares100000Files() throws Exception {
        run("many", dir);
    }
}
