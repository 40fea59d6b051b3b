package shoal.swarm;

import java.time.Duration;
import java.util.PriorityQueue;

/** Virtual time: what is due next happens next, and equal times in the order in which they were asked for. */
final class Timeline {
    private record Due(long time, long order, Runnable action) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return time != other.time ? Long.compare(time, other.time) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Due> queue = new PriorityQueue<>();
    private long order;
    private long now;

    /** Nanoseconds since the beginning. */
    long now() {
        return now;
    }

    void at(long time, Runnable action) {
        queue.add(new Due(Math.max(now, time), order++, action));
    }

    void after(long nanos, Runnable action) {
        at(now + nanos, action);
    }

    /** Lets the next thing happen, unless that is later than {@code end}; tells whether it did. */
    boolean step(long end) {
        Due due = queue.peek();
        if (due == null || due.time > end) return false;
        queue.remove();
        now = due.time;
        due.action.run();
        return true;
    }

    static long seconds(double seconds) {
        return (long) (seconds * 1e9);
    }

    static long millis(double millis) {
        return (long) (millis * 1e6);
    }

    @Override
    public String toString() {
        return Duration.ofNanos(now).toString();
    }
}
