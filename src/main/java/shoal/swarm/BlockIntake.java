package shoal.swarm;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.merkle.Merkle;
import shoal.storage.DiskFault;
import shoal.storage.Holdings;
import shoal.wire.PeerFault;

/**
 * The way of a block from a peer's buffer to the disk: hash it while it is warm, claim it, write it. Runs on the
 * peers' reading threads, any number at once; the swarm's thread only opens and closes pieces.
 */
final class BlockIntake {
    private final Manifest manifest;
    private final Holdings holdings;
    private final Map<Integer, ActivePiece> active = new ConcurrentHashMap<>();

    BlockIntake(Manifest manifest, Holdings holdings) {
        this.manifest = manifest;
        this.holdings = holdings;
    }

    Holdings holdings() {
        return holdings;
    }

    void open(ActivePiece piece) {
        active.put(piece.piece, piece);
    }

    void close(int piece) {
        active.remove(piece);
    }

    /**
     * Takes a block in.
     *
     * @param peer number of the peer that sent it
     * @param leafOf hashes the bytes of the block
     * @throws PeerFault if this peer was not asked for exactly these bytes
     * @throws DiskFault if they cannot be written
     */
    BlockReceipt accept(int peer, Asked asked, int piece, int begin, ByteBuffer data, BlockDigest leafOf)
            throws PeerFault, DiskFault {
        int block = begin >>> Merkle.BLOCK_BITS;
        if (piece < 0 || piece >= manifest.pieceCount() || begin < 0 || (begin & (Merkle.BLOCK - 1)) != 0) {
            throw new PeerFault("sent a block at " + begin + " of piece " + piece);
        }
        if (!asked.take(Asked.key(piece, block))) {
            throw new PeerFault("sent a block that was not asked for: " + begin + " of piece " + piece);
        }
        int length = Merkle.blockLength(manifest.pieceSize(piece), block);
        if (data.remaining() != length) {
            throw new PeerFault("sent " + data.remaining() + " bytes where " + length + " were asked for");
        }
        ActivePiece target = active.get(piece);
        if (target == null || target.owner(block) >= 0) {
            return new BlockReceipt(piece, block, BlockReceipt.Fate.SPARE);
        }
        Hash leaf = leafOf.leaf(data);
        HashList expected = target.expected();
        if (expected != null && !expected.at(block).equals(leaf)) {
            return new BlockReceipt(piece, block, BlockReceipt.Fate.BAD);
        }
        if (!target.claim(block, peer)) return new BlockReceipt(piece, block, BlockReceipt.Fate.SPARE);
        target.putLeaf(block, leaf);
        holdings.write(piece, begin, data);
        return new BlockReceipt(piece, block, BlockReceipt.Fate.STORED);
    }

    /** Hashes the bytes of one block and leaves the buffer's position where it was. */
    @FunctionalInterface
    interface BlockDigest {
        Hash leaf(ByteBuffer block);
    }
}
