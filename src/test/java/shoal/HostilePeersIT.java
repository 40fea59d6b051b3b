package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import shoal.testing.HostileCrowd;
import shoal.testing.Program;

/**
 * One honest transfer in the middle of 500 connections that mean it no good, all processes on one address. How much it
 * is slowed is measured by {@code docs/bench/hostile.py}; here it has to end, and all that was taken has to come back.
 */
final class HostilePeersIT extends Processes {
    private static final String NOBODY = "http://127.0.0.1:1/announce";
    private static final String CROWD = "500";
    private static final long BACK = TimeUnit.MINUTES.toNanos(1);

    private Program java(String home, String heap, String main, List<String> words) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), heap, "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), main));
        command.addAll(words);
        return program(Program.start(Program.environment(folder.resolve(home)), command));
    }

    private Program node(String home, String... words) throws IOException {
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--bind", "127.0.0.1", "-t", NOBODY));
        return java(home, "-Xmx128m", "shoal.cli.Main", all);
    }

    private Program crowd(int victim, String manifest) throws Exception {
        Program crowd = java("crowd", "-Xmx512m", HostileCrowd.class.getName(),
                List.of(String.valueOf(victim), manifest, CROWD));
        crowd.await("^STANDING$", LONG);
        return crowd;
    }

    /** What a process has open, and its threads with those that only Java knows. */
    private record Taken(int descriptors, int threads, int virtual) {
        boolean isWithin(Taken before) {
            return descriptors <= before.descriptors + 8 && threads <= before.threads + 8
                    && virtual <= before.virtual + 8;
        }
    }

    private Taken taken(Program program) throws Exception {
        long pid = program.process().pid();
        Path dump = folder.resolve("threads-" + pid);
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Program asked = program(Program.start(
                Map.of(),
                List.of(jcmd, String.valueOf(pid), "Thread.dump_to_file", "-overwrite", dump.toString())));
        assertEquals(0, asked.exit(LONG), asked.toString());
        var virtual = Pattern.compile("^#\\d+ .* virtual", Pattern.MULTILINE).matcher(Files.readString(dump));
        int descriptors;
        try (var open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            descriptors = (int) open.count();
        }
        String status = Files.readString(Path.of("/proc/" + pid + "/status"));
        var threads = Pattern.compile("Threads:\\s+(\\d+)").matcher(status);
        assertTrue(threads.find());
        return new Taken(descriptors, Integer.parseInt(threads.group(1)), (int) virtual.results().count());
    }

    private void assertAllComesBack(Program node, Taken before) throws Exception {
        long end = System.nanoTime() + BACK;
        Taken now;
        do {
            now = taken(node);
            if (now.isWithin(before)) return;
        } while (System.nanoTime() - end < 0);
        throw new AssertionError(now + " a minute later, and " + before + " before" + node);
    }

    private static void assertHealthy(Program node) {
        assertTrue(node.process().isAlive(), node.toString());
        String said = node.toString();
        for (String word : List.of("bug", "Exception", "Error")) assertFalse(said.contains(word), said);
    }

    @Test
    void whoGivesStillGivesToAnHonestOneAmongFiveHundredHostileConnections() throws Exception {
        Path file = random("data.bin", 1, 32);
        int port = freePort();
        Program seeder = node("seeder", "share", file.toString(), "--port", String.valueOf(port));
        seeder.await("^READY", LONG);
        String manifest = seeder.await("^manifest +(.*)$", LONG).group(1);
        Taken before = taken(seeder);
        Program crowd = crowd(port, manifest);
        Path out = folder.resolve("out");
        Program fetch = node("fetcher", "fetch", manifest, "--peer", "127.0.0.1:" + port, "-o", out.toString(),
                "--port", String.valueOf(freePort()), "--download-limit", "4MiB", "--limit-lan");
        assertEquals(0, fetch.exit(LONG), fetch.toString() + crowd.out().getLast());
        assertEquals(-1, Files.mismatch(file, out.resolve("data.bin")));
        assertTrue(taken(seeder).descriptors() > before.descriptors() + 50, "there was no crowd");
        crowd.close();
        assertHealthy(seeder);
        assertAllComesBack(seeder, before);
    }

    @Test
    void whoFetchesGoesToAnHonestOneThoughFiveHundredHostileConnectionsCome() throws Exception {
        Path file = random("data.bin", 2, 32);
        int port = freePort();
        int fetching = freePort();
        Path out = folder.resolve("out");
        Program seeder = node("seeder", "share", file.toString(), "--port", String.valueOf(port), "--upload-limit",
                "4MiB", "--limit-lan");
        seeder.await("^READY", LONG);
        String manifest = seeder.await("^manifest +(.*)$", LONG).group(1);
        // it answers nothing before the crowd stands
        signal("STOP", seeder);
        Program fetch = node("fetcher", "fetch", manifest, "--peer", "127.0.0.1:" + port, "-o", out.toString(),
                "--port", String.valueOf(fetching), "--keep-seeding");
        fetch.awaitError("data.bin: 0.0%", LONG);
        Taken before = taken(fetch);
        Program crowd = crowd(fetching, manifest);
        signal("CONT", seeder);
        fetch.await("^.*/data.bin$", LONG);
        assertEquals(-1, Files.mismatch(file, out.resolve("data.bin")));
        assertTrue(taken(fetch).descriptors() > before.descriptors() + 50, "there was no crowd");
        crowd.close();
        assertHealthy(fetch);
        assertAllComesBack(fetch, before);
    }
}
