package shoal.swarm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;

/** Who brought and took how much, also of those that have gone. The swarm's thread alone uses it. */
final class Ledger {
    private final Map<Endpoint, SwarmReport.PeerReport> departed = new LinkedHashMap<>();
    private long sent;
    private long received;

    /** A peer has gone. */
    void gone(Peer peer, String reason) {
        received += peer.down.total();
        sent += peer.link.payloadSent();
        if (departed.size() < SwarmLimits.ADDRESSES) departed.merge(peer.place(), report(peer, reason), Ledger::sum);
    }

    /** All of it, with those who are here. */
    SwarmReport report(Peers peers, @Nullable Transfer moving, int known) {
        long receivedByAll = received;
        long sentByAll = sent;
        double down = 0;
        double up = 0;
        var reports = new LinkedHashMap<>(departed);
        for (Peer peer : peers.all()) {
            receivedByAll += peer.down.total();
            sentByAll += peer.link.payloadSent();
            down += peer.down.perSecond();
            up += peer.up.perSecond();
            reports.merge(peer.place(), report(peer, ""), Ledger::sum);
        }
        return new SwarmReport(
                moving != null,
                moving == null ? 0 : moving.board.bytesWanted(),
                moving == null ? 0 : moving.board.bytesMissing(),
                receivedByAll,
                sentByAll,
                moving == null ? 0 : moving.requests.wasted(),
                moving == null ? 0 : moving.blame.badBlocks(),
                down,
                up,
                known,
                new ArrayList<>(reports.values()));
    }

    private static SwarmReport.PeerReport report(Peer peer, String ended) {
        return new SwarmReport.PeerReport(peer.place(), peer.client, ended.isEmpty(), peer.down.total(),
                peer.link.payloadSent(), peer.has == null ? 0 : peer.has.count(), ended);
    }

    private static SwarmReport.PeerReport sum(SwarmReport.PeerReport before, SwarmReport.PeerReport more) {
        return new SwarmReport.PeerReport(more.endpoint(), more.client().isEmpty() ? before.client() : more.client(),
                more.connected(), before.received() + more.received(), before.sent() + more.sent(), more.pieces(),
                more.ended());
    }
}
