package shoal.announce;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import shoal.bytes.Endpoint;
import shoal.bytes.PeerId;

/**
 * A tracker's answer to an announce.
 *
 * @param interval when to announce again
 * @param minInterval announce no sooner than after this; zero when the tracker did not say
 * @param seeders peers that have everything
 * @param leechers peers that do not
 * @param downloaded how many "completed" events the tracker has seen
 * @param peers where others listen, IPv4 and IPv6 together
 * @param peerIds the names of the peers; empty when nobody asked for them
 * @param externalAddress the address the tracker saw the request come from (BEP 24)
 * @param warning something a person should read; the answer is good all the same
 */
public record AnnounceReply(
        Duration interval,
        Duration minInterval,
        int seeders,
        int leechers,
        int downloaded,
        CompactPeers peers,
        Map<Endpoint, PeerId> peerIds,
        Optional<InetAddress> externalAddress,
        Optional<String> warning)
        implements TrackerReply {
    /** Copies the map. */
    public AnnounceReply {
        peerIds = Map.copyOf(peerIds);
    }
}
