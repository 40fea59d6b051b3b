package shoal.swarm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
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
     * The peers that have this one's id and address and stay. The same id from another address may be anybody, who
     * heard it from its bearer.
     */
    List<Peer> twins(Peer of) {
        var twins = new ArrayList<Peer>();
        for (Peer peer : byNumber.values()) {
            boolean same = peer.id.equals(of.id) && peer.remote.address().equals(of.remote.address());
            if (same && peer != of && !peer.closing) twins.add(peer);
        }
        return twins;
    }

    /**
     * Whether this one is of our machine, and connected at another address of it as well, as who is found through a
     * tracker and on the local network is. Only who dialled the second connection closes it.
     */
    boolean isHereTwice(Peer peer, World world) {
        for (Peer other : byNumber.values()) {
            boolean same = other != peer && !other.closing && other.id.equals(peer.id)
                    && other.agreed.equals(peer.agreed);
            if (same && world.isHere(other.remote.address()) && world.isHere(peer.remote.address())) return true;
        }
        return false;
    }

    /**
     * Which of a peer's two connections is to be closed, if one is. Both sides must close the same one: the side with
     * the greater id keeps the one it dialled. If one side dialled both, it has lost the older one without our knowing.
     * Who meets us in the swarms of several shares may have something else in each. One of our own swarm has all of it,
     * but may be of another one itself, and then it would close the connection that we keep.
     */
    static @Nullable Peer spare(Peer older, Peer newer, PeerId us) {
        boolean isCrossed = older.crossed != null || newer.crossed != null;
        if (isCrossed && !older.agreed.equals(newer.agreed)) return null;
        boolean weKeepDialled = us.compareTo(newer.id) > 0;
        boolean keepNewer = older.dialled == newer.dialled || newer.dialled == weKeepDialled;
        return keepNewer ? older : newer;
    }

    /** Whether a peer of our own swarm, or of the one of {@code other}, is connected that listens there. */
    boolean isConnected(Endpoint listening, @Nullable InfoHash other) {
        for (Peer peer : byNumber.values()) {
            boolean counts = peer.crossed == null || peer.agreed.equals(other);
            if (counts && listening.equals(peer.listens)) return true;
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
