package shoal.dht;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bencode.BString;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;

/**
 * One node of the DHT: one address, one id (BEP 45), one table of nodes of one family (BEP 32). It is told of datagrams
 * by {@link #handle} and of time by {@link #tick}, and acts through its outlet alone: it has no thread, socket, file or
 * clock, so that a test can run hundreds of them in one thread and replay what happened from a seed. One thread uses a
 * node and those beside it. Times are in nanoseconds, from any beginning.
 */
public final class DhtNode {
    private static final long SECOND = DhtLimits.SLOW_TICK.toNanos();

    private final DhtHome home;
    private final Outlet outlet;
    private final RandomGenerator random;
    private final Whereabouts where;
    private final Calls calls;
    private final Answers answers;
    private final AnswerLimit limit;
    private final List<Search> searches = new ArrayList<>();
    private final List<DhtNode> beside = new ArrayList<>();
    private final Set<Contact> remembered;
    private final Set<Endpoint> waysIn = new LinkedHashSet<>();
    private NodeId id;
    private RoutingTable table;
    private @Nullable Search joining;
    private long joined;
    private long joinPause;
    private boolean isNew;
    private long lastCare;

    /** Sends datagrams; may lose them. Must not block. */
    @FunctionalInterface
    public interface Outlet {
        void send(Endpoint to, byte[] packet);
    }

    /** Whom a search for peers tells. Must not block. */
    public interface Finding {
        /** These peers have announced themselves somewhere. */
        void found(List<Endpoint> peers);

        /** It is over, and so many nodes have taken our announce. */
        void ended(int announced);
    }

    /**
     * A node that knows nobody but, perhaps, whom it knew before.
     *
     * @param saved what it was told by {@link #saved} when it ended
     */
    public DhtNode(DhtHome home, SavedNodes saved, Outlet outlet, RandomGenerator random, long now) {
        this.home = home;
        this.outlet = outlet;
        this.random = random;
        where = new Whereabouts(home);
        calls = new Calls(random);
        limit = new AnswerLimit(now);
        id = saved.id().orElseGet(() -> NodeId.random(random));
        table = new RoutingTable(id, now);
        remembered = new LinkedHashSet<>(saved.nodes());
        answers = new Answers(home.isIpv4(), target -> closest(true, target), target -> closest(false, target), random,
                now);
        joined = now;
        lastCare = now;
        where.external().ifPresent(address -> moved(address, now));
    }

    /** The node of another family or address of this machine: either tells others of both. */
    public void beside(DhtNode other) {
        beside.add(other);
    }

    /** That one is no more. */
    public void apart(DhtNode other) {
        beside.remove(other);
    }

    /** Who we are at the moment. */
    public NodeId id() {
        return id;
    }

    /** How many nodes it knows that have answered. */
    public int nodes() {
        return table.size();
    }

    /** Whether it only asks (BEP 43). */
    public boolean isReadOnly() {
        return where.isReadOnly();
    }

    /** Whether it waits for something, so that it wants to know of time often. */
    public boolean isBusy() {
        return !calls.isEmpty() || !searches.isEmpty();
    }

    /** What is worth to be remembered for the next time. */
    public SavedNodes saved() {
        return new SavedNodes(Optional.of(id), table.good().stream().limit(DhtLimits.SAVED).toList());
    }

    /** Nodes by which it may come in. */
    public void waysIn(List<Endpoint> endpoints, long now) {
        for (Endpoint endpoint : endpoints) {
            if (endpoint.isIpv4() != home.isIpv4()) continue;
            waysIn.add(endpoint);
            for (Search search : searches) search.add(endpoint);
        }
        joinPause = 0;
    }

    /** There may be a node; somebody said so. */
    public void meet(Endpoint endpoint, long now) {
        boolean mayBe = endpoint.isIpv4() == home.isIpv4() && endpoint.isReachable() && !calls.isAsking(endpoint);
        if (mayBe) ask(endpoint, null, new Question.Ping(), new Heard(), now);
    }

    /**
     * Searches the peers of a swarm.
     *
     * @param port where we listen ourselves, asked when the search is over and it comes to announcing; 0 for nowhere
     */
    public void find(InfoHash hash, IntSupplier port, Finding finding, long now) {
        if (searches.size() >= DhtLimits.SEARCHES) {
            finding.ended(0);
            return;
        }
        var end = new PeerSearch(this, hash, port, finding);
        // that others brought to us counts as well
        end.found(answers.peers(hash));
        begin(NodeId.of(hash), new Question.GetPeers(hash, want()), end, now);
    }

    private Want want() {
        return beside.stream().anyMatch(other -> other.home.isIpv4() != home.isIpv4()) ? Want.BOTH : Want.UNSAID;
    }

    private Search begin(NodeId target, Question question, Search.End end, long now) {
        var search = new Search(id, target, question, this::ask, end, now);
        table.closest(target, DhtLimits.K * 2, false).forEach(search::add);
        if (search.isHungry()) remembered.forEach(search::add);
        if (search.isHungry()) waysIn.forEach(search::add);
        searches.add(search);
        search.step(now);
        return search;
    }

    /** A datagram came. */
    public void handle(Endpoint from, byte[] bytes, long now) {
        if (from.isIpv4() != home.isIpv4()) return;
        try {
            switch (PacketReader.read(bytes)) {
                case Packet.Query query -> asked(from, query, now);
                case Packet.Reply reply -> replied(from, reply, now);
                case Packet.Refusal refusal -> {
                    Calls.Call call = calls.take(from, refusal.transaction());
                    if (call != null) call.outcome.failed(now);
                }
            }
        } catch (PacketException e) {
            if (where.isReadOnly() || e.answer().isEmpty() || !limit.allows(from.address(), now)) return;
            outlet.send(from, PacketWriter.write(e.answer().get()));
        }
    }

