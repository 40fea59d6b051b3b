package shoal.dht;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shoal.bencode.BString;
import shoal.bytes.Endpoint;

/**
 * Goes to a place, asking ever closer nodes for closer ones, until the k closest have answered (BEP 5). Nodes whose id
 * does not fit their address (BEP 42) are asked, but do not count: who makes up ids next to a place must not be able to
 * end the search there, and nothing is entrusted to them.
 */
final class Search {
    private static final long STARVED = DhtLimits.SEARCH_TIME / 3;
    private static final int UNSOUND = 16;

    private final NodeId own;
    private final NodeId target;
    private final Question question;
    private final Asker asker;
    private final End end;
    private final long begun;
    private final List<Candidate> nameless = new ArrayList<>();
    private final List<Candidate> candidates = new ArrayList<>();
    private final Set<Endpoint> known = new HashSet<>();
    private final Set<InetAddress> machines = new HashSet<>();
    private int unsound;
    private int asked;
    private int underWay;
    private int late;
    private boolean over;

    /** Puts questions; returns false if it cannot for now. */
    interface Asker {
        boolean ask(Endpoint to, @Nullable NodeId id, Question question, Calls.Outcome outcome, long now);
    }

    /** Whom a search tells. */
    interface End {
        /** This node has answered. */
        void replied(Packet.Reply reply, Endpoint from, long now);

        /** It is over; these are the closest nodes that count and have answered, the closest one first. */
        void ended(List<Answerer> closest, long now);
    }

    /** A node that has answered, with the token that it gave. */
    record Answerer(Contact contact, @Nullable BString token) {}

    private enum State {
        FRESH,
        ASKED,
        LATE,
        REPLIED,
        FAILED
    }

    private static final class Candidate {
        final @Nullable NodeId id;
        final Endpoint endpoint;
        final boolean sound;
        State state = State.FRESH;
        @Nullable BString token;

        Candidate(@Nullable NodeId id, Endpoint endpoint, boolean sound) {
            this.id = id;
            this.endpoint = endpoint;
            this.sound = sound;
        }
    }

    Search(NodeId own, NodeId target, Question question, Asker asker, End end, long now) {
        this.own = own;
        this.target = target;
        this.question = question;
        this.asker = asker;
        this.end = end;
        begun = now;
    }

    /** A node whose id is not known: a way in. */
    void add(Endpoint endpoint) {
        if (known.add(endpoint)) nameless.add(new Candidate(null, endpoint, false));
    }

    /** A node that may be close. */
    void add(Contact contact) {
        boolean local = SecureId.isLocal(contact.endpoint().address());
        boolean sound = SecureId.fits(contact.id(), contact.endpoint().address());
        if (contact.id().equals(own) || known.contains(contact.endpoint())) return;
        if (sound ? !local && machines.contains(contact.endpoint().address()) : unsound >= UNSOUND) return;
        int at = candidates.size();
        while (at > 0 && compare(contact.id(), candidates.get(at - 1)) < 0) at--;
        if (at >= DhtLimits.SEARCH_CANDIDATES) return;
        known.add(contact.endpoint());
        if (sound) machines.add(contact.endpoint().address());
        else unsound++;
        candidates.add(at, new Candidate(contact.id(), contact.endpoint(), sound));
        if (candidates.size() <= DhtLimits.SEARCH_CANDIDATES) return;
        Candidate last = candidates.getLast();
        if (last.state != State.ASKED && last.state != State.LATE) candidates.removeLast();
    }

    private int compare(NodeId id, Candidate other) {
        return other.id == null ? 0 : target.compareDistance(id, other.id);
    }

    /** Whether it has too few to ask. */
    boolean isHungry() {
        return !over && candidates.size() < DhtLimits.K;
    }

    boolean isOver() {
        return over;
    }

    /** Asks whom it may, or ends. */
    void step(long now) {
        if (over) return;
        while (underWay - late < DhtLimits.ALPHA && underWay < DhtLimits.ALPHA_LATE) {
            Candidate next = next();
            if (next == null || asked >= DhtLimits.SEARCH_QUESTIONS || !ask(next, now)) break;
        }
        boolean waits = underWay > 0 || (known.isEmpty() && now - begun < STARVED);
        boolean done = !waits && (next() == null || asked >= DhtLimits.SEARCH_QUESTIONS);
        if (done || now - begun > DhtLimits.SEARCH_TIME) end(now);
    }

    private boolean ask(Candidate candidate, long now) {
        if (!asker.ask(candidate.endpoint, candidate.id, question, new Answer(candidate), now)) return false;
        candidate.state = State.ASKED;
        underWay++;
        asked++;
        return true;
    }

    /** The closest that was not asked and that no k answers make needless. */
    private @Nullable Candidate next() {
        for (Candidate candidate : nameless) {
            if (candidate.state == State.FRESH) return candidate;
        }
        int closer = 0;
        for (Candidate candidate : candidates) {
            if (candidate.state == State.FRESH) return candidate;
            if (candidate.state == State.REPLIED && candidate.sound && ++closer >= DhtLimits.K) return null;
        }
        return null;
    }

    private void end(long now) {
        over = true;
        var closest = new ArrayList<Answerer>();
        for (Candidate candidate : candidates) {
            NodeId id = candidate.id;
            if (id == null || candidate.state != State.REPLIED || !candidate.sound) continue;
            closest.add(new Answerer(new Contact(id, candidate.endpoint), candidate.token));
            if (closest.size() == DhtLimits.K) break;
        }
        end.ended(closest, now);
    }

    /** What becomes of the question to one candidate. */
    private final class Answer implements Calls.Outcome {
        private final Candidate candidate;

        Answer(Candidate candidate) {
            this.candidate = candidate;
        }

        private void back() {
            underWay--;
            if (candidate.state == State.LATE) late--;
        }

        @Override
        public void late(long now) {
            candidate.state = State.LATE;
            late++;
            step(now);
        }

        @Override
        public void failed(long now) {
            back();
            candidate.state = State.FAILED;
            step(now);
        }

        @Override
        public void replied(Packet.Reply reply, long now) {
            back();
            candidate.state = State.REPLIED;
            candidate.token = reply.token().map(token -> BString.wrap(token.bytes())).orElse(null);
            if (over) return;
            if (candidate.id == null) named(reply.sender());
            List<Contact> nodes = candidate.endpoint.isIpv4() ? reply.fours() : reply.sixes();
            for (Contact contact : nodes) {
                if (SecureId.mayTell(candidate.endpoint.address(), contact.endpoint().address())) add(contact);
            }
            end.replied(reply, candidate.endpoint, now);
            step(now);
        }

        /** It was a way in, and is a node like others now that it has told its id. */
        private void named(NodeId id) {
            known.remove(candidate.endpoint);
            add(new Contact(id, candidate.endpoint));
            for (Candidate other : candidates) {
                if (!other.endpoint.equals(candidate.endpoint)) continue;
                other.state = State.REPLIED;
                other.token = candidate.token;
            }
            known.add(candidate.endpoint);
        }
    }
}
