package shoal.swarm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;

/**
 * The addresses at which peers of one swarm may be, and when each may be tried again. The swarm's thread alone uses it.
 */
final class PeerBook {
    private static final class Entry {
        boolean given;
        boolean busy;
        boolean overheard;
        int failures;
        long notBefore;

        Entry(long now) {
            notBefore = now;
        }
    }

    private final Map<Endpoint, Entry> entries = new LinkedHashMap<>();
    private int overheard;
    private final Bans bans;

    /** A book of its own. */
    PeerBook() {
        this(new Bans());
    }

    /** One of several that share their bans. */
    PeerBook(Bans bans) {
        this.bans = bans;
    }

    /** Peers may be there. Those that the user gave are never forgotten nor left alone for long. */
    void found(List<Endpoint> endpoints, boolean given, long now) {
        for (Endpoint endpoint : endpoints) {
            if (!endpoint.isReachable()) continue;
            Entry entry = entry(endpoint, given, now);
            if (entry == null) continue;
            entry.given |= given;
            trust(entry);
            // a source that names it again may know that it is back
            if (entry.failures < 3 && entry.notBefore - now > 0) entry.notBefore = now;
        }
    }

    /**
     * Other peers say that peers are there. They may say anything, so that such addresses fill a part of the book at
     * most; there a new one takes the place of one where nobody was.
     */
    void overheard(List<Endpoint> endpoints, long now) {
        for (Endpoint endpoint : endpoints) {
            if (!endpoint.isReachable() || entries.containsKey(endpoint)) continue;
            if (overheard >= SwarmLimits.OVERHEARD && !forgetOneThatFailed()) return;
            Entry entry = entry(endpoint, false, now);
            if (entry == null) return;
            entry.overheard = true;
            overheard++;
        }
    }

    private boolean forgetOneThatFailed() {
        for (Map.Entry<Endpoint, Entry> each : entries.entrySet()) {
            Entry entry = each.getValue();
            if (!entry.overheard || entry.busy || entry.failures == 0) continue;
            entries.remove(each.getKey());
            overheard--;
            return true;
        }
        return false;
    }

    /** Somebody names it whom we asked, or it is there: it is no hearsay any more. */
    private void trust(Entry entry) {
        if (entry.overheard) overheard--;
        entry.overheard = false;
    }

    /** Forgets what only other peers have said. */
    void forgetOverheard() {
        entries.values().removeIf(entry -> entry.overheard);
        overheard = 0;
    }

    private @Nullable Entry entry(Endpoint endpoint, boolean given, long now) {
        Entry entry = entries.get(endpoint);
        if (entry == null && (given || entries.size() < SwarmLimits.ADDRESSES)) {
            entry = new Entry(now);
            entries.put(endpoint, entry);
        }
        return entry;
    }

    /** Up to {@code most} addresses whose time has come, given ones first; they count as being dialled from now on. */
    List<Endpoint> take(int most, long now) {
        var taken = new ArrayList<Endpoint>();
        take(taken, most, true, now);
        take(taken, most, false, now);
        return taken;
    }

    private void take(List<Endpoint> taken, int most, boolean given, long now) {
        for (Map.Entry<Endpoint, Entry> each : entries.entrySet()) {
            if (taken.size() >= most) return;
            Entry entry = each.getValue();
            if (entry.given != given || !isDue(each.getKey(), entry, now)) continue;
            entry.busy = true;
            taken.add(each.getKey());
        }
    }

    /** The same for one address; tells whether its time has come. */
    boolean take(Endpoint endpoint, long now) {
        Entry entry = entries.get(endpoint);
        if (entry == null || !isDue(endpoint, entry, now)) return false;
        entry.busy = true;
        return true;
    }

    private boolean isDue(Endpoint endpoint, Entry entry, long now) {
        return !entry.busy && entry.notBefore - now <= 0 && !bans.has(endpoint);
    }

    /** Whether some address is worth a try now. */
    boolean hasMore(long now) {
        for (Map.Entry<Endpoint, Entry> each : entries.entrySet()) {
            if (isDue(each.getKey(), each.getValue(), now)) return true;
        }
        return false;
    }

    /** Nobody was there. */
    void failed(Endpoint endpoint, long now) {
        Entry entry = entries.get(endpoint);
        if (entry == null) return;
        entry.busy = false;
        long most = entry.given ? 5 * SwarmLimits.DIAL_PAUSE : SwarmLimits.DIAL_PAUSE_LONGEST;
        entry.notBefore = now + Math.min(most, SwarmLimits.DIAL_PAUSE << Math.min(entry.failures, 20));
        entry.failures++;
    }

    /** A connection to it, or from it, is up. */
    void connected(Endpoint endpoint, long now) {
        Entry entry = entry(endpoint, false, now);
        if (entry == null) return;
        trust(entry);
        entry.busy = true;
    }

    /** Its connection has ended; it may be tried again after a pause. */
    void gone(Endpoint endpoint, boolean wasUseful, long now) {
        Entry entry = entries.get(endpoint);
        if (entry == null) return;
        if (wasUseful) entry.failures = 0;
        failed(endpoint, now);
    }

    /** How many addresses may still be tried, now or later. */
    int size() {
        int banned = 0;
        for (Endpoint endpoint : bans.endpoints()) {
            if (entries.containsKey(endpoint)) banned++;
        }
        return entries.size() - banned;
    }

    void ban(Peer peer) {
        bans.ban(peer);
    }

    boolean isBanned(Peer peer) {
        return bans.has(peer);
    }
}
