package shoal.tracker;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many manifests and records an address may still register: some at once, then one (or one MiB) a second. Addresses
 * of this machine are not counted. Remembers a bounded number of addresses; the ones that came last. Any thread.
 */
final class RegistrationQuota {
    private static final int ADDRESSES = 10_000;
    private static final double MIB = 1 << 20;

    private final int most;
    private final LongSupplier clock;
    private final Map<InetAddress, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Bucket> eldest) {
            return size() > ADDRESSES;
        }
    };

    /** What is left for an address, and since when. */
    private record Bucket(double left, long at) {}

    RegistrationQuota(int most, LongSupplier clock) {
        this.most = most;
        this.clock = clock;
    }

    /** Takes what a manifest or a record of {@code bytes} costs; false if there is not so much left. */
    synchronized boolean take(InetAddress from, int bytes) {
        if (from.isLoopbackAddress()) return true;
        long now = clock.getAsLong();
        Bucket bucket = buckets.getOrDefault(from, new Bucket(most, now));
        double seconds = (now - bucket.at) / (double) TimeUnit.SECONDS.toNanos(1);
        double left = Math.min(most, bucket.left + seconds) - Math.max(1, bytes / MIB);
        if (left < 0) return false;
        buckets.put(from, new Bucket(left, now));
        return true;
    }
}
