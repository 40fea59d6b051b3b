package shoal.dht;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;

/**
 * Nodes that send each other datagrams in virtual time, in one thread: what happens follows from the seed. Datagrams
 * take 5 to 150 ms, and some are lost.
 */
final class SimInternet {
    static final long SECOND = Duration.ofSeconds(1).toNanos();

    final SplittableRandom random;
    private final Map<Endpoint, Member> members = new LinkedHashMap<>();
    private final PriorityQueue<Datagram> underWay = new PriorityQueue<>();
    private double loss;
    private long now = 1;
    private long sent;
    private long count;
    private int longest;

    /** Whoever hears datagrams. */
    interface Member {
        void handle(Endpoint from, byte[] bytes, long now);

        void tick(long now);
    }

    private record Datagram(long at, long number, Endpoint from, Endpoint to, List<byte[]> bytes)
            implements Comparable<Datagram> {
        @Override
        public int compareTo(Datagram other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }

    /** One of our nodes, as one of them. */
    record OurMember(DhtNode node) implements Member {
        @Override
        public void handle(Endpoint from, byte[] bytes, long now) {
            node.handle(from, bytes, now);
        }

        @Override
        public void tick(long now) {
            node.tick(now);
        }
    }

    /** What came of a search. */
    static final class Found implements DhtNode.Finding {
        final List<Endpoint> peers = new ArrayList<>();
        @Nullable Integer announced;

        @Override
        public void found(List<Endpoint> more) {
            peers.addAll(more);
        }

        @Override
        public void ended(int nodes) {
            announced = nodes;
        }
    }

    SimInternet(long seed) {
        random = new SplittableRandom(seed);
    }

    SimInternet losing(double part) {
        loss = part;
        return this;
    }

    long now() {
        return now;
    }

    long sent() {
        return sent;
    }

    int longest() {
        return longest;
    }

    /** An address of the open network, another for each number. */
    static Endpoint address(int number) {
        try {
            byte[] ip = {(byte) (20 + number % 50), (byte) (number * 7), (byte) (number / 3), (byte) (1 + number % 250)
            };
            return new Endpoint(InetAddress.getByAddress(ip), 6881 + number % 10);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** A node at an address that it knows to be its own. */
    DhtNode node(Endpoint at) {
        return join(at, new DhtHome(at.isIpv4(), Optional.of(at.address()), Set.of()), SavedNodes.NOTHING);
    }

    DhtNode join(Endpoint at, DhtHome home, SavedNodes saved) {
        var node = new DhtNode(home, saved, (to, packet) -> send(at, to, packet), random.split(), now);
        join(at, new OurMember(node));
        return node;
    }

    void join(Endpoint at, Member member) {
        assertTrue(members.put(at, member) == null, "two nodes at " + at);
    }

    void leave(Endpoint at) {
        members.remove(at);
    }

    void send(Endpoint from, Endpoint to, byte[] packet) {
        sent++;
        longest = Math.max(longest, packet.length);
        if (random.nextDouble() < loss) return;
        long at = now + SECOND / 1000 * random.nextInt(5, 150);
        underWay.add(new Datagram(at, count++, from, to, List.of(packet.clone())));
    }

    void run(int seconds) {
        long end = now + seconds * SECOND;
        long step = DhtLimits.TICK.toNanos();
        while (now < end) {
            now += step;
            for (Datagram next = underWay.peek(); next != null && next.at <= now; next = underWay.peek()) {
                underWay.remove();
                Member member = members.get(next.to);
                if (member != null) member.handle(next.from, next.bytes.getFirst(), next.at);
            }
            for (Member member : List.copyOf(members.values())) {
                boolean idle = member instanceof OurMember(DhtNode node) && !node.isBusy();
                if (!idle || (now / step) % 10 == 0) member.tick(now);
            }
        }
    }

    /** Lets a node search, and waits for the end. */
    Found find(DhtNode node, InfoHash hash, int port) {
        var found = new Found();
        node.find(hash, () -> port, found, now);
        for (int i = 0; i < 60 && found.announced == null; i++) run(1);
        assertTrue(found.announced != null, "a search has an end");
        return found;
    }
}
