package shoal.catalogue;

import java.time.Duration;
import shoal.bytes.Endpoint;

/**
 * A peer that announced a share.
 *
 * @param endpoint where it listens
 * @param left bytes it still wants; 0 for a seed
 * @param percent how complete it is, 0 to 100; only 100 when nothing is left, and {@link #UNKNOWN} when the share's
 *     length is
 * @param seenAgo how long ago it announced
 */
public record Holder(Endpoint endpoint, long left, int percent, Duration seenAgo) {
    /** The share is not in the catalogue, or the peer has no manifest yet. */
    public static final int UNKNOWN = -1;

    /** @throws IllegalArgumentException if a number is out of its range */
    public Holder {
        if (left < 0) throw new IllegalArgumentException("left is negative");
        if (percent < UNKNOWN || percent > 100) throw new IllegalArgumentException("percent is not from 0 to 100");
    }

    /** A holder of a share of {@code length} bytes; 0 if that is not known. */
    public static Holder of(Endpoint endpoint, long left, long length, Duration seenAgo) {
        int percent = left == 0 ? 100 : length == 0 ? UNKNOWN : percent(left, length);
        return new Holder(endpoint, left, percent, seenAgo);
    }

    /** Some clients count padding as left, so that it may be more than the length. */
    private static int percent(long left, long length) {
        return left >= length ? 0 : Math.clamp((long) Math.floor(100.0 * (length - left) / length), 0, 99);
    }

    /** Whether the peer has everything. */
    public boolean isSeed() {
        return left == 0;
    }
}
