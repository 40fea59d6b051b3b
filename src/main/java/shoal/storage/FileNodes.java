package shoal.storage;

import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.Merkle;

/**
 * One layer of a file's tree while it is filled from the leaves of {@link BlockReader}'s chunks, in any order: the
 * piece layer, or a lower one if a chunk is less than a piece. Threads may fill different chunks at once; whoever reads
 * must have waited for all of them.
 */
final class FileNodes {
    private final long length;
    private final int pieceLength;
    private final int base;
    private final byte[] nodes;

    /** The nodes of a file of {@code length} bytes, of which nothing is known yet. */
    FileNodes(long length, int pieceLength) {
        this.length = length;
        this.pieceLength = pieceLength;
        int height = Merkle.height(length);
        base = Math.min(Math.min(Merkle.pieceLayer(pieceLength), BlockReader.CHUNK_LAYER), height);
        nodes = new byte[Math.toIntExact(((Merkle.blocks(length) + (1L << base) - 1) >> base) * Hash.BYTES)];
    }

    /** The leaves of a chunk that begins with {@code firstBlock}. */
    void put(long firstBlock, HashList leaves) {
        int at = (int) (firstBlock >> base);
        int step = 1 << base;
        for (int from = 0; from < leaves.size(); from += step) {
            HashList below = leaves.slice(from, Math.min(from + step, leaves.size()));
            Merkle.fold(below, 0, base).write(nodes, at++ * Hash.BYTES);
        }
    }

    /** The root of the file. */
    Hash root() {
        return Merkle.fold(HashList.wrap(nodes), base, Merkle.height(length) - base);
    }

    /** One hash for each piece; of a file of one piece its root. */
    HashList pieces() {
        if (length <= pieceLength) return HashList.of(root());
        int levels = Merkle.pieceLayer(pieceLength) - base;
        HashList all = HashList.wrap(nodes);
        if (levels == 0) return all;
        int count = (int) ((length + pieceLength - 1) / pieceLength);
        var layer = new byte[count * Hash.BYTES];
        for (int i = 0; i < count; i++) {
            HashList below = all.slice(i << levels, Math.min((i + 1) << levels, all.size()));
            Merkle.fold(below, base, levels).write(layer, i * Hash.BYTES);
        }
        return HashList.wrap(layer);
    }
}
