package shoal.dht;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bencode.BString;
import shoal.bytes.Endpoint;

/** The questions of ours that are under way. An answer counts only from where the question went. */
final class Calls {
    private final RandomGenerator random;
    private final Map<Key, Call> calls = new HashMap<>();

    private record Key(BString transaction, Endpoint asked) {}

    /** What becomes of a question. One of the last two is called, once. */
    interface Outcome {
        /** It takes long; another node may be asked. */
        default void late(long now) {}

        /** It was answered by whom it was put to. */
        void replied(Packet.Reply reply, long now);

        /** It was not. */
        void failed(long now);
    }

    /** A question that is under way; {@code id} is whom it was put to, if that is known. */
    static final class Call {
        final BString transaction;
        final Endpoint asked;
        final @Nullable NodeId id;
        final Outcome outcome;
        private final long begun;
        private boolean late;

        private Call(BString transaction, Endpoint asked, @Nullable NodeId id, Outcome outcome, long begun) {
            this.transaction = transaction;
            this.asked = asked;
            this.id = id;
            this.outcome = outcome;
            this.begun = begun;
        }
    }

    Calls(RandomGenerator random) {
        this.random = random;
    }

    /** Whether no more can be asked for now. */
    boolean isFull() {
        return calls.size() >= DhtLimits.CALLS;
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    boolean isAsking(Endpoint endpoint) {
        return calls.keySet().stream().anyMatch(key -> key.asked.equals(endpoint));
    }

    /** Notes a question. Returns the transaction id to put it with. */
    BString begin(Endpoint asked, @Nullable NodeId id, Outcome outcome, long now) {
        while (true) {
            var bytes = new byte[2];
            random.nextBytes(bytes);
            BString transaction = BString.wrap(bytes);
            var call = new Call(transaction, asked, id, outcome, now);
            if (calls.putIfAbsent(new Key(transaction, asked), call) == null) return transaction;
        }
    }

    /** The question that was answered, and is so no longer under way; nothing if there was none. */
    @Nullable Call take(Endpoint from, BString transaction) {
        return calls.remove(new Key(transaction, from));
    }

    /** Those that are over without an answer; tells those that are late. */
    List<Call> tick(long now) {
        var over = new ArrayList<Call>();
        var late = new ArrayList<Call>();
        for (Call call : calls.values()) {
            if (now - call.begun > DhtLimits.TIMEOUT) over.add(call);
            else if (!call.late && now - call.begun > DhtLimits.LATE) late.add(call);
        }
        for (Call call : over) calls.remove(new Key(call.transaction, call.asked));
        for (Call call : late) {
            call.late = true;
            call.outcome.late(now);
        }
        return over;
    }
}
