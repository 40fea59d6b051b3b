package shoal.dht;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;

/** What comes of a search for peers: peers, each told once, and in the end our own announce to the closest nodes. */
final class PeerSearch implements Search.End {
    private final DhtNode node;
    private final InfoHash hash;
    private final IntSupplier port;
    private final DhtNode.Finding finding;
    private final Set<Endpoint> peers = new HashSet<>();
    private int waiting;
    private int announced;

    PeerSearch(DhtNode node, InfoHash hash, IntSupplier port, DhtNode.Finding finding) {
        this.node = node;
        this.hash = hash;
        this.port = port;
        this.finding = finding;
    }

    @Override
    public void replied(Packet.Reply reply, Endpoint from, long now) {
        node.heardOf(reply, from, now);
        found(reply.peers().stream()
                .filter(peer -> peer.isIpv4() == from.isIpv4() && SecureId.mayTell(from.address(), peer.address()))
                .toList());
    }

    /** Tells those that were not told before. */
    void found(List<Endpoint> some) {
        List<Endpoint> fresh = some.stream()
                .filter(peer -> peers.size() < DhtLimits.SEARCH_PEERS && peers.add(peer))
                .toList();
        if (!fresh.isEmpty()) finding.found(fresh);
    }

    @Override
    public void ended(List<Search.Answerer> closest, long now) {
        int ours = port.getAsInt();
        if (ours != 0) {
            for (Search.Answerer answerer : closest) {
                if (node.announce(answerer, hash, ours, new Announced(), now)) waiting++;
            }
        }
        if (waiting == 0) finding.ended(0);
    }

    private final class Announced implements Calls.Outcome {
        @Override
        public void replied(Packet.Reply reply, long now) {
            announced++;
            failed(now);
        }

        @Override
        public void failed(long now) {
            if (--waiting == 0) finding.ended(announced);
        }
    }
}
