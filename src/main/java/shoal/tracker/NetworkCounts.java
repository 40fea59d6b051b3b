package shoal.tracker;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * About how many peers each network has, in a fixed 1 MiB however many networks there are: a count is shared by the
 * networks that fall into one cell, and so is too high by a few at most. Which ones share a cell is decided by a
 * secret, so that nobody can fill the cell of somebody else. Any thread.
 */
final class NetworkCounts {
    private static final int CELLS = 1 << 18;

    private final AtomicIntegerArray cells = new AtomicIntegerArray(CELLS);
    private final long secret;

    NetworkCounts(long secret) {
        this.secret = secret;
    }

    /** At least the number of peers of {@code network}. */
    int count(long network) {
        return cells.get(cell(network));
    }

    void add(long network, int change) {
        cells.addAndGet(cell(network), change);
    }

    /** Two rounds of a multiply-and-fold mixer around the secret. */
    private int cell(long network) {
        long mixed = fold(network ^ secret, 0x9E3779B97F4A7C15L);
        return (int) (fold(mixed ^ Long.rotateLeft(secret, 32), 0xD6E8FEB86659FD93L) & (CELLS - 1));
    }

    private static long fold(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) ^ a * b;
    }
}
