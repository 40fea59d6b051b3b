package shoal.swarm;

import java.util.List;
import shoal.bytes.Endpoint;

/**
 * How a swarm stands, for people: made by the swarm's thread, read by any.
 *
 * @param hasMetadata whether the manifest is known
 * @param wanted bytes that were wanted from the beginning
 * @param missing bytes of them that are not proven and safe on the disk
 * @param received bytes of blocks that came, useful or not
 * @param sent bytes of blocks that were sent
 * @param wasted bytes of blocks that came and were there already, or were bad
 * @param badBlocks blocks that were proven to be bad
 * @param downRate bytes a second that come now
 * @param upRate bytes a second that go now
 * @param addresses how many addresses are known
 * @param peers the peers that are or were connected
 */
public record SwarmReport(
        boolean hasMetadata,
        long wanted,
        long missing,
        long received,
        long sent,
        long wasted,
        long badBlocks,
        double downRate,
        double upRate,
        int addresses,
        List<PeerReport> peers) {
    /** What is known before anything is. */
    public static final SwarmReport NOTHING = new SwarmReport(false, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());

    /** Copies the list. */
    public SwarmReport {
        peers = List.copyOf(peers);
    }

    /** How many peers are connected now. */
    public int connected() {
        return (int) peers.stream().filter(PeerReport::connected).count();
    }

    /**
     * One peer.
     *
     * @param endpoint where it listens, or where its connection came from
     * @param client its program's name, as it says
     * @param connected whether it is connected now
     * @param received bytes of blocks that it sent us
     * @param sent bytes of blocks that we sent it
     * @param pieces how many pieces it has
     * @param ended why its connection ended, or nothing
     */
    public record PeerReport(
            Endpoint endpoint, String client, boolean connected, long received, long sent, int pieces, String ended) {}
}
