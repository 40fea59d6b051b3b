package shoal.discovery;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.dht.DhtLimits;
import shoal.dht.DhtNode;
import shoal.dht.SavedNodes;

/** Our nodes with their sockets, all in the hands of the thread {@code dht}. */
final class DhtNodes {
    static final DhtNodes NONE = new DhtNodes(List.of(), null, new SecureRandom());

    private final List<DhtSocket> sockets;
    private final @Nullable DhtMemory memory;
    private final List<DhtNode> nodes = new ArrayList<>();
    private boolean remembers;

    DhtNodes(List<DhtSocket> sockets, @Nullable DhtMemory memory, RandomGenerator random) {
        this.sockets = sockets;
        this.memory = memory;
        for (DhtSocket socket : sockets) {
            SavedNodes saved = memory == null ? SavedNodes.NOTHING : memory.load(socket.home().isIpv4());
            remembers |= saved.nodes().size() > 0;
            nodes.add(new DhtNode(socket.home(), saved, socket, random, System.nanoTime()));
        }
        for (DhtNode one : nodes) {
            for (DhtNode other : nodes) {
                if (one != other) one.beside(other);
            }
        }
    }

    boolean remembers() {
        return remembers;
    }

    int nodes() {
        return nodes.stream().mapToInt(DhtNode::nodes).sum();
    }

    void each(Consumer<DhtNode> action) {
        nodes.forEach(action);
    }

    void find(InfoHash hash, IntSupplier port, DhtNode.Finding finding) {
        if (nodes.isEmpty()) finding.ended(0);
        var all = new Joined(finding, nodes.size());
        for (DhtNode node : nodes) node.find(hash, port, all, System.nanoTime());
    }

    Duration pause() {
        return nodes.stream().anyMatch(DhtNode::isBusy) ? DhtLimits.TICK : DhtLimits.SLOW_TICK;
    }

    void receive(int most) {
        for (int i = 0; i < sockets.size(); i++) {
            for (int n = 0; n < most; n++) {
                DhtSocket.Datagram datagram = sockets.get(i).receive();
                if (datagram == null) break;
                nodes.get(i).handle(datagram.from(), datagram.bytes(), System.nanoTime());
            }
        }
    }

    void tick(long now) {
        for (DhtNode node : nodes) node.tick(now);
    }

    void save() {
        if (memory == null) return;
        for (int i = nodes.size() - 1; i >= 0; i--) {
            memory.save(sockets.get(i).home().isIpv4(), nodes.get(i).saved());
        }
    }

    /** One search of several nodes. */
    private static final class Joined implements DhtNode.Finding {
        private final DhtNode.Finding finding;
        private int left;
        private int announced;

        Joined(DhtNode.Finding finding, int left) {
            this.finding = finding;
            this.left = left;
        }

        @Override
        public void found(List<Endpoint> peers) {
            finding.found(peers);
        }

        @Override
        public void ended(int more) {
            announced += more;
            if (--left == 0) finding.ended(announced);
        }
    }
}
