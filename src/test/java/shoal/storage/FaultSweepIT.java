package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shoal.testing.Program;

/**
 * Lets one call to the disk after the other fail in a small fetch, with EIO, ENOSPC or a short write, once or from
 * there on. {@code -Dshoal.sites=1} for each call, as at night; else each 9th one.
 */
final class FaultSweepIT {
    private static final int STEP = Integer.getInteger("shoal.sites", 9);

    @TempDir
    private Path dir;

    @Test
    void aFailingDiskCostsALineAndNothingThatWasClaimed() throws Exception {
        Path root = dir.toRealPath();
        int sites = 0;
        var ends = new TreeMap<String, Integer>();
        Map<String, String> environment = FaultyDisk.compile(dir).environment(root);
        try (Program child = ChildJvm.start(environment, List.of(), FaultVictim.class, root, 1, STEP)) {
            for (String line : child.finish(Duration.ofMinutes(30))) {
                if (line.equals("DONE")) continue;
                String[] said = line.split("\t", -1);
                assertEquals(4, said.length, line);
                sites++;
                ends.merge(said[1] + ": " + said[3].split(" ", 2)[0], 1, Integer::sum);
                assertFalse(said[3].contains("|"), "more than a line: " + line);
                if (said[3].equals("well")) continue;
                assertTrue(said[3].contains(root.toString()), "does not say where: " + line);
                assertFalse(said[3].contains("rollback"), "not what went wrong first: " + line);
                boolean isFull = said[1].startsWith("ENOSPC") && said[2].matches("(write|sync) out/.*");
                if (isFull) assertTrue(said[3].startsWith("FULL disk full: "), line);
                if (said[1].startsWith("EIO")) assertTrue(said[3].startsWith("IO "), line);
            }
        }
        System.out.println("I/O faults: " + sites + " calls failed, each then fetched whole without: " + ends);
        assertTrue(sites > 300 / STEP, sites + " are too few");
    }
}
