package shoal.cli;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * What a command has open, closed in reverse order at its end: by the command itself, or by the process's end when a
 * signal asks for that. Then nothing but last words is printed any more, and all is over within five seconds.
 */
final class Lifetime implements AutoCloseable {
    private static final Duration MOST = Duration.ofMillis(4300);
    private static final int KILLED = 137;

    private final Terminal terminal;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Thread hook = new Thread(this::end, "end");
    private Supplier<OptionalInt> lastWords = OptionalInt::empty;
    private boolean over;

    Lifetime(Terminal terminal) {
        this.terminal = terminal;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Closes {@code resource} when all is over; at once if it is. */
    <T extends AutoCloseable> T keep(T resource) {
        synchronized (open) {
            if (!over) {
                open.push(resource);
                return resource;
            }
        }
        // the process is ending, and this thread with it
        close(resource);
        return resource;
    }

    /** What to say when a signal ends the command, and its exit code if it is not the signal's own. */
    void lastWords(Supplier<OptionalInt> words) {
        lastWords = words;
    }

    /** On the process's way to its end. */
    private void end() {
        terminal.silence();
        Thread closing = Thread.ofPlatform().daemon().name("close").start(this::closeAll);
        boolean inTime = false;
        try {
            inTime = closing.join(MOST);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        OptionalInt code = lastWords.get();
        if (code.isPresent() || !inTime) Runtime.getRuntime().halt(code.orElse(KILLED));
    }

    private void closeAll() {
        while (true) {
            AutoCloseable next;
            synchronized (open) {
                over = true;
                next = open.poll();
            }
            if (next == null) return;
            close(next);
        }
    }

    private void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            terminal.log(Stack.of(e));
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // a signal was quicker: it closes everything, and this thread ends with the process
            return;
        }
        closeAll();
    }
}
