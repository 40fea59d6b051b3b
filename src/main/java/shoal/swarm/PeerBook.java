package shoal.swarm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.PeerId;

/**
 * The addresses at which peers may be: when each may be tried again, and which are banned. A ban holds for an address
 * with its port, and for a peer id, never for an address alone: behind one there may be many. The swarm's thread alone
 * uses it.
 */
final class PeerBook {
    private static final class Entry {
        boolean given;
        boolean busy;
        int failures;
        long notBefore;

        Entry(long now) {
            notBefore = now;
        }
    }

    private final Map<Endpoint, Entry> entries = new HashMap<>();
    private final Set<Endpoint> bannedEndpoints = new HashSet<>();
    private final Set<PeerId> bannedIds = new HashSet<>();

    /** Peers may be there. Those that the user gave are never forgotten nor left alone for long. */
    void found(List<Endpoint> endpoints, boolean given, long now) {
        for (Endpoint endpoint : endpoints) {
            if (!endpoint.isReachable()) continue;
            Entry entry = entries.get(endpoint);
            if (entry == null) {
                if (entries.size() >= SwarmLimits.ADDRESSES && !given) continue;
                entry = new Entry(now);
                entries.put(endpoint, entry);
            }
            entry.given |= given;
            // a source that names it again may know that it is back
            if (entry.failures < 3) entry.notBefore = Math.min(entry.notBefore, now);
        }
    }

    /** Up to {@code most} addresses whose time has come; they count as being dialled from now on. */
    List<Endpoint> take(int most, long now) {
        var taken = new ArrayList<Endpoint>();
        for (Map.Entry<Endpoint, Entry> each : entries.entrySet()) {
            if (taken.size() == most) break;
            Entry entry = each.getValue();
            if (entry.busy || entry.notBefore - now > 0 || bannedEndpoints.contains(each.getKey())) continue;
            entry.busy = true;
            taken.add(each.getKey());
        }
        return taken;
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
        Entry entry = entries.computeIfAbsent(endpoint, key -> new Entry(now));
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
        return entries.size() - bannedEndpoints.size();
    }

    void ban(PeerId id, @Nullable Endpoint listens) {
        bannedIds.add(id);
        if (listens == null) return;
        bannedEndpoints.add(listens);
    }

    boolean isBanned(PeerId id, @Nullable Endpoint listens) {
        return bannedIds.contains(id) || (listens != null && bannedEndpoints.contains(listens));
    }
}
