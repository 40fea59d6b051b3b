package shoal.merkle;

import java.util.stream.IntStream;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/**
 * The shape of a file's tree (BEP 52, "pieces root"): its leaves are the SHA-256 of each 16 KiB block, the last one
 * taken at its real length, filled up with zero hashes to a power of two. Layer 0 holds the leaves, layer
 * {@link #height} the root alone; layer {@code k} above a file has {@code 2^(height-k)} nodes.
 */
public final class Merkle {
    /** Bytes of data below one leaf. */
    public static final int BLOCK = 16384;

    /** log2 of {@link #BLOCK}. */
    public static final int BLOCK_BITS = 14;

    /** No tree is higher: 2^34 leaves cover 256 TiB. */
    public static final int MAX_HEIGHT = 34;

    private static final Hash[] PADS = pads();

    private Merkle() {}

    private static Hash[] pads() {
        var pads = new Hash[MAX_HEIGHT + 1];
        pads[0] = Hash.ZERO;
        var hasher = new NodeHasher();
        for (int i = 1; i <= MAX_HEIGHT; i++) pads[i] = hasher.parent(pads[i - 1], pads[i - 1]);
        return pads;
    }

    /** The number of blocks of a file of {@code length} bytes; none for an empty one. */
    public static long blocks(long length) {
        return (length + BLOCK - 1) >>> BLOCK_BITS;
    }

    /** The length in bytes of block {@code block} of a file of {@code length} bytes: 16384 but for the last. */
    public static int blockLength(long length, long block) {
        return (int) Math.min(BLOCK, length - (block << BLOCK_BITS));
    }

    /** The layer of the root of a file of {@code length} bytes: 0 up to one block. */
    public static int height(long length) {
        return ceilLog2(blocks(length));
    }

    /** The layer whose nodes cover one piece: 0 for pieces of 16 KiB. {@code pieceLength} is a power of two. */
    public static int pieceLayer(long pieceLength) {
        return Long.numberOfTrailingZeros(pieceLength) - BLOCK_BITS;
    }

    /** The least {@code k} with {@code 2^k >= n}; 0 for {@code n <= 1}. */
    public static int ceilLog2(long n) {
        return n <= 1 ? 0 : 64 - Long.numberOfLeadingZeros(n - 1);
    }

    /** The node of {@code layer} that has only padding below it. */
    public static Hash pad(int layer) {
        return PADS[layer];
    }

    /**
     * The node {@code levels} layers above {@code hashes}, which are nodes of layer {@code layer} and are filled up
     * with padding to {@code 2^levels}.
     *
     * @throws IllegalArgumentException if there are more hashes than that, or {@code levels} is negative
     */
    public static Hash fold(HashList hashes, int layer, int levels) {
        // a shift by less than 0 would be one by almost 64
        if (levels < 0 || hashes.size() > 1L << levels) {
            throw new IllegalArgumentException(hashes.size() + " nodes do not fit below " + levels + " layers");
        }
        if (hashes.size() == 0) return pad(layer + levels);
        if (levels == 0) return hashes.at(0);
        var hasher = new NodeHasher();
        byte[] nodes = hashes.bytes();
        int count = hashes.size();
        for (int level = 0; level < levels; level++) count = hasher.parents(nodes, count, pad(layer + level));
        return Hash.of(nodes, 0);
    }

    /** The root of a file of {@code length} bytes from all its leaves. */
    public static Hash root(HashList leaves, long length) {
        return fold(leaves, 0, height(length));
    }

    /**
     * The roots of many files at once, whose leaves lie one after the other: {@code counts[i]} of file {@code i}. A
     * small tree has few pairs in a layer, and many are hashed quicker together. An empty file's root is zero.
     *
     * @throws IllegalArgumentException if there are more or fewer leaves than that
     */
    public static HashList roots(HashList leaves, int[] counts) {
        if (IntStream.of(counts).sum() != leaves.size()) {
            throw new IllegalArgumentException(leaves.size() + " leaves are not those of " + counts.length + " files");
        }
        var hasher = new NodeHasher();
        var roots = new byte[counts.length * Hash.BYTES];
        int[] left = counts.clone();
        // with room for an odd last node's sibling in each tree
        var nodes = new byte[leaves.size() * Hash.BYTES + roots.length];
        leaves.write(0, leaves.size(), nodes, 0);
        var pairs = new byte[nodes.length];
        int used;
        int layer = 0;
        do {
            int at = 0;
            used = 0;
            for (int tree = 0; tree < left.length; tree++) {
                int bytes = left[tree] * Hash.BYTES;
                if (left[tree] == 1) {
                    System.arraycopy(nodes, at, roots, tree * Hash.BYTES, bytes);
                    left[tree] = 0;
                } else if (bytes > 0) {
                    System.arraycopy(nodes, at, pairs, used, bytes);
                    used += bytes;
                    if ((left[tree] & 1) != 0) {
                        pad(layer).write(pairs, used);
                        used += Hash.BYTES;
                    }
                    left[tree] = (left[tree] + 1) / 2;
                }
                at += bytes;
            }
            hasher.parents(pairs, used / Hash.BYTES, pad(layer++));
            byte[] parents = pairs;
            pairs = nodes;
            nodes = parents;
        } while (used > 0);
        return HashList.wrap(roots);
    }

    /**
     * The root of a file of {@code length} bytes, more than one piece, from its whole piece layer.
     *
     * @throws IllegalArgumentException if the file has one piece, or fewer than there are hashes
     */
    public static Hash rootOfLayer(HashList layer, long length, long pieceLength) {
        int base = pieceLayer(pieceLength);
        return fold(layer, base, height(length) - base);
    }
}
