package shoal.tracker;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.announce.SwarmFigures;
import shoal.bytes.InfoHash;

/**
 * The peers of one hash, packed in one array with the seeds in front, so that both kinds are counted and drawn without
 * looking at the others. Guarded by the lock of its shard.
 */
final class Swarm {
    private static final int SCANNED = 16;

    /** Where hardly anybody is of the kind that is asked for, the search ends: an announce must not cost a swarm. */
    private static final int MOST_LOOKED_AT = 4_096;

    private final InfoHash infoHash;
    private Peer[] peers = new Peer[2];
    private int size;
    private int seeds;
    private int downloaded;

    /** Every peer under itself, once there are too many to look through. */
    private @Nullable Map<Peer, Peer> index;

    Swarm(InfoHash infoHash) {
        this.infoHash = infoHash;
    }

    InfoHash infoHash() {
        return infoHash;
    }

    int size() {
        return size;
    }

    SwarmFigures figures() {
        return new SwarmFigures(seeds, size - seeds, downloaded);
    }

    void countDownload() {
        downloaded++;
    }

    /** The peer with the address and port of {@code like}. */
    @Nullable Peer find(Peer like) {
        if (index != null) return index.get(like);
        for (int i = 0; i < size; i++) {
            if (peers[i].equals(like)) return peers[i];
        }
        return null;
    }

    /** How many peers are of one network. */
    int count(long network) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (peers[i].network() == network) count++;
        }
        return count;
    }

    void add(Peer peer) {
        if (size == peers.length) peers = Arrays.copyOf(peers, size + (size >> 1) + 1);
        peer.swarm = this;
        put(size++, peer);
        if (peer.isSeed()) promote(peer);
        if (index != null) {
            index.put(peer, peer);
        } else if (size > SCANNED) {
            var all = new HashMap<Peer, Peer>();
            for (int i = 0; i < size; i++) all.put(peers[i], peers[i]);
            index = all;
        }
    }

    void remove(Peer peer) {
        if (peer.slot < seeds) demote(peer);
        Peer last = peers[--size];
        put(peer.slot, last);
        clear(size);
        peer.swarm = null;
        if (index != null) index.remove(peer);
    }

    /** Puts a peer whose {@code left} may have changed where it belongs now. */
    void sort(Peer peer) {
        boolean among = peer.slot < seeds;
        if (peer.isSeed() && !among) promote(peer);
        if (!peer.isSeed() && among) demote(peer);
    }

    private void promote(Peer peer) {
        swap(peer, peers[seeds++]);
    }

    private void demote(Peer peer) {
        swap(peer, peers[--seeds]);
    }

    private void swap(Peer peer, Peer other) {
        int slot = peer.slot;
        put(other.slot, peer);
        put(slot, other);
    }

    private void put(int slot, Peer peer) {
        peers[slot] = peer;
        peer.slot = slot;
    }

    @SuppressWarnings("NullAway") // behind size the array is nobody's
    private void clear(int slot) {
        peers[slot] = null;
    }

    /**
     * Draws up to {@code most} peers for {@code asker}, itself never: a seed gets those that still need something
     * first; anybody else gets both kinds in the proportion in which there are any, so that a swarm of many leechers
     * does not hide its seeds.
     */
    void draw(Peer asker, PeerForm form, int most, RandomGenerator random, Consumer<Peer> out) {
        int leechers = size - seeds;
        int some = asker.isSeed() ? Math.min(most, leechers) : (int) ((long) most * leechers / Math.max(1, size));
        int taken = take(asker, form, seeds, size, Math.max(some, most - seeds), random, out);
        take(asker, form, 0, seeds, most - taken, random, out);
    }

    /** Takes peers from a random place on, around the end; peers are in no order, so neighbours are as good as any. */
    private int take(
            Peer asker, PeerForm form, int from, int to, int most, RandomGenerator random, Consumer<Peer> out) {
        if (from == to || most <= 0) return 0;
        int start = random.nextInt(from, to);
        int taken = 0;
        for (int i = 0; i < Math.min(to - from, MOST_LOOKED_AT) && taken < most; i++) {
            int at = start + i < to ? start + i : start + i - (to - from);
            Peer peer = peers[at];
            boolean useless = (peer.isLoopback() && !asker.isLoopback()) || !form.takes(peer);
            if (!useless && !peer.equals(asker)) {
                out.accept(peer);
                taken++;
            }
        }
        return taken;
    }

    /** Every peer, up to {@code most}; seeds first. */
    void first(int most, Consumer<Peer> out) {
        for (int i = 0; i < Math.min(most, size); i++) out.accept(peers[i]);
    }
}
