package shoal.wire;

import shoal.bytes.Hash;
import shoal.merkle.HashProof;
import shoal.merkle.Merkle;

/**
 * Please send me these hashes of a file's tree (BEP 52). Some tree has hashes there; whether the one of this root does,
 * or whether there is such a root at all, only those can tell who know the file.
 *
 * @param root the file's root
 * @param base layer of the hashes; 0 holds the leaves
 * @param index number of the first hash within its layer
 * @param length number of hashes
 * @param proof number of layers above {@code base} whose uncles are wanted
 */
public record HashRequest(Hash root, int base, int index, int length, int proof) implements Message {
    /** @throws IllegalArgumentException if no tree has such hashes */
    public HashRequest {
        WireLimits.checkRange("layer", base, 0, Merkle.MAX_HEIGHT - 1);
        WireLimits.checkRange("number of hashes", length, 1, WireLimits.HASHES);
        WireLimits.checkRange("first hash", index, 0, Integer.MAX_VALUE);
        WireLimits.checkRange("number of proof layers", proof, 0, Merkle.MAX_HEIGHT - 1 - base);
        if (index + (long) length > 1L << (Merkle.MAX_HEIGHT - base)) {
            throw new IllegalArgumentException("hashes behind the end of layer " + base);
        }
    }

    /**
     * Whether the hashes are all below one node, as BEP 52 wants it: a power of two of them, aligned. Others are to be
     * answered with a {@link HashReject}.
     */
    public boolean isAligned() {
        return Integer.bitCount(length) == 1 && index % length == 0;
    }

    /** How many uncles the answer to an aligned request brings besides the {@code length} hashes. */
    public int uncles() {
        return HashProof.uncles(length, proof);
    }
}
