package shoal.gateway;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * A port of the router that leads to ours.
 *
 * @param outside its number there
 * @param address the router's own address outside, if it says one
 * @param lifetime until it leads nowhere unless it is renewed
 */
record Mapped(int outside, Optional<InetAddress> address, Duration lifetime) {
    /** Clamps the lifetime: neither is a router asked all the time, nor never again. */
    Mapped {
        if (outside < 1 || outside > 65535) throw new IllegalArgumentException("port " + outside);
        if (lifetime.compareTo(GatewayLimits.LEAST_LIFETIME) < 0) lifetime = GatewayLimits.LEAST_LIFETIME;
        if (lifetime.compareTo(GatewayLimits.MOST_LIFETIME) > 0) lifetime = GatewayLimits.MOST_LIFETIME;
        address = address.filter(each -> !each.isAnyLocalAddress());
    }
}
