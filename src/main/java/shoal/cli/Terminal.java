package shoal.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Printable;
import tools.jackson.jr.ob.JSON;

/**
 * The one place that prints: results on stdout, everything else on stderr, so that a line never breaks the progress
 * bar. Any thread. Whoever reads may go away: what cannot be written is dropped in silence.
 */
final class Terminal {
    /** How much is said on stderr. */
    enum Volume {
        /** Errors alone. */
        QUIET,
        /** Errors, warnings, progress. */
        USUAL,
        /** All that happens, and the stack of an error. */
        VERBOSE
    }

    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;
    private final boolean hasBar;
    private volatile Volume volume = Volume.USUAL;
    private volatile boolean json;
    private String bar = "";
    private volatile @Nullable Thread speaker;

    /** A terminal that prints to these; {@code errIsTerminal}: lines may be drawn over. */
    Terminal(PrintStream out, PrintStream err, Map<String, String> environment, boolean errIsTerminal) {
        this.out = out;
        this.err = err;
        this.environment = Map.copyOf(environment);
        hasBar = errIsTerminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    }

    /** The process's own. Names are UTF-8, whatever the locale says. */
    static Terminal ofProcess() {
        return of(System.getenv());
    }

    /** The process's own, as if its environment were this one. */
    static Terminal of(Map<String, String> environment) {
        return new Terminal(
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                environment,
                isTerminal());
    }

    /** The JDK only says whether both stdin and stdout are terminals; Linux lets one look at stderr itself. */
    private static boolean isTerminal() {
        Path stderr = Path.of("/proc/self/fd/2");
        try {
            String target = Files.readSymbolicLink(stderr).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        }
    }

    void set(Volume newVolume, boolean newJson) {
        volume = newVolume;
        json = newJson;
    }

    Volume volume() {
        return volume;
    }

    /** Whether results are JSON, one object a line. */
    boolean isJson() {
        return json;
    }

    /** Whether progress is a bar that is drawn over. */
    boolean hasBar() {
        return hasBar && volume == Volume.USUAL;
    }

    Map<String, String> environment() {
        return environment;
    }

    /** Columns of the terminal. */
    int width() {
        String columns = environment.getOrDefault("COLUMNS", "");
        return columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : 80;
    }

    /** A result for a person; nothing under {@code --json}. */
    void result(String line) {
        if (!json) print(out, line);
    }

    /** A result for a program; nothing without {@code --json}. */
    void json(Map<String, ?> object) {
        if (!json) return;
        try {
            print(out, JSON.std.asString(object));
        } catch (tools.jackson.core.JacksonException e) {
            throw new IllegalStateException("no JSON: " + object, e);
        }
    }

    /** A text that is a result as it is, with lines of its own. */
    synchronized void raw(String text) {
        out.print(text);
        out.flush();
    }

    /** What a person may want to know while it runs. */
    void say(String line) {
        if (volume != Volume.QUIET) print(err, line);
    }

    /** What a person may want to know who asked for everything. */
    void detail(String line) {
        if (volume == Volume.VERBOSE) print(err, line);
    }

    /** What went wrong, and what to do about it. */
    void error(String line) {
        print(err, "shoal: " + line);
    }

    /** What is not as it should be, while the command goes on. */
    void warn(String line) {
        say("shoal: " + line);
    }

    /** A line of the log, which knows the volume itself. */
    void log(String line) {
        print(err, line);
    }

    /** From now on only the current thread is heard: the process is on its way to its end. */
    void silence() {
        bar("");
        speaker = Thread.currentThread();
    }

    private boolean isSilent() {
        Thread only = speaker;
        return only != null && !only.equals(Thread.currentThread());
    }

    /** Draws {@code text} over the last bar; an empty one removes it. */
    synchronized void bar(String text) {
        if (!hasBar() || text.equals(bar) || isSilent()) return;
        bar = text;
        err.print(CLEAR + text);
        err.flush();
    }

    private synchronized void print(PrintStream stream, String text) {
        if (isSilent()) return;
        // both may be the same screen
        if (!bar.isEmpty()) err.print(CLEAR);
        stream.println(text.lines().map(Printable::of).reduce((a, b) -> a + "\n" + b).orElse(""));
        stream.flush();
        if (!bar.isEmpty()) {
            err.print(bar);
            err.flush();
        }
    }
}
