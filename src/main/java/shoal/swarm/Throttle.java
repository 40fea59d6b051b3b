package shoal.swarm;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * So many bytes a second and no more, for all peers that share it. Bytes are taken when they have moved, and whoever
 * took some waits until they are paid for; the next one pays behind it. A peer therefore has at most one portion in the
 * line, and all of them move at one pace. What was not used is not saved up, but for a moment that makes good for late
 * sleepers.
 *
 * <p>Nobody waits in here, and there is no clock: any thread asks, with its own idea of now.
 */
final class Throttle {
    /** How late a sleeper may be without losing anything. */
    private static final long CREDIT = Duration.ofMillis(100).toNanos();

    /** Shorter pauses are not worth the trouble: the next one is longer for it. */
    static final long SHORTEST_PAUSE = Duration.ofMillis(2).toNanos();

    private static final int PORTIONS_A_SECOND = 50;
    private static final int SMALLEST_PORTION = 4 << 10;
    private static final int LARGEST_PORTION = 256 << 10;

    private final double nanosPerByte;
    private final int portion;

    /** When all that was taken is paid for, on the clock of those who ask. */
    private final AtomicLong paid;

    /** @throws IllegalArgumentException if it is less than {@link Pace#SLOWEST} */
    Throttle(long bytesPerSecond, long now) {
        if (bytesPerSecond < Pace.SLOWEST) {
            throw new IllegalArgumentException("less than " + Pace.SLOWEST + " bytes a second: " + bytesPerSecond);
        }
        nanosPerByte = 1e9 / bytesPerSecond;
        portion = Math.clamp(bytesPerSecond / PORTIONS_A_SECOND, SMALLEST_PORTION, LARGEST_PORTION);
        paid = new AtomicLong(now);
    }

    /** How many bytes should move at a time. */
    int portion() {
        return portion;
    }

    /** So many bytes have moved. Returns the nanoseconds to wait until the next ones of the same peer may. */
    long take(long bytes, long now) {
        long cost = (long) (bytes * nanosPerByte);
        // nanoTime may wrap around: only differences are compared
        return Math.max(0, paid.updateAndGet(at -> (now - CREDIT - at > 0 ? now - CREDIT : at) + cost) - now);
    }
}
