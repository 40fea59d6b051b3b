package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineTest {
    private static final int BLOCK = SwarmLimits.BLOCK;
    private static final long START = Long.MAX_VALUE - 5_000_000_000L;

    private final Pipeline pipeline = new Pipeline();
    private long now = START;

    private final Queue<long[]> way = new ArrayDeque<>();
    private long busy = START;
    private long key;

    /** Keeps the pipeline filled for some seconds of a way with this delay and bandwidth; tells the bytes that came. */
    private long pump(double seconds, long delayNanos, double bytesPerSecond) {
        long end = now + (long) (seconds * 1e9);
        long came = 0;
        while (now - end < 0) {
            while (pipeline.size() < pipeline.depth()) {
                long there = now + delayNanos / 2;
                busy = (busy - there > 0 ? busy : there) + (long) (BLOCK * 1e9 / bytesPerSecond);
                pipeline.sent(++key, now);
                way.add(new long[] {key, busy + delayNanos / 2});
            }
            long[] next = way.remove();
            now = next[1];
            pipeline.arrived(next[0], BLOCK, now);
            came += BLOCK;
        }
        return came;
    }

    @ParameterizedTest
    @CsvSource({"1, 1e6", "1, 1e8", "50, 1e6", "50, 2e7", "200, 1e7", "0.1, 7e8"})
    void findsTheDepthThatKeepsTheWayFull(double delayMillis, double bytesPerSecond) {
        long delay = (long) (delayMillis * 1e6);
        pump(4, delay, bytesPerSecond);
        long began = now;
        long came = pump(2, delay, bytesPerSecond);
        assertTrue(came > 0.9 * (now - began) / 1e9 * bytesPerSecond, came + " bytes in two seconds");
        double way = bytesPerSecond * delayMillis / 1000 / BLOCK;
        double slack = bytesPerSecond * 0.004 / BLOCK;
        int most = (int) (4 * way + 2 * slack) + SwarmLimits.PIPELINE_LEAST + 2;
        assertTrue(pipeline.depth() <= most, pipeline.depth() + " requests where " + way + " fill the way");
    }

    @Test
    void asksForMoreThanTheWayHoldsUntilTheRateGrowsNoMore() {
        pump(0.09, 20_000_000, 2e7);
        double way = 2e7 * 0.02 / BLOCK;
        assertTrue(pipeline.depth() > 3 * way, pipeline.depth() + " requests where " + way + " fill the way");
        pump(0.5, 20_000_000, 2e7);
        assertTrue(pipeline.depth() < 2.5 * way + 0.004 * 2e7 / BLOCK, pipeline.depth() + " requests at last");
    }

    @Test
    void keepsToWhatThePeerTakes() {
        pipeline.limit(5);
        assertEquals(5, pipeline.depth());
        pump(2, 50_000_000, 2e7);
        assertEquals(5, pipeline.depth());
    }

    @Test
    void aPeerOnTimeIsNotCalledLate() {
        pump(2, 20_000_000, 1e7);
        assertEquals(-1, pipeline.late(now + 20_000_000, 0, key -> true));
    }

    @Test
    void aPeerThatGoesQuietIsLate() {
        pump(2, 20_000_000, 1e7);
        pipeline.sent(1_000_000, now);
        assertEquals(1_000_000, pipeline.late(now + 1_100_000_000L, 0, key -> true));
        assertEquals(-1, pipeline.late(now + 1_100_000_000L, 0, key -> false));
    }

    @Test
    void aSlowPeerIsLateWithItsLastBlocksForAQuickerOneOnly() {
        pump(8, 20_000_000, 20_000);
        for (int i = 0; i < 16; i++) pipeline.sent(2_000_000 + i, now);
        assertEquals(2_000_015, pipeline.late(now + 1, 1e8, key -> key >= 2_000_000));
        assertEquals(-1, pipeline.late(now + 1, 3e10, key -> true));
    }
}
