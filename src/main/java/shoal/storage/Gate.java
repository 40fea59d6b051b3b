package shoal.storage;

import java.util.concurrent.Semaphore;

/**
 * The gate that every disk call of the data plane goes through. A virtual thread that waits for a disk keeps its
 * carrier thread: without the gate a slow disk could take them all.
 */
final class Gate {
    private final Semaphore permits = new Semaphore(16);

    /** Waits for a free place; {@link #leave} must follow. */
    void enter() {
        permits.acquireUninterruptibly();
    }

    void leave() {
        permits.release();
    }
}
