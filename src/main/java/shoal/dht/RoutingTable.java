package shoal.dht;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that a node knows: many that are close to it, few that are far (BEP 5). Bucket {@code i} has those that
 * share exactly {@code i} first bits with us, the last one those that share more. Who has not answered yet, has an id
 * that does not fit its address (BEP 42), or an address that is here already, has no place.
 */
final class RoutingTable {
    private final NodeId own;
    private final List<Bucket> buckets = new ArrayList<>();

    private static final class Bucket {
        final List<Neighbour> nodes = new ArrayList<>(DhtLimits.K);

        /** Answered, too, and take the places of those that go; the newest is last. */
        final Deque<Neighbour> waiting = new ArrayDeque<>();

        long changed;

        Bucket(long now) {
            changed = now;
        }
    }

    RoutingTable(NodeId own, long now) {
        this.own = own;
        buckets.add(new Bucket(now));
    }

    /** The same nodes as they look from another id. */
    RoutingTable seenFrom(NodeId id, long now) {
        var table = new RoutingTable(id, now);
        for (Bucket bucket : buckets) {
            for (Neighbour node : bucket.nodes) {
                if (!node.isBad()) table.answered(node.contact, node.heard);
            }
        }
        return table;
    }

    int size() {
        return buckets.stream().mapToInt(bucket -> bucket.nodes.size()).sum();
    }

    private Bucket bucket(NodeId id) {
        return buckets.get(Math.min(own.commonBits(id), buckets.size() - 1));
    }

    private static @Nullable Neighbour find(Iterable<Neighbour> nodes, NodeId id) {
        for (Neighbour node : nodes) {
            if (node.contact.id().equals(id)) return node;
        }
        return null;
    }

    /** This node has answered. */
    void answered(Contact contact, long now) {
        if (contact.id().equals(own) || !SecureId.fits(contact.id(), contact.endpoint().address())) return;
        Bucket bucket = bucket(contact.id());
        Neighbour known = find(bucket.nodes, contact.id());
        if (known != null && (known.contact.equals(contact) || !known.isBad())) {
            // a good node is not driven out by one that says it were the same
            if (known.contact.equals(contact)) heard(known, now);
            return;
        }
        removeOthersAt(contact);
        if (!hasAddress(contact.endpoint().address())) insert(new Neighbour(contact, now), now);
    }

    private static void heard(Neighbour node, long now) {
        node.heard = now;
        node.failures = 0;
    }

    /** What was there has another id now. */
    private void removeOthersAt(Contact contact) {
        for (Bucket bucket : buckets) {
            bucket.nodes.removeIf(node -> node.contact.endpoint().equals(contact.endpoint())
                    || (node.isBad() && node.contact.id().equals(contact.id())));
            bucket.waiting.removeIf(node -> node.contact.endpoint().equals(contact.endpoint())
                    || node.contact.id().equals(contact.id()));
        }
    }

    /** One machine has one place, so that a table is not one machine's. */
    private boolean hasAddress(InetAddress address) {
        if (SecureId.isLocal(address)) return false;
        return buckets.stream().flatMap(bucket -> bucket.nodes.stream())
                .anyMatch(node -> node.contact.endpoint().address().equals(address));
    }

    private void insert(Neighbour node, long now) {
        Bucket bucket = bucket(node.contact.id());
        while (bucket.nodes.size() >= DhtLimits.K && bucket == buckets.getLast() && buckets.size() < NodeId.BITS) {
            split(now);
            bucket = bucket(node.contact.id());
        }
        if (bucket.nodes.size() >= DhtLimits.K) bucket.nodes.removeIf(Neighbour::isBad);
        if (bucket.nodes.size() < DhtLimits.K) {
            bucket.nodes.add(node);
            bucket.changed = now;
            return;
        }
        if (bucket.waiting.size() >= DhtLimits.K) bucket.waiting.removeFirst();
        bucket.waiting.addLast(node);
    }

    private void split(long now) {
        Bucket last = buckets.getLast();
        int depth = buckets.size() - 1;
        var next = new Bucket(now);
        last.nodes.removeIf(node -> own.commonBits(node.contact.id()) > depth && next.nodes.add(node));
        last.waiting.removeIf(node -> own.commonBits(node.contact.id()) > depth && next.waiting.add(node));
        buckets.add(next);
    }

    /** This node has asked us something. Returns whether it would be worth its place, if it answers. */
    boolean hasAsked(Contact contact, long now) {
        Bucket bucket = bucket(contact.id());
        Neighbour known = find(bucket.nodes, contact.id());
        if (known != null) {
            if (known.contact.equals(contact) && known.failures == 0) known.heard = now;
            return false;
        }
        if (contact.id().equals(own) || !SecureId.fits(contact.id(), contact.endpoint().address())) return false;
        boolean room = bucket.nodes.size() < DhtLimits.K || bucket == buckets.getLast()
                || bucket.nodes.stream().anyMatch(Neighbour::isBad) || bucket.waiting.size() < DhtLimits.K;
        return room && find(bucket.waiting, contact.id()) == null && !hasAddress(contact.endpoint().address());
    }

    /** This node has not answered. */
    void failed(Contact contact, long now) {
        Bucket bucket = bucket(contact.id());
        Neighbour node = find(bucket.nodes, contact.id());
        if (node == null || !node.contact.equals(contact)) return;
        node.failures++;
        if (!node.isBad()) return;
        // without another it keeps its place for a while: it may be our own network that is down
        if (!bucket.waiting.isEmpty() || node.failures >= DhtLimits.GONE) bucket.nodes.remove(node);
        while (bucket.nodes.size() < DhtLimits.K && !bucket.waiting.isEmpty()) {
            Neighbour next = bucket.waiting.removeLast();
            if (!hasAddress(next.contact.endpoint().address())) bucket.nodes.add(next);
            bucket.changed = now;
        }
    }

    /** The nodes closest to a place, the closest one first; of bad ones only those that are not {@code sure}. */
    List<Contact> closest(NodeId target, int most, boolean sure) {
        return buckets.stream().flatMap(bucket -> bucket.nodes.stream())
                .filter(node -> !sure || node.failures == 0)
                .map(node -> node.contact)
                .sorted((one, other) -> target.compareDistance(one.id(), other.id()))
                .limit(most)
                .toList();
    }

    /** The node that was not heard of for longest and should be asked whether it is there. */
    Optional<Contact> questionable(long now) {
        Neighbour oldest = null;
        for (Bucket bucket : buckets) {
            for (Neighbour node : bucket.nodes) {
                boolean due = node.isQuestionable(now) && now - node.checked > DhtLimits.TIMEOUT * (1 + node.failures);
                if (due && (oldest == null || node.heard - oldest.heard < 0)) oldest = node;
            }
        }
        if (oldest == null) return Optional.empty();
        oldest.checked = now;
        return Optional.of(oldest.contact);
    }

    /** A place in a bucket in which nothing has changed for long: what is looked for there freshens it (BEP 5). */
    Optional<NodeId> stale(long now, RandomGenerator random) {
        for (int i = 0; i < buckets.size(); i++) {
            Bucket bucket = buckets.get(i);
            if (now - bucket.changed < DhtLimits.GOOD) continue;
            bucket.changed = now;
            return Optional.of(own.neighbour(Math.min(i, NodeId.BITS - 1), random));
        }
        return Optional.empty();
    }

    /** All nodes that are not bad, to be remembered. */
    List<Contact> good() {
        return buckets.reversed().stream().flatMap(bucket -> bucket.nodes.stream())
                .filter(node -> !node.isBad())
                .map(node -> node.contact)
                .toList();
    }
}
