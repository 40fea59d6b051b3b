package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shoal.testing.Program.NO_TRACKER;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shoal.testing.Program;

/**
 * What a user sees of a failing disk: commands as processes of their own, in each of which one call to the disk fails,
 * once or with all that follow it. The exit code is one of those that are documented for it, what went wrong is told in
 * lines that name the place, without a stack; and the next run, when the disk is well again, ends as ever.
 * {@code -Dshoal.command.sites=1} for each call; else each 31st.
 */
final class CommandFaultsIT {
    private static final int STEP = Integer.getInteger("shoal.command.sites", 31);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final TestContent CONTENT = CrashVictim.SMALL;

    /** A call that fails, and how. */
    private record Manner(FaultyDisk.Kind kind, boolean once) {}

    /** In turn, so that neighbouring calls fail in different ways. */
    private static final List<Manner> MANNERS = List.of(
            new Manner(FaultyDisk.Kind.ENOSPC, false), new Manner(FaultyDisk.Kind.EIO, true),
            new Manner(FaultyDisk.Kind.EROFS, false), new Manner(FaultyDisk.Kind.SHORT_WRITE, true),
            new Manner(FaultyDisk.Kind.ENOSPC, true), new Manner(FaultyDisk.Kind.EIO, false));

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Path root;

    @SuppressWarnings("NullAway.Init")
    private Path source;

    @SuppressWarnings("NullAway.Init")
    private Path manifest;

    @SuppressWarnings("NullAway.Init")
    private FaultyDisk disk;

    private final Map<String, Integer> ends = new TreeMap<>();

    @BeforeEach
    void write() throws Exception {
        Path dir = folder.toRealPath();
        disk = FaultyDisk.compile(dir);
        root = dir.resolve("disk");
        Path above = Files.createDirectory(dir.resolve("source"));
        source = above.resolve("victim");
        CONTENT.write(above);
        manifest = dir.resolve("victim.torrent");
    }

    private Program start(Map<String, String> more, Path home, Object... words) throws IOException {
        var environment = new HashMap<>(Program.environment(home));
        environment.putAll(more);
        return ChildJvm.start(environment, List.of("-Xmx256m"), "shoal.cli.Main", words);
    }

    private Program seeder() throws Exception {
        return start(Map.of(), folder.resolve("seeder"), "share", source, "-p", "64KiB", "-t", NO_TRACKER, "--bind",
                "127.0.0.1", "-o", manifest);
    }

    private static String address(Program seeder) throws Exception {
        return "127.0.0.1:" + seeder.await("^READY port (\\d+)$", LONG).group(1);
    }

    /** What a command is to do, from the beginning. */
    private interface Case {
        void prepare() throws Exception;

        Object[] words();

        /** Looks whether all is done. */
        void look(Program done) throws Exception;
    }

    /** Lets call after call fail, until there are no more. Returns how many failed. */
    private int sweep(String name, Set<Integer> codes, Case it) throws Exception {
        Path told = folder.resolve("told");
        int sites = 0;
        for (int call = 1; ; call += STEP) {
            Manner manner = MANNERS.get((call / STEP + call % STEP) % MANNERS.size());
            clear();
            it.prepare();
            String what;
            try (Program faulty = start(disk.environment(root, call, manner.kind(), manner.once(), told),
                    root.resolve("home"), it.words())) {
                int code = faulty.exit(LONG);
                what = Files.readString(told);
                what = what.substring(what.indexOf(' ') + 1);
                if (!what.isEmpty()) {
                    sites++;
                    look(manner, what, code, codes, faulty);
                }
                if (code == 0) it.look(faulty);
                ends.merge(name + " " + manner.kind() + ": " + code, 1, Integer::sum);
            }
            try (Program well = start(Map.of(), root.resolve("home"), it.words())) {
                assertEquals(0, well.exit(LONG), "after " + what + " failed with " + manner + well);
                it.look(well);
            }
            if (what.isEmpty()) return sites;
        }
    }

