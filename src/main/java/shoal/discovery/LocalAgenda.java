package shoal.discovery;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;

/**
 * When each share is announced on the local network: at once, then every {@link LocalLimits#INTERVAL}, and sooner if
 * somebody new asks or peers are wanted, but never within {@link LocalLimits#LEAST_INTERVAL} of the last time. It has
 * no clock of its own; its user sees to it that one thread is in it at a time.
 */
final class LocalAgenda {
    private static final class Turn {
        boolean said;
        long last;
        long due;
        final Set<Endpoint> known = Collections.newSetFromMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Endpoint, Boolean> eldest) {
                return size() > LocalLimits.KNOWN;
            }
        });
    }

    private final Map<InfoHash, Turn> turns = new LinkedHashMap<>();

    /** It is to be announced, now for the first time. */
    void add(InfoHash share, long now) {
        var turn = new Turn();
        turn.due = now;
        turns.put(share, turn);
    }

    void remove(InfoHash share) {
        turns.remove(share);
    }

    /** Somebody asks from this place; one who was not known shall hear of us soon. */
    void asked(InfoHash share, Endpoint from, long now) {
        Turn turn = turns.get(share);
        if (turn != null && turn.known.add(from)) hurry(share, now);
    }

    /** It is to be announced as soon as it may. */
    void hurry(InfoHash share, long now) {
        Turn turn = turns.get(share);
        if (turn == null || !turn.said) return;
        long soonest = turn.last + LocalLimits.LEAST_INTERVAL;
        long due = soonest - now > 0 ? soonest : now;
        if (due - turn.due < 0) turn.due = due;
    }

    /** The shares whose turn it is, with those that may go along with them; they count as announced. */
    List<InfoHash> take(long now) {
        boolean due = false;
        for (Turn turn : turns.values()) due |= turn.due - now <= 0;
        var taken = new ArrayList<InfoHash>();
        if (!due) return taken;
        turns.forEach((share, turn) -> {
            // a packet with more names costs no more: who is due within the minute goes with the others
            boolean may = !turn.said || now - turn.last >= LocalLimits.LEAST_INTERVAL;
            if (!may || turn.due - now > LocalLimits.LEAST_INTERVAL) return;
            turn.said = true;
            turn.last = now;
            turn.due = now + LocalLimits.INTERVAL;
            taken.add(share);
        });
        return taken;
    }

    /** How long nobody's turn comes, at most {@link LocalLimits#INTERVAL}. */
    long rest(long now) {
        long rest = LocalLimits.INTERVAL;
        for (Turn turn : turns.values()) rest = Math.min(rest, Math.max(0, turn.due - now));
        return rest;
    }
}
