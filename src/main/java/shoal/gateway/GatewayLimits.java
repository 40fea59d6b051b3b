package shoal.gateway;

import java.time.Duration;
import java.util.List;

/** What is asked of a router, how long it is waited for, and how much of what it says is heard. */
final class GatewayLimits {
    /** So long shall a mapping last; it is renewed at half of the time that the router gives. */
    static final Duration LIFETIME = Duration.ofHours(1);

    /** Whatever the router says, it is not asked again sooner than half of this, nor later than half of the other. */
    static final Duration LEAST_LIFETIME = Duration.ofMinutes(2);

    static final Duration MOST_LIFETIME = Duration.ofHours(24);

    /** A datagram is sent again when no answer came for so long; after the last it is given up (RFC 6886). */
    static final List<Duration> TRIES = List.of(
            Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(1));

    /** The same when we leave: it lapses anyway. */
    static final List<Duration> FAREWELL_TRIES = List.of(Duration.ofMillis(200), Duration.ofMillis(300));

    /** Leaving takes no longer. */
    static final Duration FAREWELL = Duration.ofMillis(1500);

    /** After a failure it is tried again: the first pause, doubled up to the longest. */
    static final Duration PAUSE = Duration.ofSeconds(30);

    static final Duration PAUSE_LONGEST = Duration.ofMinutes(30);

    /** Bytes of the longest datagram that is read (RFC 6887, 7). */
    static final int DATAGRAM = 1100;

    /** Datagrams that are looked at while an answer is waited for. */
    static final int DATAGRAMS = 64;

    /** Devices that are waited for, and for how long. */
    static final Duration SEARCH = Duration.ofMillis(2500);

    static final int DEVICES = 4;

    /** Bytes of what a device says of itself, of an answer, and of the longest URL in it. */
    static final int BODY = 64 << 10;

    static final int URL = 512;

    /** Time for one request over HTTP. */
    static final Duration REQUEST = Duration.ofSeconds(4);

    static final Duration FAREWELL_REQUEST = Duration.ofMillis(600);

    /** Other ports that are tried when the one that is wanted is somebody else's. */
    static final int OTHER_PORTS = 4;

    /** Characters of a reason that a device gives. */
    static final int REASON = 80;

    /** Bytes of the table of routes. */
    static final int ROUTES = 64 << 10;

    private GatewayLimits() {}
}