    private void look(Manner manner, String what, int code, Set<Integer> codes, Program faulty) {
        String where = what + " failed with " + manner + ", and it ended with " + code + faulty;
        assertTrue(code == 0 || codes.contains(code), where);
        assertFalse(faulty.toString().contains("a bug of ours"), where);
        for (String line : faulty.err()) {
            assertFalse(line.contains("Exception") || line.matches("\\s+(at |\\.\\.\\.).*"), where);
        }
        if (code == 0) return;
        List<String> words = faulty.err().stream().filter(line -> line.startsWith("shoal: ")).toList();
        assertFalse(words.isEmpty(), where);
        assertTrue(words.getLast().contains(root.toString()), where);
        boolean isFull = manner.kind() == FaultyDisk.Kind.ENOSPC && what.startsWith("write ");
        if (isFull) assertTrue(words.getLast().contains("disk full: need "), where);
        if (codes.contains(9)) assertEquals(words.getLast().contains("disk full: need "), code == 9, where);
        if (manner.kind() == FaultyDisk.Kind.EIO && codes.contains(17)) assertEquals(17, code, where);
    }

    private void clear() throws IOException {
        if (Files.exists(root)) {
            try (Stream<Path> all = Files.walk(root)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
            }
        }
        Files.createDirectory(root);
    }

    /** Row H5, and the rest of H7: a disk that may not be written any more amid a fetch. */
    @Test
    void aFetchSaysWhatFailedAndGoesOnWhenTheDiskIsWell() throws Exception {
        try (Program seeder = seeder()) {
            String from = address(seeder);
            int sites = sweep("fetch", Set.of(9, 17), new Case() {
                @Override
                public void prepare() {}

                @Override
                public Object[] words() {
                    return new Object[] {"fetch", manifest, "--from", from, "--bind", "127.0.0.1", "-o",
                        root.resolve("out"), "--wait", "20"};
                }

                @Override
                public void look(Program done) throws Exception {
                    CONTENT.requireAll(root.resolve("out"));
                }
            });
            end(sites, 200);
        }
    }

    @Test
    void sharingSaysWhatFailedAndMakesTheSameManifestWhenTheDiskIsWell() throws Exception {
        var first = new ArrayList<@Nullable String>();
        int sites = sweep("share", Set.of(9, 17), new Case() {
            @Override
            public void prepare() throws Exception {
                CONTENT.write(root);
            }

            @Override
            public Object[] words() {
                return new Object[] {"share", root.resolve("victim"), "-p", "64KiB", "-t", NO_TRACKER, "--no-seed",
                    "-o", root.resolve("victim.torrent")};
            }

            @Override
            public void look(Program done) throws Exception {
                first.add(done.await("^hash +([0-9a-f]{64})$", LONG).group(1));
                assertEquals(first.getFirst(), first.getLast());
                assertTrue(Files.size(root.resolve("victim.torrent")) > 1000);
            }
        });
        end(sites, 100);
    }

    /** What {@code verify} could not check ends with 2, and what it could not repair with 1, as it is documented. */
    @Test
    void aRepairSaysWhatFailedAndMendsTheRestWhenTheDiskIsWell() throws Exception {
        try (Program seeder = seeder()) {
            String from = address(seeder);
            int sites = sweep("verify --repair", Set.of(1, 2), new Case() {
                @Override
                public void prepare() throws Exception {
                    CONTENT.write(root);
                    Damage.flip(root.resolve("victim/big"), 1_000_000);
                    Damage.flip(root.resolve("victim/big"), 70_000);
                    Damage.length(root.resolve("victim/middle"), 200_000);
                    Files.delete(root.resolve("victim/small"));
                }

                @Override
                public Object[] words() {
                    return new Object[] {"verify", manifest, root.resolve("victim"), "--repair", "--peer", from,
                        "--bind", "127.0.0.1", "-t", NO_TRACKER, "--wait", "20"};
                }

                @Override
                public void look(Program done) throws Exception {
                    CONTENT.requireAll(root);
                }
            });
            end(sites, 100);
        }
    }

    private void end(int sites, int least) {
        System.out.println("commands on a failing disk: " + sites + " calls failed; kind and exit code: " + ends);
        assertTrue(sites > least / STEP, sites + " are too few");
    }
}
