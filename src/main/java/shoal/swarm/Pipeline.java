package shoal.swarm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.LongPredicate;

/**
 * How many requests to have out to one peer, and which are. Deep enough that the peer never waits for us, and no
 * deeper: what is on its way when we are killed is sent in vain.
 *
 * <p>The depth follows the largest rate at which blocks came lately and the shortest time that one took, as congestion
 * control by bandwidth and delay does: twice their product, and a little for the scheduling of both ends. Rate times
 * delay is what is out now if the peer is idle in between, so it grows with each round trip until the way is full.
 * Until then it is four times the product: a sender that waits for us in between takes its own pauses for a full way,
 * and its congestion control (BBR) then needs a second to find out how wide it is.
 */
final class Pipeline {
    private static final long SLACK = 4_000_000;
    private static final long LATE_LEAST = 100_000_000;
    private static final long LATE_MOST = 1_000_000_000;
    private static final long RATE_WINDOW = 1_000_000_000;

    /** The way is full when the rate has not grown by a quarter in three round trips. */
    private static final double GROWTH = 1.25;

    private static final int FLAT_ROUNDS = 3;

    private record Sent(long time, long receivedBefore, long lastArrivalBefore) {}

    private final SequencedMap<Long, Sent> out = new LinkedHashMap<>();
    private long received;
    private long lastArrival;

    /** Whether it owes us a block, and since when. Requests that are taken back do not pay for it if it never gave. */
    private boolean owes;

    private long owesSince;
    private long shortest = Long.MAX_VALUE;
    private double best;
    private double bestBefore;
    private long windowStart;

    /** A round trip is over when a block comes that was asked for when so much had come. */
    private long round;

    private double grown;
    private int flatRounds;
    private int atMost = SwarmLimits.PIPELINE_MOST;

    /** The peer says how many requests it keeps ({@code reqq} of BEP 10). */
    void limit(int requests) {
        atMost = Math.clamp(requests, 1, SwarmLimits.PIPELINE_MOST);
    }

    void sent(long key, long now) {
        if (!owes) owesSince = now;
        owes = true;
        out.put(key, new Sent(now, received, out.isEmpty() ? now : lastArrival));
    }

    /** A request is taken back; tells whether it was out. */
    boolean remove(long key) {
        boolean wasOut = out.remove(key) != null;
        if (out.isEmpty() && received > 0) owes = false;
        return wasOut;
    }

    /** The peer has said something else about its requests than to send blocks: it owes nothing for now. */
    void settled() {
        owes = false;
    }

    /** A block came that was asked for. */
    void arrived(long key, int bytes, long now) {
        Sent sent = out.remove(key);
        received += bytes;
        lastArrival = now;
        owes = !out.isEmpty();
        owesSince = now;
        if (sent == null) return;
        shortest = Math.min(shortest, Math.max(1, now - sent.time));
        long nanos = Math.max(now - sent.time, now - sent.lastArrivalBefore);
        if (nanos <= 0) return;
        double rate = (received - sent.receivedBefore) / (double) nanos;
        if (now - windowStart > RATE_WINDOW) {
            windowStart = now;
            bestBefore = best;
            best = 0;
        }
        best = Math.max(best, rate);
        if (sent.receivedBefore >= round) endRound();
    }

    private void endRound() {
        round = received;
        if (rate() >= grown * GROWTH) {
            grown = rate();
            flatRounds = 0;
        } else if (flatRounds < FLAT_ROUNDS) {
            flatRounds++;
        }
    }

    /** How many requests may be out. */
    int depth() {
        if (shortest == Long.MAX_VALUE) return Math.min(SwarmLimits.PIPELINE_LEAST, atMost);
        double bytes = rate() * ((flatRounds < FLAT_ROUNDS ? 4.0 : 2.0) * shortest + SLACK);
        return Math.min(atMost, Math.clamp((long) (bytes / SwarmLimits.BLOCK) + 1,
                SwarmLimits.PIPELINE_LEAST, SwarmLimits.PIPELINE_MOST));
    }

    int size() {
        return out.size();
    }

    boolean isOut(long key) {
        return out.containsKey(key);
    }

    Iterable<Long> keys() {
        return out.keySet();
    }

    /**
     * A request that is not answered soon: the peer has gone quiet, or so much lies before it that it takes more than a
     * second, and more than twice as long as the peer that would be asked instead. The last of them, or -1.
     *
     * @param other how long it takes with the peer that would be asked instead
     */
    long late(long now, double other, LongPredicate willDo) {
        if (out.isEmpty()) return -1;
        boolean quiet = isQuiet(now);
        double each = perBlock();
        double takes = each * out.size();
        if (!quiet && takes <= Math.max(LATE_MOST, 2 * other)) return -1;
        for (long key : out.sequencedKeySet().reversed()) {
            if (!quiet && takes <= Math.max(LATE_MOST, 2 * other)) return -1;
            if (willDo.test(key)) return key;
            takes -= each;
        }
        return -1;
    }

    /** Whether nothing has come for longer than the peer's own pace explains. */
    boolean isQuiet(long now) {
        if (!owes) return false;
        long silence = now - owesSince;
        if (rate() == 0) return silence > LATE_MOST;
        return silence > Math.clamp((long) (2 * shortest + 8 * perBlock()), LATE_LEAST, LATE_MOST);
    }

    private double rate() {
        return Math.max(best, bestBefore);
    }

    private double perBlock() {
        return rate() == 0 ? 0 : SwarmLimits.BLOCK / rate();
    }

    /** Nanoseconds until a block comes that is asked for now; 0 if that is not known. */
    double waitForNext() {
        return rate() == 0 ? 0 : shortest + perBlock() * (out.size() + 1);
    }

    /** The requests for blocks of this piece. */
    List<Long> keysOf(int piece) {
        return out.keySet().stream().filter(key -> Asked.piece(key) == piece).toList();
    }

    /** Voids all requests; returns their keys. */
    Long[] clear() {
        Long[] keys = out.keySet().toArray(Long[]::new);
        out.clear();
        return keys;
    }
}
