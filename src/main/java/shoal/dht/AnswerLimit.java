package shoal.dht;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many answers an address may have, and all together. Who sends questions in another's name makes us send to that
 * one; this bounds how much.
 */
final class AnswerLimit {
    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    private final Bucket all;
    private final Map<InetAddress, Bucket> each = new LinkedHashMap<>();

    AnswerLimit(long now) {
        all = new Bucket(DhtLimits.ANSWERS, now);
    }

    /** Whether {@code asker} may have an answer now, which is counted. */
    boolean allows(InetAddress asker, long now) {
        // what goes to this very machine is nobody else's burden
        return (asker.isLoopbackAddress() || bucket(asker, now).take(now)) && all.take(now);
    }

    private Bucket bucket(InetAddress asker, long now) {
        Bucket bucket = each.get(asker);
        if (bucket != null) return bucket;
        if (each.size() >= DhtLimits.ADDRESSES_COUNTED) each.remove(each.keySet().iterator().next());
        bucket = new Bucket(DhtLimits.ANSWERS_PER_ADDRESS, now);
        each.put(asker, bucket);
        return bucket;
    }

    private static final class Bucket {
        private final int perSecond;
        private double left;
        private long filled;

        Bucket(int perSecond, long now) {
            this.perSecond = perSecond;
            left = most();
            filled = now;
        }

        private double most() {
            return (double) perSecond * DhtLimits.BURST;
        }

        private void fill(long now) {
            left = Math.min(most(), left + (now - filled) / SECOND * perSecond);
            filled = now;
        }

        boolean take(long now) {
            fill(now);
            if (left < 1) return false;
            left--;
            return true;
        }
    }
}
