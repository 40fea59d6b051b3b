package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shoal.manifest.ManifestFile;

/** Kills a process that fetches, at moments that a seed chooses, and looks whether what it said was true. */
final class CrashIT {
    private static final int KILLS = 8;

    @TempDir
    private Path dir;

    @Test
    void losesNothingThatItSaidWhenItIsKilled() throws Exception {
        long seed = Long.getLong("shoal.seed", System.nanoTime());
        System.out.println("shoal.seed=" + seed);
        var random = new Random(seed);
        var recorded = new HashSet<String>();
        var committed = new HashSet<String>();
        for (int kill = 0; kill < KILLS; kill++) {
            try (ChildJvm child = ChildJvm.start(List.of(), CrashVictim.class, dir, random.nextLong(), 12e6)) {
                List<String> said = sayings(child, random.nextInt(400));
                assertKept(said, recorded, committed, "kill " + kill);
            }
        }
        try (ChildJvm child = ChildJvm.start(List.of(), CrashVictim.class, dir, random.nextLong(), 1e12)) {
            List<String> said = child.finish();
            assertKept(said, recorded, committed, "the last start");
            assertEquals("DONE", said.getLast());
        }
        for (ManifestFile file : CrashVictim.CONTENT.manifest.files()) {
            byte[] bytes = Files.readAllBytes(dir.resolve("out/victim").resolve(file.pathText()));
            assertArrayEquals(CrashVictim.CONTENT.files.get(file.index()), bytes, file.pathText());
        }
        try (var left = Files.list(dir.resolve("state/downloads"))) {
            assertEquals(List.of(), left.toList(), "nothing is left to remember");
        }
    }

    /** All that the child says until it has said so many lines of work, and is killed. */
    private static List<String> sayings(ChildJvm child, int lines) throws Exception {
        var said = new ArrayList<String>();
        int work = 0;
        String line;
        while (work < lines && (line = child.line()) != null) {
            said.add(line);
            if (line.startsWith("R ") || line.startsWith("C ")) work++;
        }
        said.addAll(child.kill());
        return said;
    }

    private static void assertKept(List<String> said, Set<String> recorded, Set<String> committed, String when) {
        var have = new HashSet<String>();
        var partial = new HashSet<String>();
        for (String line : said) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "H" -> have.add(words[1]);
                case "P" -> partial.add(words[1]);
                case "HASHED" -> {
                    assertEquals("0", words[1], when + ": bytes of whole files that were hashed again");
                    assertTrue(have.containsAll(committed), when + ": a committed piece is lost");
                    for (String block : recorded) {
                        boolean there = partial.contains(block) || have.contains(block.split(" ", 2)[0]);
                        assertTrue(there, when + ": block " + block + " was recorded and is lost");
                    }
                }
                case "R" -> recorded.add(words[1]);
                case "C" -> committed.add(words[1]);
                default -> assertEquals("DONE", line, when);
            }
        }
    }
}
