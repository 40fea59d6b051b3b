package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shoal.testing.Program.PATIENCE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shoal.merkle.Merkle;
import shoal.testing.Program;

/**
 * Records what a fetch writes and syncs, builds what may be left of it when the power fails, and looks each time
 * whether what is claimed then is true. {@code -Dshoal.images=600} for the night.
 */
final class PowerLossIT {
    private static final int IMAGES = Integer.getInteger("shoal.images", 60);
    private static final TestContent CONTENT = CrashVictim.SMALL;

    @TempDir
    private Path dir;

    @SuppressWarnings("NullAway.Init")
    private Path root;
    private int claimed;
    private int hashed;
    private int setAside;
    private final Map<String, Integer> refused = new HashMap<>();

    /** Row H2. */
    @Test
    void claimsNothingAfterAPowerFailureThatIsNotThere() throws Exception {
        long seed = Long.getLong("shoal.seed", System.nanoTime());
        var random = new Random(seed);
        root = Files.createDirectory(dir.toRealPath().resolve("disk"));
        Recording recording = record(random.nextLong());
        Map<Integer, Path> kept = keep(recording);
        int begin = 0;
        while (!(recording.deeds.get(begin) instanceof Recording.Write)) begin++;
        for (int image = 0; image < IMAGES; image++) {
            clear();
            int cut = begin + random.nextInt(recording.deeds.size() - begin + 1);
            try {
                new PowerCut(recording, cut, new Random(seed + image)).build(root, kept);
                look();
            } catch (Exception | AssertionError e) {
                throw new AssertionError("image " + image + " of shoal.seed=" + seed + ", cut at " + cut, e);
            }
        }
        System.out.printf("power loss: %d images of %d deeds, shoal.seed=%d: %d blocks claimed, 0 falsely; %d blocks "
                + "hashed at start; %d databases set aside; refused: %s%n",
                IMAGES, recording.deeds.size(), seed, claimed, hashed, setAside, refused);
        assertEquals(Map.of(), refused);
        assertTrue(claimed > IMAGES * 10, "most images are of a fetch under way: " + claimed);
        assertTrue(hashed < IMAGES * 100, "most files are believed as the database knows them: " + hashed);
    }

    /** A fetch that is killed, goes on, and ends. */
    private Recording record(long seed) throws Exception {
        Path log = dir.resolve("log");
        Map<String, String> environment = FaultyDisk.compile(dir).environment(root, log);
        try (Program child = ChildJvm.start(environment, List.of(), CrashVictim.class, root, seed, 2e6, "small")) {
            child.awaitLines("", 60, PATIENCE);
            child.kill();
        }
        try (Program child = ChildJvm.start(environment, List.of(), CrashVictim.class, root, seed, 4e6, "small")) {
            assertEquals("DONE", child.finish(PATIENCE).getLast());
        }
        return Recording.read(log);
    }

    /** Gives each file that was fetched another name, for the database knows their inodes. */
    private Map<Integer, Path> keep(Recording recording) throws IOException {
        var kept = new HashMap<Integer, Path>();
        Path folder = Files.createDirectory(dir.resolve("kept"));
        try (Stream<Path> all = Files.walk(root.resolve("out"))) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                int file = recording.inodes.lastIndexOf((Long) Files.getAttribute(path, "unix:ino"));
                kept.put(file, Files.createLink(folder.resolve(String.valueOf(file)), path));
            }
        }
        return kept;
    }

    private void clear() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(root)) Files.delete(path);
            }
        }
    }

    private void look() throws Exception {
        try {
            try (Store store = Store.open(root.resolve("state"))) {
                var progress = new Progress();
                try (FileHoldings holdings = FileHoldings.forFetch(
                        store, CONTENT.manifest, root.resolve("out"), CONTENT.all(), false, progress)) {
                    int blocks = CONTENT.requireClaims(holdings, root.resolve("out"));
                    claimed += blocks;
                    hashed += (int) (progress.total() >> Merkle.BLOCK_BITS);
                }
            }
            CrashVictim.run(CONTENT, root, 0, 1e12, line -> {});
            CONTENT.requireAll(root.resolve("out"));
        } catch (DiskFault fault) {
            refused.merge(fault.getMessage().replace(root.toString(), ""), 1, Integer::sum);
        }
        if (hasAny(root.resolve("state"), ".corrupt-")) setAside++;
    }

    private static boolean hasAny(Path folder, String what) throws IOException {
        if (!Files.exists(folder)) return false;
        try (Stream<Path> all = Files.list(folder)) {
            return all.anyMatch(path -> path.toString().contains(what));
        }
    }
}
