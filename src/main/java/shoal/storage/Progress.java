package shoal.storage;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.LongAdder;

/** How far a long piece of work is, and whether it shall go on. Any thread may look, and stop it. */
public final class Progress {
    private final LongAdder done = new LongAdder();
    private final LongAdder total = new LongAdder();
    private volatile boolean stopped;

    /** Bytes that are done. */
    public long done() {
        return done.sum();
    }

    /** Bytes that there are to do, as far as is known. */
    public long total() {
        return total.sum();
    }

    /** Ends the work soon, by a {@link CancellationException} for whoever waits for it. */
    public void stop() {
        stopped = true;
    }

    void expect(long bytes) {
        total.add(bytes);
    }

    void add(long bytes) {
        done.add(bytes);
    }

    boolean isStopped() {
        return stopped;
    }

    void check() {
        if (stopped) throw new CancellationException("stopped by the user");
    }
}
