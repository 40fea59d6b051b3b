package shoal.swarm;

import org.jspecify.annotations.Nullable;

/**
 * Who may be connected when more want to be than can: while there is something to fetch, those who came to us leave
 * room for those to whom we go ourselves; and who is of no use to either side gives up its seat to a newcomer. The
 * swarm's thread alone uses it.
 */
final class Seats {
    private final Peers peers;

    Seats(Peers peers) {
        this.peers = peers;
    }

    /** How many more we may dial. */
    int toDial() {
        int dialled = 0;
        for (Peer peer : peers.all()) {
            if (peer.dialled && !peer.closing) dialled++;
        }
        return Math.min(SwarmLimits.DIALLED - dialled, SwarmLimits.CONNECTIONS - peers.size());
    }

    /** Who has to go now that this one has come; itself if nobody else may be asked to, nobody if there is room. */
    @Nullable Peer tooMany(Peer newcomer, boolean fetching, long now) {
        int open = 0;
        int came = 0;
        for (Peer peer : peers.all()) {
            if (peer.closing) continue;
            open++;
            if (!peer.dialled) came++;
        }
        boolean full = open > SwarmLimits.CONNECTIONS
                || (fetching && !newcomer.dialled && came > SwarmLimits.CONNECTIONS - SwarmLimits.DIALLED);
        if (!full) return null;
        Peer useless = mostUseless(now);
        return useless == null ? newcomer : useless;
    }

    /** Of those who came to us, are of no use and have had their time, the one whose seat was of no use the longest. */
    private @Nullable Peer mostUseless(long now) {
        Peer found = null;
        for (Peer peer : peers.all()) {
            boolean useless = !peer.closing && !peer.dialled && !peer.link.keepsItsSeat() && !isOfUse(peer)
                    && now - peer.lastMoved > SwarmLimits.SEAT_AT_LEAST;
            if (useless && (found == null || peer.lastMoved - found.lastMoved < 0)) found = peer;
        }
        return found;
    }

    /** Whether something moves, or may as soon as there is a slot. */
    private static boolean isOfUse(Peer peer) {
        return peer.pipeline.size() > 0 || (peer.interested && !peer.chokedByIt)
                || (peer.interestedInUs && !peer.takesNothing);
    }
}
