package shoal.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process that a test has started, with what it has said so far. Waiting is for what it says or for its end, always
 * with a deadline; closing kills it.
 */
public final class Program implements AutoCloseable {
    /** A tracker that is nowhere: who is told of it alone has to be found in another way. */
    public static final String NO_TRACKER = "http://127.0.0.1:9/announce";

    /** How long a program may take for a thing of no great size. */
    public static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final Path HOME = Path.of(System.getProperty("shoal.home", "")).toAbsolutePath();

    private final String name;
    private final Process process;
    private final List<String> out = new ArrayList<>();
    private final List<String> err = new ArrayList<>();
    private final Thread outReader;
    private final Thread errReader;

    private Program(String name, Process process) {
        this.name = name;
        this.process = process;
        outReader = Thread.ofVirtual().start(() -> read(process.inputReader(), out));
        errReader = Thread.ofVirtual().start(() -> read(process.errorReader(), err));
    }

    /** Starts {@code ./shoal} as a user does, with all its state below {@code home}. */
    public static Program shoal(Path home, String... arguments) throws IOException {
        return start(environment(home), command(arguments));
    }

    /** The command {@code ./shoal} with these arguments. */
    public static List<String> command(String... arguments) {
        var command = new ArrayList<>(List.of(checkout("shoal").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Skips the test, and says {@code otherwise}, unless this command ends well. */
    public static void needed(String otherwise, String... command) throws InterruptedException {
        boolean there;
        try (Program asked = start(Map.of(), List.of(command))) {
            there = asked.exit(PATIENCE) == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, otherwise);
    }

    /** What tells a {@code ./shoal} where its state and its Java are, and to stay on this machine. */
    public static Map<String, String> environment(Path home) {
        return Map.of("SHOAL_HOME", home.toString(), "SHOAL_JAVA_HOME", System.getProperty("java.home"),
                "SHOAL_NO_LAN", "true", "SHOAL_NO_DHT", "true");
    }

    /** Starts any command. */
    public static Program start(Map<String, String> environment, List<String> command) throws IOException {
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("SHOAL_"));
        builder.environment().putAll(environment);
        return new Program(String.join(" ", command), builder.start());
    }

    /** A file of the checkout. */
    public static Path checkout(String path) {
        return HOME.resolve(path);
    }

    private void read(BufferedReader from, List<String> lines) {
        try {
            for (String line; (line = from.readLine()) != null; ) {
                synchronized (this) {
                    lines.add(line);
                    notifyAll();
                }
            }
        } catch (IOException e) {
            // the process has ended
        } finally {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Waits until a line of standard output contains {@code pattern}, and returns its match. */
    public Matcher await(String pattern, Duration time) throws InterruptedException {
        return await(out, outReader, pattern, time);
    }

    /** The same for standard error. */
    public Matcher awaitError(String pattern, Duration time) throws InterruptedException {
        return await(err, errReader, pattern, time);
    }

    private synchronized Matcher await(List<String> lines, Thread reader, String pattern, Duration time)
            throws InterruptedException {
        Pattern compiled = Pattern.compile(pattern);
        long end = System.nanoTime() + time.toNanos();
        for (int i = 0; ; ) {
            for (; i < lines.size(); i++) {
                Matcher matcher = compiled.matcher(lines.get(i));
                if (matcher.find()) return matcher;
            }
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            boolean over = !process.isAlive() && !reader.isAlive();
            if (left <= 0 || over) throw new AssertionError((over ? "ended" : "silent") + " without " + pattern + this);
            wait(Math.min(left, 100));
        }
    }

    /** Waits until so many lines of standard output contain {@code pattern}, or there is no more of it. */
    public synchronized void awaitLines(String pattern, int count, Duration time) throws InterruptedException {
        Pattern compiled = Pattern.compile(pattern);
        long end = System.nanoTime() + time.toNanos();
        for (int i = 0, found = 0; ; ) {
            for (; i < out.size() && found < count; i++) {
                if (compiled.matcher(out.get(i)).find()) found++;
            }
            if (found >= count || !outReader.isAlive()) return;
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) throw new AssertionError(found + " lines instead of " + count + " with " + pattern + this);
            wait(Math.min(left, 100));
        }
    }

    /** Waits for its end, which must be a good one, and returns all that it said on standard output. */
    public List<String> finish(Duration time) throws InterruptedException {
        int code = exit(time);
        if (code != 0) throw new AssertionError("it ended with " + code + this);
        return out();
    }

    /** Kills it with SIGKILL, and waits for all that it had still said. */
    public void kill() throws InterruptedException {
        // not by the process itself, which would close the pipe with what is still in it
        process.toHandle().destroyForcibly();
        exit(PATIENCE);
    }

    /** Waits for its end and returns the exit code. */
    public int exit(Duration time) throws InterruptedException {
        if (!process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("it does not end" + this);
        }
        outReader.join();
        errReader.join();
        return process.exitValue();
    }

    /** All lines of standard output so far. */
    public synchronized List<String> out() {
        return List.copyOf(out);
    }

    /** All lines of standard error so far. */
    public synchronized List<String> err() {
        return List.copyOf(err);
    }

    /** The process itself, to be signalled by its own number. */
    public Process process() {
        return process;
    }

    /** Kills it with SIGKILL and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
    }

    @Override
    public synchronized String toString() {
        return "\n$ " + name + "\n" + String.join("\n", out) + "\n--- standard error\n" + String.join("\n", err);
    }
}
