package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import shoal.testing.Libtorrent;
import shoal.testing.Program;

/** Processes on loopback as a user starts them, each with a home below the test's folder; none outlives its test. */
abstract class Processes {
    static final Duration LONG = Duration.ofMinutes(2);
    static final Duration SIGNALLED = Duration.ofSeconds(5);
    static final long MIB = 1 << 20;

    private static final AtomicInteger PORTS =
            new AtomicInteger(20_000 + (int) (ProcessHandle.current().pid() % 9_000));

    @TempDir
    Path folder;

    private final List<Program> programs = new ArrayList<>();

    @AfterEach
    void killAll() {
        programs.forEach(Program::close);
    }

    Program shoal(String home, String... words) throws IOException {
        return program(Program.shoal(folder.resolve(home), words));
    }

    /** Ends with the test. */
    Program program(Program program) {
        programs.add(program);
        return program;
    }

    Program libtorrent(String... words) throws IOException {
        return program(Libtorrent.start(words));
    }

    Program ended(int code, String home, String... words) throws Exception {
        Program program = shoal(home, words);
        assertEquals(code, program.exit(LONG), program.toString());
        return program;
    }

    String tracker(String port) throws Exception {
        Program tracker = shoal("tracker", "tracker", "--bind", "127.0.0.1", "--port", port);
        return tracker.await("^READY (\\S+)$", LONG).group(1);
    }

    /** A seeder that accepts peers; its home is its name. */
    Program seeder(String name, Path path, String tracker, String... more) throws Exception {
        var words = new ArrayList<>(List.of("share", path.toString(), "-t", tracker, "--bind", "127.0.0.1"));
        words.addAll(List.of(more));
        Program seeder = shoal(name, words.toArray(String[]::new));
        seeder.await("^READY|\"ready\"", LONG);
        return seeder;
    }

    Path random(String name, long seed, int mebibytes) throws IOException {
        Path file = folder.resolve(name);
        var random = new SplittableRandom(seed);
        var bytes = new byte[(int) MIB];
        try (var out = Files.newOutputStream(file)) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(bytes);
                out.write(bytes);
            }
        }
        return file;
    }

    /** Any bytes, always the same for a seed. */
    static Path file(Path path, int length, long seed) throws IOException {
        var bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        Files.createDirectories(path.getParent());
        return Files.write(path, bytes);
    }

    /** A file, or a tree whose files {@code copy} has as well. */
    static void assertSame(Path original, Path copy) throws IOException {
        try (Stream<Path> all = Files.walk(original)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                Path other = copy.resolve(original.relativize(path).toString());
                assertEquals(-1, Files.mismatch(path, other), () -> other + " differs");
            }
        }
    }

    /** A port below those that the kernel gives to anybody, which nobody has and no test was given before. */
    static int freePort() throws IOException {
        for (int port; (port = PORTS.getAndAdd(13)) < 32_000; ) {
            try (var socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
                return port;
            } catch (BindException e) {
                // somebody is there: the next one
            }
        }
        throw new IOException("all ports are taken");
    }

    static void signal(String name, Program program) throws Exception {
        String pid = String.valueOf(program.process().pid());
        assertEquals(0, new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor());
    }

    static long number(String line, String key) {
        Matcher matcher = Pattern.compile("\"" + key + "\":(\\d+)").matcher(line);
        assertTrue(matcher.find(), key + " in " + line);
        return Long.parseLong(matcher.group(1));
    }
}
