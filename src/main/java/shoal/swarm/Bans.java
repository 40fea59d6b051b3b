package shoal.swarm;

import java.net.InetAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import shoal.bytes.Endpoint;
import shoal.bytes.PeerId;

/**
 * Who is not to come again. A ban holds for an address with the port at which we found the peer, and for its id at its
 * address; never for an address alone, behind which there may be many, nor for an id or a port alone that anybody could
 * claim to have. The swarm's thread alone uses it.
 */
final class Bans {
    private record Bearer(PeerId id, InetAddress address) {}

    private final Set<Endpoint> endpoints = latest();
    private final Set<Bearer> bearers = latest();

    private static <T> Set<T> latest() {
        return Collections.newSetFromMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<T, Boolean> eldest) {
                return size() > SwarmLimits.BANS;
            }
        });
    }

    void ban(Peer peer) {
        bearers.add(new Bearer(peer.id, peer.remote.address()));
        if (peer.dialled) endpoints.add(peer.remote);
    }

    boolean has(Peer peer) {
        return bearers.contains(new Bearer(peer.id, peer.remote.address()))
                || (peer.listens != null && endpoints.contains(peer.listens));
    }

    boolean has(Endpoint endpoint) {
        return endpoints.contains(endpoint);
    }

    Set<Endpoint> endpoints() {
        return endpoints;
    }
}
