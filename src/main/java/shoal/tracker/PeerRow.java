package shoal.tracker;

import org.jspecify.annotations.Nullable;

/**
 * The peers of a shard in the order of their last announce: who has been silent longest stands first, and so everybody
 * who must go stands in front of everybody who may stay. Guarded by the lock of the shard.
 */
final class PeerRow {
    private @Nullable Peer first;
    private @Nullable Peer last;

    /** Who has been silent longest. */
    @Nullable Peer first() {
        return first;
    }

    /** Puts a peer that stands nowhere at the end. */
    void add(Peer peer) {
        peer.earlier = last;
        if (last == null) first = peer;
        else last.later = peer;
        last = peer;
    }

    /** Takes a peer out. */
    void remove(Peer peer) {
        if (peer.earlier == null) first = peer.later;
        else peer.earlier.later = peer.later;
        if (peer.later == null) last = peer.earlier;
        else peer.later.earlier = peer.earlier;
        peer.earlier = null;
        peer.later = null;
    }
}
