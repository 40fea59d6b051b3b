package shoal.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Rows E1 and E2: whose connection id is good where, and for how long. */
final class ConnectionIdsTest {
    private static final InetAddress HERE = InetAddress.ofLiteral("192.0.2.1");

    private final AtomicLong now = new AtomicLong(Duration.ofDays(3).toNanos());
    private final ConnectionIds ids = new ConnectionIds(new SipHash(1, 2), now::get);

    /** The vectors of the reference implementation, whose key is the bytes 0 to 15 and whose text goes on like that. */
    @Test
    void theHashIsSipHash() {
        var hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        assertEquals(Long.reverseBytes(0x310e0edd47db6f72L), hash.of());
        assertEquals(Long.reverseBytes(0x6224939a79f5f593L), hash.of(0x0706050403020100L));
    }

    @Test
    void anIdIsGoodForAMinuteAtLeastAndTwoAtMost() {
        for (int second = 0; second < 120; second += 7) {
            long begun = now.addAndGet(Duration.ofSeconds(7).toNanos());
            long id = ids.of(HERE);
            assertTrue(ids.isValid(id, HERE));
            now.addAndGet(Duration.ofSeconds(60).toNanos());
            assertTrue(ids.isValid(id, HERE));
            now.addAndGet(Duration.ofSeconds(60).toNanos());
            assertFalse(ids.isValid(id, HERE));
            now.set(begun);
        }
    }

    @Test
    void anIdIsGoodAtNoOtherAddressAndOfNoOtherTracker() {
        long id = ids.of(HERE);
        for (String other : new String[] {"192.0.2.2", "::1", "2001:db8::1", "::c000:201", "c000:201::"}) {
            assertFalse(ids.isValid(id, InetAddress.ofLiteral(other)), other);
        }
        assertNotEquals(id, new ConnectionIds(new SipHash(1, 3), now::get).of(HERE), "another start, another key");
        InetAddress six = InetAddress.ofLiteral("2001:db8::1");
        assertTrue(ids.isValid(ids.of(six), six));
        assertFalse(ids.isValid(ids.of(six), InetAddress.ofLiteral("2001:db8::2")), "all of an address counts");
    }

    @Test
    void nobodyGuessesOne() {
        long id = ids.of(HERE);
        var random = new SplittableRandom(5);
        assertFalse(ids.isValid(0, HERE) || ids.isValid(-1, HERE) || ids.isValid(id + 1, HERE));
        for (int bit = 0; bit < 64; bit++) assertFalse(ids.isValid(id ^ 1L << bit, HERE), "bit " + bit + " counts");
        for (int i = 0; i < 1_000_000; i++) assertFalse(ids.isValid(random.nextLong(), HERE));
    }

    @Test
    void idsOfNeighboursHaveNothingInCommon() {
        var high = new HashSet<Long>();
        for (int i = 0; i < 256; i++) high.add(ids.of(InetAddress.ofLiteral("192.0.2." + i)) >>> 24);
        assertEquals(256, high.size(), "40 bits tell them apart");
    }
}
