package shoal.node;

import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;
import shoal.discovery.LocalNetwork;
import shoal.swarm.Pace;
import shoal.swarm.SwarmSettings;

/**
 * Where a node listens.
 *
 * @param bind the address to listen on and to dial from; nothing for all of them
 * @param port the port; nothing for the first free one from 6881 to 6889, and any free one if none of these is
 * @param lan whether peers are looked for on the local network
 * @param dht how it takes part in the DHT; nothing for not at all
 * @param encryption whether peers are spoken to encrypted
 * @param pace how fast bytes may come and go
 * @param slots how many peers each share is given to at one time
 * @param mapsPort whether the router is asked to let others in
 */
public record NodeSettings(
        Optional<InetAddress> bind,
        OptionalInt port,
        boolean lan,
        Optional<DhtSettings> dht,
        Encryption encryption,
        Pace pace,
        int slots,
        boolean mapsPort) {
    /** @throws IllegalArgumentException if the port is none, or there is no slot */
    public NodeSettings {
        if (port.isPresent() && (port.getAsInt() < 1 || port.getAsInt() > 65535)) {
            throw new IllegalArgumentException("port " + port.getAsInt() + " is not from 1 to 65535");
        }
        if (slots < 1) throw new IllegalArgumentException(slots + " slots");
    }

    /** As this, at any pace, and encrypted with whom wants it. */
    public NodeSettings(Optional<InetAddress> bind, OptionalInt port, boolean lan, Optional<DhtSettings> dht) {
        this(bind, port, lan, dht, Encryption.ALLOW, Pace.FREE, SwarmSettings.SLOTS, false);
    }

    /** As this, on the local network and not in the DHT. */
    public NodeSettings(Optional<InetAddress> bind, OptionalInt port) {
        this(bind, port, true, Optional.empty());
    }

    /** Whether it looks for others on the local network: who is bound to a loopback address is on none. */
    boolean isOnLan() {
        return lan && LocalNetwork.isReachable(bind);
    }
}
