package shoal.discovery;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    private final List<DhtSocket> sockets = new ArrayList<>();
    private final @Nullable DhtMemory memory;
    private final RandomGenerator random;
    private final List<DhtNode> nodes = new ArrayList<>();
    private final List<Leaving> leaving = new ArrayList<>();
    private boolean remembers;

    /** A node whose address is gone: what it had begun has to come to an end, but soon. */
    private record Leaving(DhtNode node, long until) {}

    /** Opens the socket of one more node, if that can be. */
    interface Opener {
        Optional<DhtSocket> open(InetAddress address);
    }

    DhtNodes(List<DhtSocket> sockets, @Nullable DhtMemory memory, RandomGenerator random) {
        this.memory = memory;
        this.random = random;
        sockets.forEach(this::begin);
    }

    private void begin(DhtSocket socket) {
        SavedNodes saved = memory == null ? SavedNodes.NOTHING : memory.load(socket.home().isIpv4());
        remembers |= saved.nodes().size() > 0;
        // no two nodes may bear one id, and the first one of a family has that of the last time
        boolean isFirst = sockets.stream().noneMatch(other -> other.home().isIpv4() == socket.home().isIpv4());
        if (!isFirst) saved = new SavedNodes(Optional.empty(), saved.nodes());
        var node = new DhtNode(socket.home(), saved, socket, random, System.nanoTime());
        for (DhtNode other : nodes) {
            other.beside(node);
            node.beside(other);
        }
        sockets.add(socket);
        nodes.add(node);
    }

    /** Which IPv6 addresses this machine has now: there is a node for each of some, and none for one that is gone. */
    void adapt(Set<InetAddress> addresses, Opener opener) {
        for (int i = sockets.size() - 1; i >= 0; i--) {
            InetAddress bound = sockets.get(i).home().bound().orElse(null);
            if (bound != null && !addresses.contains(bound)) end(i);
        }
        for (InetAddress address : addresses) {
            boolean isNew = sockets.stream().noneMatch(socket -> socket.home().bound().filter(address::equals)
                    .isPresent());
            if (isNew && sockets.size() <= DhtSocket.IPV6_ADDRESSES) opener.open(address).ifPresent(this::begin);
        }
    }

    private void end(int number) {
        DhtNode node = nodes.remove(number);
        sockets.remove(number).close();
        nodes.forEach(other -> other.apart(node));
        leaving.add(new Leaving(node, System.nanoTime() + DhtLimits.FAREWELL.toNanos()));
    }

    /** Where they are bound, if to one address. */
    List<InetAddress> addresses() {
        return sockets.stream().flatMap(socket -> socket.home().bound().stream()).toList();
    }

    void close() {
        sockets.forEach(DhtSocket::close);
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
        return !leaving.isEmpty() || nodes.stream().anyMatch(DhtNode::isBusy) ? DhtLimits.TICK : DhtLimits.SLOW_TICK;
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
        for (Leaving each : leaving) each.node.tick(now);
        leaving.removeIf(each -> now - each.until > 0);
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
