package shoal.storage;

import java.util.concurrent.atomic.LongAdder;

/** How far a long reading of files has come, and whether it should go on. Any thread may use it. */
public final class HashProgress {
    private final LongAdder hashed = new LongAdder();
    private volatile long total;
    private volatile boolean cancelled;

    /** Bytes read and hashed so far. */
    public long hashed() {
        return hashed.sum();
    }

    /** Bytes to be hashed in all; 0 until that is known. */
    public long total() {
        return total;
    }

    /** Ends the work soon; what is done of it stays. */
    public void cancel() {
        cancelled = true;
    }

    /** Whether {@link #cancel} was called. */
    public boolean isCancelled() {
        return cancelled;
    }

    void total(long bytes) {
        total = bytes;
    }

    void hashed(long bytes) {
        hashed.add(bytes);
    }
}
