package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shoal.manifest.ManifestFile;
import shoal.merkle.Merkle;
import shoal.testing.Program;

/**
 * Kills a process that fetches, at moments that a seed chooses, and looks whether what it said was true.
 * {@code -Dshoal.kills=200} for the night, with a share of 146 MiB.
 */
final class CrashIT {
    private static final int KILLS = Integer.getInteger("shoal.kills", 12);
    private static final String SIZE = KILLS > 50 ? "large" : "middle";

    /** Such a part of the share at most is hashed at a start; of a small one, the pieces under way are more. */
    private static final int MOST_HASHED_OF = KILLS > 50 ? 100 : 10;

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int MIB = (1 << 20) / Merkle.BLOCK;

    @TempDir
    private Path dir;

    private final Set<String> come = new HashSet<>();
    private final Set<String> recorded = new HashSet<>();
    private final Set<String> committed = new HashSet<>();
    private int twice;
    private int mostTwice;
    private int mostHashed;

    /** Row H1, while it fetches. */
    @Test
    void losesNothingThatItSaidWhenItIsKilled() throws Exception {
        long seed = Long.getLong("shoal.seed", System.nanoTime());
        System.out.println("shoal.seed=" + seed);
        var random = new Random(seed);
        TestContent content = CrashVictim.content(SIZE);
        int blocks = (int) (content.manifest.length() >> Merkle.BLOCK_BITS);
        for (int kill = 0; kill < KILLS; kill++) {
            try (Program child = start(random.nextLong(), 12e6)) {
                assertKept(sayings(child, random.nextInt(2 * blocks / KILLS)), "kill " + kill);
            }
            assertEquals("ok", integrity(kill));
        }
        try (Program child = start(random.nextLong(), 1e12)) {
            List<String> said = child.finish(LONG);
            assertKept(said, "the last start");
            assertEquals("DONE", said.getLast());
        }
        content.requireAll(dir.resolve("out"));
        try (var left = Files.list(dir.resolve("state/downloads"))) {
            assertEquals(List.of(), left.toList(), "nothing is left to remember");
        }
        System.out.printf("%d kills within %d blocks: 0 of %d recorded blocks and 0 of %d proven pieces lost, %d "
                + "blocks came twice (at most %d for a kill), at most %d were hashed at a start, "
                + "integrity_check ok %d times%n",
                KILLS, blocks, recorded.size(), committed.size(), twice, mostTwice, mostHashed, KILLS);
        assertTrue(mostHashed <= blocks / MOST_HASHED_OF, mostHashed + " of " + blocks + " blocks hashed at a start");
    }

    private Program start(long seed, double bytesPerSecond) throws Exception {
        // to hash the large share with what the first compiler makes of it would take seconds at each start
        List<String> options = KILLS > 50 ? List.of("-XX:TieredStopAtLevel=4") : List.of();
        return ChildJvm.start(options, CrashVictim.class, dir, seed, bytesPerSecond, SIZE);
    }

    /** All that the child says until it has said so many lines of work, and is killed. */
    private static List<String> sayings(Program child, int lines) throws Exception {
        child.awaitLines("^[RC] ", lines, LONG);
        child.kill();
        return child.out();
    }

    private void assertKept(List<String> said, String when) {
        var have = new HashSet<String>();
        var partial = new HashSet<String>();
        int again = 0;
        for (String line : said) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "H" -> have.add(words[1]);
                case "P" -> partial.add(words[1]);
                case "HASHED" -> {
                    long hashed = Long.parseLong(words[1]);
                    assertTrue(hashed <= inFlight(), when + ": " + hashed + " bytes of whole files were hashed again");
                    assertTrue(have.containsAll(committed), when + ": a committed piece is lost");
                    for (String block : recorded) {
                        boolean there = partial.contains(block) || have.contains(block.split(" ", 2)[0]);
                        assertTrue(there, when + ": block " + block + " was recorded and is lost");
                    }
                    mostHashed = Math.max(mostHashed, partial.size());
                }
                case "G" -> again += come.add(words[1]) ? 0 : 1;
                case "R" -> recorded.add(words[1]);
                case "C" -> committed.add(words[1]);
                default -> assertEquals("DONE", line, when);
            }
        }
        twice += again;
        mostTwice = Math.max(mostTwice, again);
        assertTrue(again <= MIB, when + ": " + again + " blocks came again");
    }

    /** Bytes of files of which nothing is committed: one that came within one round is noted after it has its name. */
    private long inFlight() {
        long bytes = 0;
        for (ManifestFile file : CrashVictim.content(SIZE).manifest.files()) {
            boolean isBegun = false;
            for (int piece = file.firstPiece(); piece < file.endPiece(); piece++) {
                isBegun |= committed.contains(Integer.toString(piece));
            }
            if (!isBegun) bytes += file.length();
        }
        return bytes;
    }

    /** What SQLite says of a copy: to look at the database itself would tidy it up. */
    private String integrity(int kill) throws Exception {
        Path copy = Files.createDirectory(dir.resolve("copy" + kill));
        for (String name : List.of("state.db", "state.db-wal")) {
            Path file = dir.resolve("state").resolve(name);
            if (Files.exists(file)) Files.copy(file, copy.resolve(name));
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + copy.resolve("state.db"));
                var statement = connection.createStatement();
                var row = statement.executeQuery("PRAGMA integrity_check")) {
            return row.getString(1);
        }
    }
}
