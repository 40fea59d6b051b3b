package shoal.swarm;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import shoal.bytes.Endpoint;
import shoal.bytes.Nearness;
import shoal.wire.PeerExchange;
import shoal.wire.WireLimits;

/**
 * Peer exchange (BEP 11): whom we are connected to, told to those who want to hear it, and what they tell us. Nothing
 * is told before it is known that the share is not private. What is heard is only an address that may be tried: it must
 * be one that the teller itself could reach, since nobody from outside shall lead us to places on our own network. The
 * swarm's thread alone uses it.
 */
final class Gossip {
    private final Peers peers;
    private final ToIntFunction<InetAddress> ourPort;

    /** @param ourPort at which port who is there reaches us */
    Gossip(Peers peers, ToIntFunction<InetAddress> ourPort) {
        this.peers = peers;
        this.ourPort = ourPort;
    }

    /** Tells each peer what is new to it, at most once a minute. */
    void tick(long now) {
        // those who know the part for v1 alone are a swarm of their own
        Map<Boolean, Map<Endpoint, Integer>> here = new HashMap<>();
        for (Peer peer : peers.all()) {
            boolean due = peer.speaksExchange && !peer.closing
                    && (!peer.toldPeers || now - peer.lastToldPeers >= SwarmLimits.PEERS_TOLD_AGAIN);
            if (!due) continue;
            PeerExchange news = news(peer, here.computeIfAbsent(peer.isOfV1Part, this::here));
            if (news.added().isEmpty() && news.dropped().isEmpty()) continue;
            peer.toldPeers = true;
            peer.lastToldPeers = now;
            peer.send(news, now);
        }
    }

    /** Where those who are connected listen, with what is known of each. */
    private Map<Endpoint, Integer> here(boolean ofV1Part) {
        var here = new LinkedHashMap<Endpoint, Integer>();
        for (Peer peer : peers.all()) {
            // who is in another swarm may be called there alone
            if (peer.crossed != null || peer.isOfV1Part != ofV1Part || peer.closing) continue;
            if (peer.listens == null || peer.listens.address().isLinkLocalAddress()) continue;
            int flags = (peer.isSeed() ? PeerExchange.Peer.UPLOAD_ONLY : 0)
                    | (peer.dialled ? PeerExchange.Peer.REACHABLE : 0);
            here.put(peer.listens, flags);
        }
        return here;
    }

    private static PeerExchange news(Peer to, Map<Endpoint, Integer> here) {
        var added = new ArrayList<PeerExchange.Peer>();
        var dropped = new ArrayList<Endpoint>();
        for (Endpoint told : to.knowsOf) {
            if (!here.containsKey(told) && dropped.size() < WireLimits.EXCHANGED_PEERS) dropped.add(told);
        }
        here.forEach((endpoint, flags) -> {
            boolean news = added.size() < WireLimits.EXCHANGED_PEERS && !endpoint.equals(to.listens)
                    && isFit(to, endpoint) && !to.knowsOf.contains(endpoint);
            if (news) added.add(new PeerExchange.Peer(endpoint, flags));
        });
        dropped.forEach(to.knowsOf::remove);
        for (PeerExchange.Peer each : added) to.knowsOf.add(each.endpoint());
        return new PeerExchange(added, dropped);
    }

    /** The addresses of a peer's message that are worth a try; none if it talks too much. */
    List<Endpoint> heard(Peer from, PeerExchange message, long now) {
        if (from.heardPeers && now - from.lastHeardPeers < SwarmLimits.PEERS_HEARD_AGAIN) return List.of();
        from.heardPeers = true;
        from.lastHeardPeers = now;
        Set<Endpoint> worth = new HashSet<>();
        var heard = new ArrayList<Endpoint>();
        for (PeerExchange.Peer each : message.added()) {
            if (isFit(from, each.endpoint()) && !isOurs(from, each.endpoint()) && worth.add(each.endpoint())) {
                heard.add(each.endpoint());
            }
        }
        return heard;
    }

    /** Whether an address means the same to {@code peer} and to us: none that is nearer than it is itself. */
    private static boolean isFit(Peer peer, Endpoint endpoint) {
        return endpoint.isReachable() && !endpoint.address().isLinkLocalAddress()
                && Nearness.of(endpoint.address()).compareTo(Nearness.of(peer.remote.address())) >= 0;
    }

    /** As the teller sees us; and a place of ours that others see is found out when we dial it. */
    private boolean isOurs(Peer from, Endpoint endpoint) {
        return endpoint.port() == ourPort.applyAsInt(from.remote.address()) && endpoint.address().equals(from.seesUsAt);
    }
}
