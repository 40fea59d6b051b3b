package shoal.tracker;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that the bodies of requests and replies may take together: a fraction of the heap, since they stay there
 * for as long as the other side is slow. Any thread.
 */
final class BodyBudget {
    private final long most;
    private final AtomicLong taken = new AtomicLong();

    /** A third of the heap, but enough for two bodies of {@code atLeast} bytes. */
    BodyBudget(int atLeast) {
        this.most = Math.max(2L * atLeast, Runtime.getRuntime().maxMemory() / 3);
    }

    /** Takes {@code bytes} if they are free; tells whether they were. */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= most) return true;
        taken.addAndGet(-bytes);
        return false;
    }

    void give(long bytes) {
        taken.addAndGet(-bytes);
    }
}
