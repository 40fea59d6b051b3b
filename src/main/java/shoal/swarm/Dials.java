package shoal.swarm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;

/**
 * Whom to connect to, in our own swarm and in those of other shares that have files of ours: a book of addresses for
 * each, since a peer must be called by the hash under which it was found. Our own swarm comes first. The swarm's thread
 * alone uses it.
 */
final class Dials {
    private final Peers peers;
    private final Seats seats;
    private final World world;
    private final Bans bans = new Bans();
    private final PeerBook own = new PeerBook(bans);
    private final Map<InfoHash, PeerBook> others = new LinkedHashMap<>();
    private int left = SwarmLimits.DIALS_AT_FIRST;

    Dials(Peers peers, Seats seats, World world) {
        this.peers = peers;
        this.seats = seats;
        this.world = world;
    }

    /** The addresses in our own swarm. */
    PeerBook own() {
        return own;
    }

    /** The addresses in the swarm in which this peer is. */
    PeerBook of(Peer peer) {
        return peer.crossed == null ? own : other(peer.agreed);
    }

    /** The addresses in another share's swarm. */
    PeerBook other(InfoHash swarm) {
        return others.computeIfAbsent(swarm, _ -> new PeerBook(bans));
    }

    /** How many addresses may still be tried, now or later. */
    int size() {
        int size = own.size();
        for (PeerBook each : others.values()) size += each.size();
        return size;
    }

    /** Whether some address is worth a try now. */
    boolean hasMore(long now) {
        if (own.hasMore(now)) return true;
        for (PeerBook each : others.values()) {
            if (each.hasMore(now)) return true;
        }
        return false;
    }

    /** A tick has passed: some more may be dialled. */
    void tick() {
        if (left < SwarmLimits.DIALS_AT_FIRST) left = SwarmLimits.DIALS_PER_TICK;
    }

    private int most() {
        return Math.min(seats.toDial(), left);
    }

    /** Dials whom it may, but in no other swarm of which we have all that is ours. */
    void dial(long now, Predicate<InfoHash> isDone) {
        if (most() <= 0) return;
        for (Endpoint each : own.take(most(), now)) dial(each, null, own, now);
        for (Map.Entry<InfoHash, PeerBook> other : others.entrySet()) {
            if (most() <= 0) return;
            if (isDone.test(other.getKey())) continue;
            PeerBook book = other.getValue();
            for (Endpoint each : book.take(most(), now)) dial(each, other.getKey(), book, now);
        }
    }

    /** Dials these, of our own swarm, if it may. */
    void dial(List<Endpoint> some, long now) {
        for (Endpoint each : some) {
            if (most() > 0 && own.take(each, now)) dial(each, null, own, now);
        }
    }

    private void dial(Endpoint endpoint, @Nullable InfoHash other, PeerBook book, long now) {
        if (peers.isConnected(endpoint, other)) {
            // one of our own swarm has all that it could have for us in another one; it may go
            if (other != null) book.failed(endpoint, now);
            return;
        }
        left--;
        if (other == null) world.dial(endpoint);
        else world.dial(endpoint, other);
    }
}
