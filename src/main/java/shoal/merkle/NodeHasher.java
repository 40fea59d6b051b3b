package shoal.merkle;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import shoal.bytes.Hash;

/** Hashes pairs of nodes to their parents. Keeps a digest: belongs to one thread. */
public final class NodeHasher {
    private static final int PAIR = 2 * Hash.BYTES;

    /** Pairs that are hashed in one go. */
    private static final int GO = 64;

    private static final int[] AT = new int[GO];
    private static final int[] LENGTHS = new int[GO];

    static {
        Arrays.setAll(AT, i -> i * PAIR);
        Arrays.fill(LENGTHS, PAIR);
    }

    private final Sha256 sha256 = new Sha256();
    private final byte[] pair = new byte[PAIR];

    /** The parent of two nodes: SHA-256 of the left one's bytes and then the right one's. */
    public Hash parent(Hash left, Hash right) {
        left.write(pair, 0);
        right.write(pair, Hash.BYTES);
        sha256.digest(pair, 0, PAIR, pair, 0);
        return Hash.of(pair, 0);
    }

    /**
     * Writes the parents of the first {@code count} nodes in {@code nodes} over the first of these; an odd last node
     * gets {@code pad} as its sibling.
     *
     * @return the number of parents, {@code (count + 1) / 2}
     */
    int parents(byte[] nodes, int count, Hash pad) {
        int pairs = count / 2;
        boolean odd = (count & 1) != 0;
        if (odd) { // kept aside: the parents may come to lie there
            System.arraycopy(nodes, (count - 1) * Hash.BYTES, pair, 0, Hash.BYTES);
            pad.write(pair, Hash.BYTES);
        }
        var all = MemorySegment.ofArray(nodes);
        for (int done = 0; done < pairs; done += GO) {
            int go = Math.min(GO, pairs - done);
            // a pair is read before anything is written behind its start
            MemorySegment some = all.asSlice((long) done * PAIR, (long) go * PAIR);
            sha256.digests(some, AT, LENGTHS, go, nodes, done * Hash.BYTES);
        }
        if (!odd) return pairs;
        sha256.digest(pair, 0, PAIR, nodes, pairs * Hash.BYTES);
        return pairs + 1;
    }
}
