package shoal.merkle;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import shoal.bytes.Hash;

/** Hashes data to leaves, one for each block of 16 KiB. Keeps a digest: belongs to one thread. */
public final class LeafHasher {
    private static final Hash ZERO_BLOCK = new LeafHasher().leaf(new byte[Merkle.BLOCK], 0, Merkle.BLOCK);
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(Merkle.BLOCK);

    private final Sha256 sha256 = new Sha256();
    private final byte[] out = new byte[Hash.BYTES];

    // blocks that lie one after the other
    private int[] at = {};
    private int[] lengths = {};

    /** The leaf of a block of 16384 zero bytes: what the holes of sparse files consist of. */
    public static Hash zeroBlock() {
        return ZERO_BLOCK;
    }

    /** The leaf of one block of {@code length} bytes, 1 to 16384. */
    public Hash leaf(byte[] data, int from, int length) {
        sha256.digest(data, from, length, out, 0);
        return Hash.of(out, 0);
    }

    /**
     * Writes the leaves of the data between position and limit, which starts at a block's start, to {@code leaves}
     * behind {@code to}. Blocks of zeros are known by sight and not hashed. The buffer stays as it is.
     *
     * @return the number of leaves
     */
    public int leaves(ByteBuffer data, byte[] leaves, int to) {
        int count = (int) Merkle.blocks(data.remaining());
        Objects.checkFromIndexSize(to, count * Hash.BYTES, leaves.length);
        lay(count, data.remaining());
        var all = MemorySegment.ofBuffer(data);
        int done = 0;
        for (int block = 0; block < count; block++) {
            if (!isZero(data, block)) continue;
            run(all, done, block, leaves, to);
            ZERO_BLOCK.write(leaves, to + block * Hash.BYTES);
            done = block + 1;
        }
        run(all, done, count, leaves, to);
        return count;
    }

    private void lay(int count, int length) {
        if (at.length < count) {
            at = new int[count];
            lengths = new int[count];
            Arrays.setAll(at, block -> block << Merkle.BLOCK_BITS);
        }
        Arrays.fill(lengths, 0, count, Merkle.BLOCK);
        if (count > 0) lengths[count - 1] = Merkle.blockLength(length, count - 1);
    }

    private void run(MemorySegment all, int from, int to, byte[] leaves, int offset) {
        if (from == to) return;
        long start = (long) from << Merkle.BLOCK_BITS;
        int[] ends = from == 0 ? lengths : Arrays.copyOfRange(lengths, from, to);
        sha256.digests(all.asSlice(start), at, ends, to - from, leaves, offset + from * Hash.BYTES);
    }

    private static boolean isZero(ByteBuffer data, int block) {
        int from = data.position() + (block << Merkle.BLOCK_BITS);
        return data.get(from) == 0
                && data.limit() - from >= Merkle.BLOCK
                && data.slice(from, Merkle.BLOCK).mismatch(ZEROS) < 0;
    }

    /**
     * Writes the leaves of {@code count} blocks, which may lie anywhere in {@code data}, one after the other to {@code
     * leaves}. Block {@code i} is the {@code lengths[i]} bytes at index {@code at[i]}, from 1 to 16384.
     *
     * @throws IndexOutOfBoundsException if they are not all before the limit, or {@code leaves} is too short
     */
    public void leaves(ByteBuffer data, int[] at, int[] lengths, int count, byte[] leaves) {
        var all = MemorySegment.ofBuffer(data.position() == 0 ? data : data.duplicate().position(0));
        sha256.digests(all, at, lengths, count, leaves, 0);
    }
}
