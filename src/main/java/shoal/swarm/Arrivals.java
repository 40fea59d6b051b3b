package shoal.swarm;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import shoal.bytes.Hash;
import shoal.merkle.LeafHasher;
import shoal.merkle.Merkle;
import shoal.storage.DiskFault;
import shoal.wire.PeerFault;

/**
 * Blocks that lie in a peer's read buffer and were let in. They are hashed together, which is quicker than one by one,
 * and while they are still warm. Belongs to the peer's reading thread; empty before its next read.
 */
final class Arrivals {
    /** More than this is not collected. */
    private static final int MOST = 64;

    private record Arrival(ActivePiece piece, int block, int at, int length) {}

    private final int peer;
    private final Asked asked;
    private final LeafHasher hasher = new LeafHasher();
    private final int[] at = new int[MOST];
    private final int[] lengths = new int[MOST];
    private List<Arrival> waiting = new ArrayList<>();
    private List<BlockReceipt> spare = new ArrayList<>();
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    /** What peer number {@code peer} sends, who was asked for {@code asked}. */
    Arrivals(int peer, Asked asked) {
        this.peer = peer;
        this.asked = asked;
    }

    boolean isEmpty() {
        return waiting.isEmpty() && spare.isEmpty();
    }

    boolean isFull() {
        return waiting.size() == MOST;
    }

    /** A block is in the buffer {@code data}, between position and limit, and stays there until {@link #take}. */
    void add(BlockIntake intake, int piece, int begin, ByteBuffer data) throws PeerFault {
        int block = begin >>> Merkle.BLOCK_BITS;
        int length = data.remaining();
        ActivePiece target = intake.admit(asked, piece, begin, length);
        if (target == null) {
            spare.add(new BlockReceipt(piece, block, BlockReceipt.Fate.SPARE));
            return;
        }
        buffer = data;
        at[waiting.size()] = data.position();
        lengths[waiting.size()] = length;
        waiting.add(new Arrival(target, block, data.position(), length));
    }

    /** All that was added since the last time, hashed. */
    Batch take() {
        var leaves = new byte[waiting.size() * Hash.BYTES];
        ByteBuffer all = buffer.duplicate().clear();
        hasher.leaves(all, at, lengths, waiting.size(), leaves);
        var batch = new Batch(peer, all, waiting, leaves, spare);
        waiting = new ArrayList<>();
        spare = new ArrayList<>();
        return batch;
    }

    /** Hashed blocks on their way to the disk. As long as it is not kept, its part of the buffer must stay as it is. */
    static final class Batch {
        private final int peer;
        private final ByteBuffer buffer;
        private final List<Arrival> arrivals;
        private final byte[] leaves;
        private final List<BlockReceipt> receipts;

        private Batch(int peer, ByteBuffer buffer, List<Arrival> arrivals, byte[] leaves, List<BlockReceipt> spare) {
            this.peer = peer;
            this.buffer = buffer;
            this.arrivals = arrivals;
            this.leaves = leaves;
            this.receipts = spare;
        }

        int size() {
            return arrivals.size();
        }

        /** Writes the blocks. What became of them; any one thread, once. */
        List<BlockReceipt> keep(BlockIntake intake) throws DiskFault {
            for (int i = 0; i < arrivals.size(); i++) {
                Arrival next = arrivals.get(i);
                buffer.limit(next.at + next.length).position(next.at);
                receipts.add(intake.keep(peer, next.piece, next.block, Hash.of(leaves, i * Hash.BYTES), buffer));
            }
            return receipts;
        }
    }
}
