package shoal.swarm;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.merkle.Merkle;
import shoal.storage.DiskFault;
import shoal.storage.Holdings;
import shoal.wire.PeerFault;

/**
 * The way of a block from a peer's buffer to the disk: let it in, hash it while it is warm, claim it, write it. Runs on
 * the peers' reading threads, any number at once; the swarm's thread only opens and closes pieces.
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
     * Lets a block in that has come, if it is welcome.
     *
     * @return the piece that it belongs to, or null if it is there already or on its way from another peer
     * @throws PeerFault if this peer was not asked for exactly these bytes
     */
    @Nullable ActivePiece admit(Asked asked, int piece, int begin, int length) throws PeerFault {
        int block = begin >>> Merkle.BLOCK_BITS;
        if (piece < 0 || piece >= manifest.pieceCount() || begin < 0 || (begin & (Merkle.BLOCK - 1)) != 0) {
            throw new PeerFault("sent a block at " + begin + " of piece " + piece);
        }
        if (!asked.take(Asked.key(piece, block))) {
            throw new PeerFault("sent a block that was not asked for: " + begin + " of piece " + piece);
        }
        int wanted = Merkle.blockLength(manifest.pieceSize(piece), block);
        if (length != wanted) throw new PeerFault("sent " + length + " bytes where " + wanted + " were asked for");
        ActivePiece target = active.get(piece);
        return target == null || target.owner(block) >= 0 ? null : target;
    }

    /**
     * Makes a block that was let in the peer's to write.
     *
     * @param peer number of the peer that sent it
     * @param leaf the hash of its bytes
     * @return {@link BlockReceipt.Fate#STORED} if it has to be written now
     */
    static BlockReceipt.Fate claim(int peer, ActivePiece target, int block, Hash leaf) {
        HashList expected = target.expected();
        if (expected != null && !expected.at(block).equals(leaf)) return BlockReceipt.Fate.BAD;
        if (!target.claim(block, peer)) return BlockReceipt.Fate.SPARE;
        target.putLeaf(block, leaf);
        return BlockReceipt.Fate.STORED;
    }

    /**
     * Writes blocks that are side by side and claimed.
     *
     * @throws DiskFault if they cannot be written
     */
    void write(ActivePiece target, int firstBlock, ByteBuffer... blocks) throws DiskFault {
        holdings.write(target.piece, firstBlock << Merkle.BLOCK_BITS, blocks);
    }
}
