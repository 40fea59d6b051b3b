package shoal.dht;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/**
 * What a node knows of its machine.
 *
 * @param isIpv4 whether it speaks IPv4; else IPv6
 * @param bound the address that it sends from, if that is one alone
 * @param ours the addresses of this machine
 */
public record DhtHome(boolean isIpv4, Optional<InetAddress> bound, Set<InetAddress> ours) {
    /** Copies the set. */
    public DhtHome {
        ours = Set.copyOf(ours);
    }
}
