package shoal.cli;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Shows progress while a command works: a bar a few times a second where there is a terminal, else a line every five
 * seconds. The first line comes after one interval, so short work says nothing. The thread that works or waits uses it.
 */
final class Ticker implements AutoCloseable {
    /** How often a bar is drawn, and how often anyone should call {@link #tick}. */
    static final Duration FRAME = Duration.ofMillis(200);

    private static final Duration LINE = Duration.ofSeconds(5);

    private final Terminal terminal;
    private long last = System.nanoTime();

    Ticker(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Shows what {@code line} gives, if it is time. */
    void tick(Supplier<ProgressLine> line) {
        long now = System.nanoTime();
        if (terminal.hasBar()) {
            if (now - last < FRAME.toNanos() / 2) return;
            last = now;
            terminal.bar(line.get().bar(terminal.width()));
        } else {
            if (now - last < LINE.toNanos()) return;
            last = now;
            terminal.say(line.get().text());
        }
    }

    @Override
    public void close() {
        terminal.bar("");
    }
}
