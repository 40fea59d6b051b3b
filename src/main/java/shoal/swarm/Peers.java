package shoal.swarm;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.PeerId;

/** The peers that are connected now, in the order in which they came. The swarm's thread alone uses it. */
final class Peers {
    private final Map<Integer, Peer> byNumber = new LinkedHashMap<>();

    void add(Peer peer) {
        byNumber.put(peer.number, peer);
    }

    @Nullable Peer remove(int number) {
        return byNumber.remove(number);
    }

    @Nullable Peer at(int number) {
        return byNumber.get(number);
    }

    @Nullable Peer named(PeerId id) {
        for (Peer peer : byNumber.values()) {
            if (peer.id.equals(id)) return peer;
        }
        return null;
    }

    boolean isConnected(Endpoint listening) {
        for (Peer peer : byNumber.values()) {
            if (listening.equals(peer.listens)) return true;
        }
        return false;
    }

    Collection<Peer> all() {
        return byNumber.values();
    }

    /** The peers as they are now, for a loop in which some may go. */
    List<Peer> copy() {
        return List.copyOf(byNumber.values());
    }

    int size() {
        return byNumber.size();
    }
}
