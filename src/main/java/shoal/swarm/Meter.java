package shoal.swarm;

/** Bytes a second, smoothed over a few seconds. The swarm's thread alone uses it. */
final class Meter {
    private static final double WEIGHT = 0.05;

    private long total;
    private long pending;
    private double perSecond;

    void add(long bytes) {
        total += bytes;
        pending += bytes;
    }

    /** Takes in what came since the last call, {@code nanos} ago. */
    void tick(long nanos) {
        if (nanos <= 0) return;
        double now = pending * 1e9 / nanos;
        perSecond += (now - perSecond) * Math.min(1, WEIGHT * nanos / SwarmLimits.TICK);
        pending = 0;
    }

    long total() {
        return total;
    }

    double perSecond() {
        return perSecond;
    }
}