    private void asked(Endpoint from, Packet.Query query, long now) {
        where.asked(from.address());
        // BEP 43: who cannot be asked by all answers nobody
        if (where.isReadOnly() || !limit.allows(from.address(), now)) return;
        outlet.send(from, PacketWriter.write(answers.answer(query, id, from, now)));
        if (query.readOnly() || calls.isAsking(from)) return;
        var contact = new Contact(query.sender(), from);
        if (table.hasAsked(contact, now)) ask(from, contact.id(), new Question.Ping(), new Heard(), now);
    }

    private void replied(Endpoint from, Packet.Reply reply, long now) {
        Calls.Call call = calls.take(from, reply.transaction());
        if (call == null) return;
        if (call.id != null && !call.id.equals(reply.sender())) {
            table.failed(new Contact(call.id, from), now);
            call.outcome.failed(now);
            return;
        }
        boolean elsewhere = reply.seenAs().filter(seen -> where.vote(from.address(), seen)).isPresent();
        if (elsewhere) where.external().ifPresent(address -> moved(address, now));
        var contact = new Contact(reply.sender(), from);
        table.answered(contact, now);
        for (Search search : List.copyOf(searches)) {
            if (search.isHungry()) search.add(contact);
        }
        call.outcome.replied(reply, now);
    }

    /** An id has to follow from the address by which others see us (BEP 42). */
    private void moved(InetAddress address, long now) {
        if (SecureId.fits(id, address)) return;
        id = SecureId.of(address, random);
        table = table.seenFrom(id, now);
        isNew = true;
    }

    /** Time has passed. */
    public void tick(long now) {
        for (Calls.Call call : calls.tick(now)) {
            if (call.id != null) table.failed(new Contact(call.id, call.asked), now);
            call.outcome.failed(now);
        }
        for (Search search : List.copyOf(searches)) search.step(now);
        searches.removeIf(Search::isOver);
        if (joining != null && joining.isOver()) joining = null;
        if (now - lastCare < SECOND) return;
        lastCare = now;
        answers.tick(now);
        care(now);
    }

    private void care(long now) {
        table.questionable(now).ifPresent(contact ->
                ask(contact.endpoint(), contact.id(), new Question.Ping(), new Heard(), now));
        if (joining != null) return;
        boolean lonely = table.size() < DhtLimits.K && !(remembered.isEmpty() && waysIn.isEmpty() && nodes() == 0);
        if ((isNew && table.size() > 0) || (lonely && now - joined >= joinPause)) {
            isNew = false;
            joined = now;
            joinPause = Math.clamp(joinPause * 2, DhtLimits.JOIN_AGAIN, DhtLimits.JOIN_AGAIN_MOST);
            joining = begin(id, new Question.FindNode(id, want()), new NodeSearch(), now);
            return;
        }
        table.stale(now, random).ifPresent(place ->
                joining = begin(place, new Question.FindNode(place, want()), new NodeSearch(), now));
    }

    private boolean ask(Endpoint to, @Nullable NodeId whom, Question question, Calls.Outcome outcome, long now) {
        if (calls.isFull()) return false;
        BString transaction = calls.begin(to, whom, outcome, now);
        where.wroteTo(to.address());
        outlet.send(to, PacketWriter.write(new Packet.Query(transaction, id, where.isReadOnly(), question)));
        return true;
    }

    /** Puts a question of a search's end. */
    boolean announce(Search.Answerer to, InfoHash hash, int port, Calls.Outcome outcome, long now) {
        BString token = to.token();
        if (token == null) return false;
        var question = new Question.Announce(hash, port, false, token);
        return ask(to.contact().endpoint(), to.contact().id(), question, outcome, now);
    }

    private List<Contact> closest(boolean ipv4, NodeId target) {
        if (ipv4 == home.isIpv4()) return table.closest(target, DhtLimits.K, true);
        return beside.stream()
                .filter(other -> other.home.isIpv4() == ipv4)
                .flatMap(other -> other.table.closest(target, DhtLimits.K, true).stream())
                .distinct()
                .sorted((one, other) -> target.compareDistance(one.id(), other.id()))
                .limit(DhtLimits.K)
                .toList();
    }

    /** Nodes of the other family that came along are of use beside. */
    void heardOf(Packet.Reply reply, Endpoint from, long now) {
        for (DhtNode other : beside) {
            if (other.table.size() >= DhtLimits.K || other.home.isIpv4() == home.isIpv4()) continue;
            for (Contact contact : home.isIpv4() ? reply.sixes() : reply.fours()) {
                if (SecureId.mayTell(from.address(), contact.endpoint().address())) other.meet(contact.endpoint(), now);
            }
        }
    }

    /** That it answered was all that mattered, and is noted already. */
    private static final class Heard implements Calls.Outcome {
        @Override
        public void replied(Packet.Reply reply, long now) {}

        @Override
        public void failed(long now) {}
    }

    /** A search that only makes nodes known. */
    private final class NodeSearch implements Search.End {
        @Override
        public void replied(Packet.Reply reply, Endpoint from, long now) {
            heardOf(reply, from, now);
        }

        @Override
        public void ended(List<Search.Answerer> closest, long now) {}
    }
}
