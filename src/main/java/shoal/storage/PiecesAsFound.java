package shoal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.BitSet;
import java.util.Optional;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.LeafHasher;
import shoal.merkle.Merkle;

/** Opens pieces that are wrong somewhere as such whose blocks are there as they are, within limits. One thread. */
final class PiecesAsFound {
    /** So many pieces are told apart by their blocks; those beyond that are fetched whole. */
    private static final int MOST_PIECES = 4096;

    /** The same for the blocks of these pieces, those of 4 GiB: 8 MiB of hashes. */
    private static final int MOST_BLOCKS = 1 << 18;

    private final Shelf shelf;
    private int pieces;
    private int blocks;

    PiecesAsFound(Shelf shelf) {
        this.shelf = shelf;
    }

    /**
     * The blocks of a bad piece that are on the disk: all, if nobody knows which are wrong.
     *
     * @param bad the blocks of the file that are known to be wrong; all of the piece if that is not known
     */
    Optional<PartialPiece> look(HeldFile file, int piece, BitSet bad) throws DiskFault {
        int count = shelf.blocks(file, piece);
        int first = (int) shelf.firstBlock(file, piece);
        if (count == 1 || pieces >= MOST_PIECES || blocks + count > MOST_BLOCKS) return Optional.empty();
        boolean told = bad.nextClearBit(first) < first + count;
        var there = new Bits(count);
        var leaves = new byte[count * Hash.BYTES];
        var hasher = new LeafHasher();
        var data = ByteBuffer.allocate(Merkle.BLOCK);
        try (FileChannel channel = file.open()) {
            for (int i = 0; i < count; i++) {
                int length = Merkle.blockLength(file.file.length(), first + i);
                if (!fill(channel, data.clear().limit(length), (long) (first + i) << Merkle.BLOCK_BITS)) continue;
                if (told && bad.get(first + i)) continue;
                hasher.leaf(data.array(), 0, length).write(leaves, i * Hash.BYTES);
                there.set(i);
            }
        } catch (IOException e) {
            throw Faults.of(e, "cannot read", file.path());
        }
        if (there.isEmpty()) return Optional.empty();
        pieces++;
        blocks += count;
        return Optional.of(new PartialPiece(piece, there, HashList.wrap(leaves)));
    }

    private static boolean fill(FileChannel channel, ByteBuffer data, long at) throws IOException {
        while (data.hasRemaining()) {
            if (channel.read(data, at + data.position()) < 0) return false;
        }
        return true;
    }
}
