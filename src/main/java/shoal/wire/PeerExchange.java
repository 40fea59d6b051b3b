package shoal.wire;

import java.util.List;
import shoal.bytes.Endpoint;

/**
 * Peers that the sender got to know or lost since it said so last (BEP 11).
 *
 * @param added peers that it is connected to
 * @param dropped peers that it is no longer connected to
 */
public record PeerExchange(List<Peer> added, List<Endpoint> dropped) implements ExtensionMessage {
    /** @throws IllegalArgumentException if there are more than {@link WireLimits#EXCHANGED_PEERS} of a kind */
    public PeerExchange {
        added = List.copyOf(added);
        dropped = List.copyOf(dropped);
        int most = Math.max(added.size(), dropped.size());
        if (most > WireLimits.EXCHANGED_PEERS) throw new IllegalArgumentException(most + " peers at once");
    }

    /**
     * A peer and what is known of it.
     *
     * @param endpoint where it listens
     * @param flags bits: 1 prefers encryption, 2 fetches nothing, 4 speaks uTP, 8 punches holes, 16 can be reached
     */
    public record Peer(Endpoint endpoint, int flags) {
        /** Bit of {@link #flags}: the peer fetches nothing. */
        public static final int UPLOAD_ONLY = 2;

        /** Bit of {@link #flags}: somebody has connected to it. */
        public static final int REACHABLE = 16;

        /** @throws IllegalArgumentException if the flags do not fit a byte */
        public Peer {
            if (flags < 0 || flags > 255) throw new IllegalArgumentException("flags " + flags);
        }
    }
}
