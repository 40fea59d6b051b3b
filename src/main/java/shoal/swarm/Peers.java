package shoal.swarm;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.PeerId;

/**
 * The peers that are connected now, in the order in which they came, and the last ones that were and sent blocks, which
 * may prove bad when they have gone. The swarm's thread alone uses it.
 */
final class Peers {
    private final Map<Integer, Peer> byNumber = new LinkedHashMap<>();
    private final Map<Integer, Peer> departed = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Peer> eldest) {
            return size() > SwarmLimits.DEPARTED;
        }
    };

    void add(Peer peer) {
        byNumber.put(peer.number, peer);
    }

    @Nullable Peer remove(int number) {
        Peer peer = byNumber.remove(number);
        // who sent nothing has nothing to answer for, and must not push out who has
        if (peer != null && peer.down.total() > 0) departed.put(number, peer);
        return peer;
    }

    @Nullable Peer at(int number) {
        return byNumber.get(number);
    }

    /** The peer of this number, even if it has gone lately, provided that it sent a block. */
    @Nullable Peer ever(int number) {
        Peer peer = byNumber.get(number);
        return peer == null ? departed.get(number) : peer;
    }

    /**
     * The peer that has this id and address and stays. The same id from another address may be anybody, who heard it
     * from its bearer.
     */
    @Nullable Peer twin(PeerId id, Endpoint remote) {
        for (Peer peer : byNumber.values()) {
            boolean same = peer.id.equals(id) && peer.remote.address().equals(remote.address());
            if (same && !peer.closing) return peer;
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
