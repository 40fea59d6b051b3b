package shoal.dht;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;

/**
 * Where in the network we are: the address by which others see us, as most of them say, and whether others can reach
 * us unasked. As long as that is not known a node is read-only (BEP 43): behind a router that lets nobody in it would
 * be a hole in other nodes' tables.
 */
final class Whereabouts {
    private final DhtHome home;
    private final Map<InetAddress, InetAddress> votes = new LinkedHashMap<>();
    private final Map<InetAddress, Boolean> writtenTo = new LinkedHashMap<>();
    private final Set<InetAddress> strangers = new HashSet<>();
    private @Nullable InetAddress external;
    private boolean reachable;

    Whereabouts(DhtHome home) {
        this.home = home;
        InetAddress bound = home.bound().orElse(null);
        if (bound != null && (bound.isLoopbackAddress() || !SecureId.isLocal(bound))) {
            external = bound;
            reachable = true;
        }
    }

    /** The address by which others see us, if it is known. */
    Optional<InetAddress> external() {
        return Optional.ofNullable(external);
    }

    /** Whether we only ask (BEP 43). */
    boolean isReadOnly() {
        return !reachable;
    }

    /** We wrote to this address: what comes from there now may come through a hole that we made. */
    void wroteTo(InetAddress address) {
        if (reachable) return;
        if (writtenTo.size() >= DhtLimits.ADDRESSES_COUNTED) writtenTo.remove(writtenTo.keySet().iterator().next());
        writtenTo.put(address, true);
    }

    /** Somebody asked us something. */
    void asked(InetAddress asker) {
        if (reachable || writtenTo.containsKey(asker)) return;
        strangers.add(asker);
        if (strangers.size() >= DhtLimits.STRANGERS) reachable = true;
    }

    /** {@code voter} says how it sees us. Returns whether we are believed to be elsewhere now. */
    boolean vote(InetAddress voter, Endpoint seenAs) {
        InetAddress address = seenAs.address();
        boolean known = home.bound().isPresent() && home.bound().get().equals(address);
        if (address instanceof Inet4Address != home.isIpv4() || (SecureId.isLocal(address) && !known)) return false;
        votes.remove(voter);
        if (votes.size() >= DhtLimits.VOTERS) votes.remove(votes.keySet().iterator().next());
        votes.put(voter, address);
        InetAddress before = external;
        if (address.equals(before) || (before != null && count(address) <= count(before))) return false;
        external = address;
        // no router in between has changed it
        if (home.ours().contains(address)) reachable = true;
        return true;
    }

    private long count(InetAddress address) {
        return votes.values().stream().filter(address::equals).count();
    }
}
