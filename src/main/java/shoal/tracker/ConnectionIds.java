package shoal.tracker;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The connection ids of BEP 15: they prove that whoever brings one has received a packet at his address a short while
 * ago. Nothing is stored: an id is the keyed hash of the address and of the minute, all 64 bits of it, and is good in
 * its minute and the next. The port is not in it, for libtorrent uses one id for all that it has at one address.
 * Unchangeable; any thread.
 */
final class ConnectionIds {
    /** An id lives for one of these at least and two at the most; BEP 15 wants a client to use it for a minute. */
    static final Duration WINDOW = Duration.ofMinutes(1);

    private final SipHash hash;
    private final LongSupplier clock;

    /** {@code hash} has a key that nobody knows; {@code clock} counts nanoseconds and is never set. */
    ConnectionIds(SipHash hash, LongSupplier clock) {
        this.hash = hash;
        this.clock = clock;
    }

    /** The id for an address now. */
    long of(InetAddress address) {
        return of(address, window());
    }

    /** Whether this is an id that {@code address} was given not long ago. */
    boolean isValid(long id, InetAddress address) {
        long window = window();
        return id == of(address, window) || id == of(address, window - 1);
    }

    private long window() {
        return Math.floorDiv(clock.getAsLong(), WINDOW.toNanos());
    }

    private long of(InetAddress address, long window) {
        byte[] bytes = address.getAddress();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        // an IPv4 address and an IPv6 address never are the same words: the last one tells them apart
        return bytes.length == 4
                ? hash.of(in.getInt(), 0, window, 4)
                : hash.of(in.getLong(), in.getLong(), window, 16);
    }
}
