package shoal.swarm;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;

/**
 * The pieces that may be begun, in the order of how few peers have them; equal ones in random order. Each change costs
 * as many steps as there are different counts below it, a choice as many as there are rarer pieces that will not do.
 *
 * <p>{@code order} holds the pieces bucket by bucket: bucket {@code c}, those that {@code c} peers have, lies from
 * {@code start[c]} to {@code start[c + 1]}; behind the last bucket lie the pieces that are not to be begun.
 */
final class RarestFirst {
    private final RandomGenerator random;
    private final int[] order;
    private final int[] position;
    private final int[] peers;
    private final Bits members;
    private int[] start = new int[3];
    private int buckets = 1;

    /** Nothing may be begun yet, and nobody has anything. */
    RarestFirst(int pieces, RandomGenerator random) {
        this.random = random;
        members = new Bits(pieces);
        order = new int[pieces];
        position = new int[pieces];
        peers = new int[pieces];
        for (int i = 0; i < pieces; i++) order[i] = i;
        for (int i = pieces - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int piece = order[i];
            order[i] = order[j];
            order[j] = piece;
        }
        for (int i = 0; i < pieces; i++) position[order[i]] = i;
    }

    /** Pieces that may be begun. */
    int size() {
        return start[buckets];
    }

    /** How many peers, of those that were counted, have this piece. */
    int peers(int piece) {
        return peers[piece];
    }

    boolean contains(int piece) {
        return members.has(piece);
    }

    /** Lets the piece be begun. */
    void add(int piece) {
        if (!members.set(piece)) return;
        ensureBucket(peers[piece]);
        swap(piece, size());
        for (int c = buckets - 1; c > peers[piece]; c--) {
            swap(piece, start[c]);
            start[c + 1]++;
        }
        start[peers[piece] + 1]++;
        mix(piece);
    }

    /** Lets the piece no longer be begun. */
    void remove(int piece) {
        if (!members.clear(piece)) return;
        for (int c = peers[piece] + 1; c <= buckets; c++) swap(piece, --start[c]);
    }

    /** One more peer has the piece. */
    void more(int piece) {
        if (contains(piece)) {
            ensureBucket(peers[piece] + 1);
            swap(piece, --start[peers[piece] + 1]);
            peers[piece]++;
            mix(piece);
        } else {
            peers[piece]++;
        }
    }

    /** One peer less has the piece. */
    void fewer(int piece) {
        if (peers[piece] == 0) throw new IllegalStateException("nobody has piece " + piece);
        if (contains(piece)) {
            swap(piece, start[peers[piece]]++);
            peers[piece]--;
            mix(piece);
        } else {
            peers[piece]--;
        }
    }

    /** The rarest piece that is in {@code has}, or -1. */
    int first(@Nullable Bits has) {
        if (has == null || !has.intersects(members)) return -1;
        for (int i = 0; i < size(); i++) {
            if (has.has(order[i])) return order[i];
        }
        throw new IllegalStateException("a member has no place");
    }

    /** The first piece by its number that is in {@code has}, or -1. */
    int lowest(@Nullable Bits has) {
        if (has == null) return -1;
        for (int piece = members.nextSet(0); piece >= 0; piece = members.nextSet(piece + 1)) {
            if (has.has(piece)) return piece;
        }
        return -1;
    }

    private void ensureBucket(int count) {
        while (buckets <= count) {
            if (buckets + 2 > start.length) start = Arrays.copyOf(start, start.length * 2);
            start[buckets + 1] = start[buckets];
            buckets++;
        }
    }

    private void mix(int piece) {
        int from = start[peers[piece]];
        swap(piece, from + random.nextInt(start[peers[piece] + 1] - from));
    }

    private void swap(int piece, int to) {
        int from = position[piece];
        int other = order[to];
        order[to] = piece;
        position[piece] = to;
        order[from] = other;
        position[other] = from;
    }
}
