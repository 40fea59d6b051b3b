package shoal.swarm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.wire.Message;

/**
 * Who may have our blocks (BEP 3, "choking"): every ten seconds those who give us the most, and one by chance, that
 * moves on every thirty. When we have everything, all take turns: a peer keeps its slot for a minute, then the one that
 * waited longest has it. While slots are free nobody waits for a round. Who has one and takes nothing loses it to one
 * that waits, and comes after all others from then on. The swarm's thread alone uses it.
 */
final class Choker {
    private static final long TURN = 6 * SwarmLimits.CHOKE_ROUND;
    private static final Comparator<Peer> BY_TAKING =
            (one, two) -> Boolean.compare(one.takesNothing, two.takesNothing);
    private static final Comparator<Peer> BY_WAITING = (one, two) -> {
        int order = BY_TAKING.compare(one, two);
        return order != 0 ? order : Long.signum(one.slotSince - two.slotSince);
    };

    private final Peers peers;
    private final Uploads uploads;
    private final RandomGenerator random;
    private final boolean hasOptimistic;
    private final int regular;
    private @Nullable Peer optimistic;
    private long lastRound;
    private int rounds;

    /** Gives to {@code slots} peers at one time; the one by chance is among them, unless there is one slot only. */
    Choker(Peers peers, Uploads uploads, int slots, RandomGenerator random, long now) {
        this.peers = peers;
        this.uploads = uploads;
        this.random = random;
        hasOptimistic = slots > 1;
        regular = hasOptimistic ? slots - 1 : slots;
        lastRound = now;
    }

    /** A peer wants something of us: it gets a free slot at once. */
    void interested(Peer peer, long now) {
        if (slotsTaken() < regular) unchoke(peer, now);
    }

    private int slotsTaken() {
        int taken = 0;
        for (Peer each : peers.all()) {
            if (!each.choking && each.interestedInUs && !each.closing) taken++;
        }
        return taken;
    }

    /** Somebody has gone: who waits longest gets the slot. */
    private void fillSlots(long now) {
        for (int free = regular - slotsTaken(); free > 0; free--) {
            Peer next = null;
            for (Peer each : peers.all()) {
                if (waits(each) && (next == null || BY_WAITING.compare(each, next) < 0)) next = each;
            }
            if (next == null) return;
            unchoke(next, now);
        }
    }

    private static boolean waits(Peer peer) {
        return peer.choking && peer.interestedInUs && !peer.closing;
    }

    /** Who has a slot and takes nothing makes room for one that may. */
    private void takeBack(long now) {
        int waiting = 0;
        for (Peer each : peers.all()) {
            if (now - each.slotSince > SwarmLimits.TAKES_NOTHING_FOR) each.takesNothing = false;
            if (waits(each) && !each.takesNothing) waiting++;
        }
        waiting -= Math.max(0, regular - slotsTaken());
        for (Peer each : peers.copy()) {
            if (waiting <= 0) return;
            if (each.closing || !each.leavesItsSlot(now)) continue;
            each.takesNothing = true;
            choke(each, now);
            waiting--;
        }
    }

    void tick(long now, boolean complete) {
        takeBack(now);
        fillSlots(now);
        if (now - lastRound < SwarmLimits.CHOKE_ROUND) return;
        lastRound = now;
        var waiting = new ArrayList<Peer>();
        for (Peer peer : peers.all()) {
            if (peer.interestedInUs && !peer.closing) waiting.add(peer);
            else if (!peer.choking) choke(peer, now);
        }
        Comparator<Peer> order = complete ? byTurn(now) : Comparator.comparingDouble(peer -> -peer.down.perSecond());
        waiting.sort(BY_TAKING.thenComparing(order));
        List<Peer> chosen = new ArrayList<>(waiting.subList(0, Math.min(regular, waiting.size())));
        List<Peer> rest = waiting.subList(chosen.size(), waiting.size());
        if (rounds++ % SwarmLimits.OPTIMISTIC_ROUNDS == 0 || optimistic == null || !rest.contains(optimistic)) {
            optimistic = rest.isEmpty() || !hasOptimistic ? null : byChance(rest);
        }
        if (optimistic != null) chosen.add(optimistic);
        for (Peer peer : waiting) {
            if (chosen.contains(peer)) unchoke(peer, now);
            else choke(peer, now);
        }
    }

    /** Anyone, but nobody who takes nothing while there is another. */
    private Peer byChance(List<Peer> rest) {
        List<Peer> taking = rest.stream().filter(peer -> !peer.takesNothing).toList();
        List<Peer> some = taking.isEmpty() ? rest : taking;
        return some.get(random.nextInt(some.size()));
    }

    private static Comparator<Peer> byTurn(long now) {
        return Comparator.comparingInt((Peer peer) -> peer.choking ? 1 : now - peer.slotSince > TURN ? 2 : 0)
                .thenComparingLong(peer -> peer.slotSince - now);
    }

    private static void unchoke(Peer peer, long now) {
        if (!peer.choking) return;
        peer.choking = false;
        peer.slotSince = now;
        peer.send(new Message.Unchoke(), now);
    }

    private void choke(Peer peer, long now) {
        if (peer.choking) return;
        peer.choking = true;
        peer.slotSince = now;
        peer.send(new Message.Choke(), now);
        uploads.choked(peer, now);
    }
}
