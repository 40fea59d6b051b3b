package shoal.tracker;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * How often one address may announce: so many times a second, and {@value #AT_ONCE} seconds' worth at once. Holds a
 * fixed 512 KiB however many addresses there are, in which a secret decides who shares a cell with whom; a cell is the
 * time up to which all its announces are paid for. Addresses of this machine are not counted. Any thread.
 */
final class AnnounceRate {
    private static final int CELLS = 1 << 16;
    private static final int AT_ONCE = 20;

    private final long cost;
    private final SipHash hash;
    private final LongSupplier clock;
    private final AtomicLongArray paidUntil;

    /** @param aSecond announces of an address a second; 0 for any number */
    AnnounceRate(int aSecond, SipHash hash, LongSupplier clock) {
        this.cost = aSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / aSecond;
        this.hash = hash;
        this.clock = clock;
        this.paidUntil = new AtomicLongArray(cost == 0 ? 0 : CELLS);
        long now = clock.getAsLong();
        for (int i = 0; i < paidUntil.length(); i++) paidUntil.set(i, now);
    }

    /** Takes one announce of {@code from}; false if that is one too many. */
    boolean take(InetAddress from) {
        if (cost == 0 || from.isLoopbackAddress()) return true;
        long now = clock.getAsLong();
        int cell = (int) hash.of(network(from)) & (CELLS - 1);
        while (true) {
            long until = paidUntil.get(cell);
            long next = (until - now < 0 ? now : until) + cost;
            if (next - now > TimeUnit.SECONDS.toNanos(AT_ONCE)) return false;
            if (paidUntil.compareAndSet(cell, until, next)) return true;
        }
    }

    /** An IPv4 address, or the upper half of an IPv6 address: of lower halves everybody has as many as he likes. */
    private static long network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? ByteBuffer.wrap(bytes).getInt() & 0xffffffffL : ByteBuffer.wrap(bytes).getLong();
    }
}
