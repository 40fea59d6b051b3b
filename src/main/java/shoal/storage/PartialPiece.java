package shoal.storage;

import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/**
 * A piece of which some blocks are on the disk, as it is found at start. Each received block's bytes have just been
 * hashed again and match its leaf; whether the leaf is the right one only the whole piece tells.
 *
 * @param piece number of the piece
 * @param received its blocks that are there, one bit for each block of the piece; owned by the receiver
 * @param leaves one hash for each block of the piece, {@link Hash#ZERO} for those that are missing
 */
public record PartialPiece(int piece, Bits received, HashList leaves) {
    /** @throws IllegalArgumentException if there is not one leaf for each block */
    public PartialPiece {
        if (piece < 0) throw new IllegalArgumentException("piece " + piece);
        if (received.size() != leaves.size()) {
            throw new IllegalArgumentException(received.size() + " blocks, " + leaves.size() + " leaves");
        }
    }
}
