package shoal.dht;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;

/** The peers that announced themselves to us, which is soft state: bounded, and forgotten when not said again. */
final class PeerStore {
    /** Both maps have the oldest announce first. */
    private final Map<InfoHash, Map<Endpoint, Long>> swarms = new LinkedHashMap<>();

    void add(InfoHash hash, Endpoint peer, long now) {
        Map<Endpoint, Long> peers = swarms.remove(hash);
        if (peers == null) peers = new LinkedHashMap<>();
        if (swarms.size() >= DhtLimits.SWARMS) removeFirst(swarms);
        swarms.put(hash, peers);
        peers.remove(peer);
        if (!peer.address().isLoopbackAddress()) keepFew(peers, peer);
        if (peers.size() >= DhtLimits.SWARM_PEERS) removeFirst(peers);
        peers.put(peer, now + DhtLimits.PEER);
    }

    /** Who has many ports must not drive out the others. */
    private static void keepFew(Map<Endpoint, Long> peers, Endpoint peer) {
        List<Endpoint> same = peers.keySet().stream()
                .filter(other -> other.address().equals(peer.address()))
                .toList();
        if (same.size() >= DhtLimits.PEERS_PER_ADDRESS) peers.remove(same.getFirst());
    }

    private static <T> void removeFirst(Map<T, ?> map) {
        map.remove(map.keySet().iterator().next());
    }

    /** At most {@code most} of a swarm's peers, others each time. */
    List<Endpoint> some(InfoHash hash, int most, RandomGenerator random) {
        var peers = new ArrayList<>(swarms.getOrDefault(hash, Map.of()).keySet());
        int taken = Math.min(most, peers.size());
        for (int i = 0; i < taken; i++) Collections.swap(peers, i, i + random.nextInt(peers.size() - i));
        return List.copyOf(peers.subList(0, taken));
    }

    void tick(long now) {
        swarms.values().forEach(peers -> peers.values().removeIf(end -> end - now <= 0));
        swarms.values().removeIf(Map::isEmpty);
    }
}
