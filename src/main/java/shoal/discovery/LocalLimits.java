package shoal.discovery;

import java.time.Duration;

/** What is said and heard on the local network at the most. Times are in nanoseconds, as the clock is. */
final class LocalLimits {
    /** Bytes of a packet that we send; one that is heard may be of {@link #HEARD} bytes. */
    static final int PACKET = 1400;

    static final int HEARD = 2048;

    /** Shares that one packet names: as many as fit. */
    static final int NAMED = 32;

    /** Characters of a cookie; longer ones are nobody's of ours. */
    static final int COOKIE = 64;

    /** A share is announced so often (BEP 14). */
    static final long INTERVAL = Duration.ofMinutes(5).toNanos();

    /** A share is announced no more often than so, whoever asks (BEP 14). */
    static final long LEAST_INTERVAL = Duration.ofMinutes(1).toNanos();

    /** Places at which peers of one share are known not to be new; the oldest are forgotten. */
    static final int KNOWN = 256;

    private LocalLimits() {}
}
