package shoal.gateway;

import java.time.Duration;

/**
 * That a port of the router leads to one of ours.
 *
 * @param port our own
 * @param outside the router's that is wanted, which may give another one
 * @param lifetime for how long
 */
record Wish(Protocol protocol, int port, int outside, Duration lifetime) {
    /** @throws IllegalArgumentException if a port is none */
    Wish {
        if (port < 1 || port > 65535 || outside < 1 || outside > 65535) {
            throw new IllegalArgumentException("ports " + port + " and " + outside + " are not from 1 to 65535");
        }
    }

    Wish at(int otherOutside) {
        return new Wish(protocol, port, otherOutside, lifetime);
    }

    Wish lasting(Duration time) {
        return new Wish(protocol, port, outside, time);
    }
}
