package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that move portions as soon as they may, in virtual time. */
class ThrottleTest {
    private static final long SECOND = 1_000_000_000;

    private static final class Mover {
        final int bytesAtOnce;
        long next;
        long moved;

        Mover(int bytesAtOnce, long next) {
            this.bytesAtOnce = bytesAtOnce;
            this.next = next;
        }
    }

    /** Lets them move for so long; each sleeps a little longer than it should, as real ones do. */
    private static void move(Throttle throttle, long begin, long nanos, int lateness, Mover... movers) {
        var random = new SplittableRandom(5);
        var queue = new PriorityQueue<Mover>(Comparator.comparingLong(mover -> mover.next - begin));
        for (Mover mover : movers) queue.add(mover);
        while (queue.element().next - begin < nanos) {
            Mover mover = queue.remove();
            mover.moved += mover.bytesAtOnce;
            long wait = throttle.take(mover.bytesAtOnce, mover.next);
            mover.next += wait > Throttle.SHORTEST_PAUSE ? wait + random.nextInt(lateness) : 1;
            queue.add(mover);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {10_000, 1 << 20, 50 << 20, 1L << 30})
    void isExactToOnePercentOverTenSecondsHoweverLateItsSleepersAre(long rate) {
        for (long begin : new long[] {0, Long.MAX_VALUE - SECOND}) {
            var throttle = new Throttle(rate, begin);
            var mover = new Mover(throttle.portion(), begin);
            move(throttle, begin, 10 * SECOND, 3_000_000, mover);
            assertEquals(1, mover.moved / (10.0 * rate), Math.max(0.011, 1.1 * throttle.portion() / (10.0 * rate)));
        }
    }

    @Test
    void peersShareItFairly() {
        var throttle = new Throttle(1 << 20, 0);
        var movers = new Mover[10];
        for (int i = 0; i < movers.length; i++) movers[i] = new Mover(throttle.portion(), i * 1_000_000L);
        move(throttle, 0, 20 * SECOND, 2_000_000, movers);
        for (Mover mover : movers) assertEquals(2.0 * (1 << 20), (double) mover.moved, 0.05 * 2 * (1 << 20));
    }

    @Test
    void whatWasNotUsedIsNotSavedUp() {
        var throttle = new Throttle(1 << 20, 0);
        long later = 3600 * SECOND;
        assertEquals(0, throttle.take(100_000, later));
        var mover = new Mover(20_000, later);
        move(throttle, later, SECOND, 1, mover);
        assertTrue(mover.moved <= 1.03 * (1 << 20), mover.moved + " in the first second");
    }

    @Test
    void peersNearbyAreExemptUnlessTheUserSaysOtherwise() throws Exception {
        InetAddress far = InetAddress.getByName("203.0.113.5");
        InetAddress near = InetAddress.getByName("192.168.1.5");
        var usual = new Pace(OptionalLong.of(2048), OptionalLong.of(4096), false);
        assertNotNull(usual.down(far));
        assertNotNull(usual.up(far));
        for (InetAddress exempt : new InetAddress[] {near, InetAddress.getLoopbackAddress()}) {
            assertNull(usual.down(exempt));
            assertNull(usual.up(exempt));
        }
        assertNotNull(new Pace(OptionalLong.of(2048), OptionalLong.empty(), true).down(near));
        assertNull(new Pace(OptionalLong.of(2048), OptionalLong.empty(), true).up(near));
        assertNull(Pace.FREE.down(far));
        var tooSlow = OptionalLong.of(1000);
        assertThrows(IllegalArgumentException.class, () -> new Pace(tooSlow, OptionalLong.empty(), false));
    }
}
