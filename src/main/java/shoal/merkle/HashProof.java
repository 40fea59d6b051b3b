package shoal.merkle;

import shoal.bytes.Hash;
import shoal.bytes.HashList;

/**
 * A run of hashes of one layer and the uncles that lead from it to a node that is already proven: what a
 * {@code hashes} message brings (BEP 52, "hash request"). A value: checking it changes nothing, so a wrong proof leaves
 * everything as it was.
 *
 * @param base layer of {@code hashes}; 0 holds the leaves
 * @param index number of the first hash within its layer, a multiple of the number of hashes
 * @param hashes a power of two of nodes, padding included
 * @param uncles siblings on the way up from the node that spans {@code hashes}, lowest first
 */
public record HashProof(int base, long index, HashList hashes, HashList uncles) {
    /** @throws IllegalArgumentException if the number of hashes is no power of two or does not divide the index */
    public HashProof {
        int count = hashes.size();
        if (Integer.bitCount(count) != 1) throw new IllegalArgumentException(count + " hashes: not a power of two");
        if (base < 0 || index < 0 || index % count != 0) {
            throw new IllegalArgumentException(count + " hashes from " + index + " of layer " + base);
        }
        if (base > Merkle.MAX_HEIGHT || top(base, count, uncles.size()) > Merkle.MAX_HEIGHT) {
            throw new IllegalArgumentException("a proof beyond layer " + Merkle.MAX_HEIGHT);
        }
    }

    private static int top(int base, int count, int uncles) {
        return base + Integer.numberOfTrailingZeros(count) + uncles;
    }

    /** The layer of the node that the proof leads to. */
    public int top() {
        return top(base, hashes.size(), uncles.size());
    }

    /** The number of the node in layer {@link #top} that the proof leads to. */
    public long topIndex() {
        return index >>> (top() - base);
    }

    /** The node that the proof leads to. The hashes are proven if, and only if, it is the one that is known. */
    public Hash fold() {
        int levels = Integer.numberOfTrailingZeros(hashes.size());
        Hash node = Merkle.fold(hashes, base, levels);
        long position = index >>> levels;
        var hasher = new NodeHasher();
        for (int i = 0; i < uncles.size(); i++, position >>>= 1) {
            Hash uncle = uncles.at(i);
            node = (position & 1) == 0 ? hasher.parent(node, uncle) : hasher.parent(uncle, node);
        }
        return node;
    }

    /**
     * How many uncles a reply has that was asked for {@code length} hashes with {@code proof} layers (BEP 52): the
     * layers that the hashes themselves give are left out. A single hash brings its sibling besides, as libtorrent
     * demands it.
     */
    public static int uncles(int length, int proof) {
        return Math.max(0, proof - (Integer.numberOfTrailingZeros(length) - 1));
    }
}
