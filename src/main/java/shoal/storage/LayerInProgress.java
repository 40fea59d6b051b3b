package shoal.storage;

import java.util.concurrent.atomic.AtomicLong;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.Merkle;

/**
 * The hashes of a file's pieces while its leaves come in any order. What comes are whole pieces, so several threads may
 * bring different ones at once; whoever reads the result must know that all of it has come.
 */
final class LayerInProgress {
    private final long length;
    private final int pieceLength;
    private final byte[] hashes;
    private final AtomicLong missing;

    /** The layer of a file of {@code length} bytes, at least one. */
    LayerInProgress(long length, int pieceLength) {
        this.length = length;
        this.pieceLength = pieceLength;
        hashes = new byte[Math.toIntExact((length + pieceLength - 1) / pieceLength) * Hash.BYTES];
        missing = new AtomicLong(Merkle.blocks(length));
    }

    /** How many layers above its leaves the hash of a piece stands. */
    static int levels(long length, int pieceLength) {
        return length <= pieceLength ? Merkle.height(length) : Merkle.pieceLayer(pieceLength);
    }

    /** The leaves of pieces, the first of which begins with {@code firstBlock}. */
    void put(long firstBlock, HashList leaves) {
        int levels = levels(length, pieceLength);
        int piece = (int) (firstBlock >>> levels);
        for (int from = 0; from < leaves.size(); from += 1 << levels, piece++) {
            int to = Math.min(leaves.size(), from + (1 << levels));
            Merkle.fold(leaves.slice(from, to), 0, levels).write(hashes, piece * Hash.BYTES);
        }
    }

    /** Says that so many more blocks are done with; true for those who bring the last ones. */
    boolean isWholeWith(int blocks) {
        return missing.addAndGet(-blocks) == 0;
    }

    /** One hash for each piece: of a file of one piece its root. */
    HashList pieces() {
        return HashList.wrap(hashes);
    }

    /** The root of the file. */
    Hash root() {
        HashList pieces = pieces();
        return pieces.size() == 1 ? pieces.at(0) : Merkle.rootOfLayer(pieces, length, pieceLength);
    }
}
