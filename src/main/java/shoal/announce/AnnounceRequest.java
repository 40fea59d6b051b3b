package shoal.announce;

import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

/**
 * What a peer tells a tracker about itself and one swarm. Where the peer is, the tracker learns from the connection.
 *
 * @param port where the peer listens, 1 to 65535
 * @param uploaded bytes given away since "started"
 * @param downloaded bytes received since "started"
 * @param left bytes still wanted; counts padding in some clients and is 16384 before the manifest is known, so it is
 *     only ever compared with 0
 * @param numWant how many peers are wanted; {@link #ANY_NUMBER} leaves it to the tracker
 * @param key a number that proves to be the same peer after a change of address; 0 for none
 */
public record AnnounceRequest(
        InfoHash infoHash,
        PeerId peerId,
        int port,
        long uploaded,
        long downloaded,
        long left,
        AnnounceEvent event,
        int numWant,
        int key) {
    /** As many peers as the tracker finds right. */
    public static final int ANY_NUMBER = -1;

    /** @throws IllegalArgumentException if a number is out of its range */
    public AnnounceRequest {
        if (port < 1 || port > 65535) throw new IllegalArgumentException("port is not from 1 to 65535");
        if (uploaded < 0 || downloaded < 0 || left < 0) throw new IllegalArgumentException("a byte count is negative");
        if (numWant < ANY_NUMBER) throw new IllegalArgumentException("numwant is negative");
    }

    /** Whether the peer has all it wants to have and all there is. */
    public boolean isSeed() {
        return left == 0;
    }
}
