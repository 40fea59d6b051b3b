package shoal.merkle;

import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import shoal.bytes.Hash;

/** Hashes data to leaves, one for each block of 16 KiB. Keeps a digest: belongs to one thread. */
public final class LeafHasher {
    private static final Hash ZERO_BLOCK = new LeafHasher().digestOf(new byte[Merkle.BLOCK], 0, Merkle.BLOCK);
    private static final byte[] ZEROS = new byte[Merkle.BLOCK];

    private final MessageDigest digest = NodeHasher.sha256();
    private final byte[] out = new byte[Hash.BYTES];

    /** The leaf of a block of 16384 zero bytes: what the holes of sparse files consist of. */
    public static Hash zeroBlock() {
        return ZERO_BLOCK;
    }

    /** The leaf of one block of {@code length} bytes, 1 to 16384. */
    public Hash leaf(byte[] data, int from, int length) {
        return digestOf(data, from, length);
    }

    /**
     * Writes the leaves of {@code length} bytes of data, which start at a block's start, to {@code leaves} behind
     * {@code to}. Blocks of zeros are known by sight and not hashed.
     *
     * @return the number of leaves
     */
    public int leaves(byte[] data, int from, int length, byte[] leaves, int to) {
        int count = 0;
        for (int done = 0; done < length; done += Merkle.BLOCK, count++) {
            int block = Math.min(Merkle.BLOCK, length - done);
            int at = to + count * Hash.BYTES;
            if (block == Merkle.BLOCK && isZero(data, from + done)) ZERO_BLOCK.write(leaves, at);
            else hash(data, from + done, block, leaves, at);
        }
        return count;
    }

    private static boolean isZero(byte[] data, int from) {
        return data[from] == 0 && Arrays.equals(data, from, from + Merkle.BLOCK, ZEROS, 0, Merkle.BLOCK);
    }

    private Hash digestOf(byte[] data, int from, int length) {
        hash(data, from, length, out, 0);
        return Hash.of(out, 0);
    }

    private void hash(byte[] data, int from, int length, byte[] target, int to) {
        digest.update(data, from, length);
        try {
            digest.digest(target, to, Hash.BYTES);
        } catch (DigestException e) {
            throw new AssertionError("32 bytes are enough for SHA-256", e);
        }
    }
}
