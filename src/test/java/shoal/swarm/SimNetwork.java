package shoal.swarm;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.merkle.Merkle;

/** Who is connected to whom, and the tracker that tells them of each other. */
final class SimNetwork {
    private static final int TOLD_AT_ONCE = 12;

    final Timeline timeline = new Timeline();
    final RandomGenerator random;
    final SimContent content;
    final SimCheck check;
    final List<SimPeer> peers = new ArrayList<>();

    /** Stands for the bytes of each block; what they are is not in them. */
    final ByteBuffer anyBytes = ByteBuffer.allocate(Merkle.BLOCK);

    /** So that nobody takes a time for an age. */
    private final long epoch;

    private final List<SimLink> links = new ArrayList<>();
    private final Map<Endpoint, SimPeer> places = new HashMap<>();
    private final Map<SimPeer, List<Endpoint>> providers = new HashMap<>();
    private int ports = 20_000;

    /** Whether each peer rejects requests for leaves, as BEP 52 lets it. */
    boolean leavesWithheld;

    /** Whether the tracker names all peers at once. */
    boolean allAreTold;

    /** Whether the tracker knows the first peer and nobody else. */
    boolean oneIsKnown;

    /** Whether all peers are behind one address, and differ by their ports and ids alone. */
    boolean oneAddress;

    SimNetwork(RandomGenerator random, SimContent content) {
        this.random = random;
        this.content = content;
        epoch = random.nextLong();
        check = new SimCheck(this);
    }

    /** What a swarm's clock shows: anything, as {@code System.nanoTime} does. */
    long clock() {
        return epoch + timeline.now();
    }

    SimPeer add(Mischief mischief, SimDisk disk, boolean isLeecher) {
        int host = 1 + random.nextInt(3);
        var endpoint = new Endpoint(InetAddress.ofLiteral("127.0.0." + (oneAddress ? 1 : host)), nextPort());
        var peer = new SimPeer(this, peers.size(), endpoint, mischief, disk, isLeecher);
        peers.add(peer);
        places.put(endpoint, peer);
        return peer;
    }

    private int nextPort() {
        if (++ports > 65_000) throw new IllegalStateException("too many connections for one simulation");
        return ports;
    }

    @Nullable SimPeer at(Endpoint endpoint) {
        return places.get(endpoint);
    }

    List<Endpoint> providers(SimPeer peer) {
        return providers.getOrDefault(peer, List.of());
    }

    void limitTo(SimPeer peer, List<Endpoint> some) {
        providers.put(peer, some);
    }

    List<SimLink> links(SimPeer peer) {
        return links.stream().filter(link -> link.owner == peer && !link.isClosed()).toList();
    }

    List<SimLink> open() {
        links.removeIf(SimLink::isClosed);
        return List.copyOf(links);
    }

    void act(SimPeer peer, long what, Runnable action) {
        check.before(peer, what);
        action.run();
        check.after(peer);
    }

    void dial(SimPeer from, Endpoint to) {
        int when = from.generation();
        timeline.after(Timeline.millis(1 + random.nextInt(80)), () -> {
            if (when != from.generation()) return;
            SimPeer target = places.get(to);
            if (target == null || !target.isDialable()) {
                from.post(when, new SwarmEvent.DialFailed(to, "nobody is there"));
            } else {
                connect(from, target);
            }
        });
    }

    private void connect(SimPeer from, SimPeer to) {
        long latency = Timeline.millis(0.2 + random.nextInt(60));
        double rate = 300_000 + random.nextInt(5_000_000);
        var ours = new SimLink(this, from, latency, rate);
        var theirs = new SimLink(this, to, latency, rate);
        ours.join(theirs);
        theirs.join(ours);
        var ephemeral = new Endpoint(from.endpoint.address(), nextPort());
        places.put(ephemeral, from);
        boolean fast = random.nextInt(8) != 0;
        links.add(ours);
        links.add(theirs);
        from.post(ours.generation, new SwarmEvent.PeerConnected(
                ours.number, ours, to.endpoint, true, to.swarm().us(), fast, true, false,
                content.manifest.shortHash(), true));
        to.post(theirs.generation, new SwarmEvent.PeerConnected(
                theirs.number, theirs, ephemeral, false, from.swarm().us(), fast, true, false,
                content.manifest.shortHash(), true));
    }

    /** The tracker names some peers, itself among them. */
    void askTracker(SimPeer peer) {
        int when = peer.generation();
        timeline.after(Timeline.millis(20 + random.nextInt(100)), () -> {
            if (when != peer.generation()) return;
            var some = new ArrayList<Endpoint>();
            int known = oneIsKnown ? 1 : peers.size();
            if (allAreTold) peers.forEach(each -> some.add(each.endpoint));
            else for (int i = 0; i < TOLD_AT_ONCE; i++) some.add(peers.get(random.nextInt(known)).endpoint);
            List<Endpoint> allowed = providers(peer);
            if (!allowed.isEmpty()) some.removeIf(each -> !allowed.contains(each));
            peer.found(some);
        });
    }
}
