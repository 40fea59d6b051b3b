package shoal.node;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import shoal.bytes.InfoHash;

/**
 * The shares in which this node takes part, by all that they may be called among peers: by their own hashes, and by
 * those of other shares that have files of theirs. An own hash goes before. Any thread may use it.
 */
final class Sessions {
    private final Map<InfoHash, Session> own = new ConcurrentHashMap<>();
    private final Map<InfoHash, Session> others = new ConcurrentHashMap<>();

    /** Whom somebody means who names {@code hash}. */
    @Nullable Session of(InfoHash hash) {
        Session session = own.get(hash);
        return session == null ? others.get(hash) : session;
    }

    /** All that may be named. */
    Set<InfoHash> hashes() {
        var all = new HashSet<>(own.keySet());
        all.addAll(others.keySet());
        return all;
    }

    /** Peers may name the session by each of its own hashes; false if one of them is another's. */
    boolean add(Session session) {
        boolean free = true;
        for (InfoHash hash : session.hashes().all()) {
            Session there = own.putIfAbsent(hash, session);
            free &= there == null || there == session;
        }
        return free;
    }

    /** Peers who name another share may be led to this session; the first of several gets them. */
    synchronized void addOther(InfoHash hash, Session session) {
        // one that has ended meanwhile would never go again
        if (own.containsValue(session)) others.putIfAbsent(hash, session);
    }

    synchronized void remove(Session session) {
        own.values().removeIf(session::equals);
        others.values().removeIf(session::equals);
    }

    Set<Session> all() {
        return Set.copyOf(own.values());
    }
}
