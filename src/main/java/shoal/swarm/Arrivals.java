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

    private record Arrival(ActivePiece piece, int block, int at, int length) {
        boolean isBehind(Arrival other) {
            return piece == other.piece && block == other.block + 1;
        }
    }

    private final int peer;
    private final Asked asked;
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

    /** How many blocks wait to be hashed and written. */
    int size() {
        return waiting.size();
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
        waiting.add(new Arrival(target, block, data.position(), length));
    }

    /** All that was added since the last time. */
    Batch take() {
        var batch = new Batch(peer, buffer.duplicate().clear(), waiting, spare);
        waiting = new ArrayList<>();
        spare = new ArrayList<>();
        return batch;
    }

    /** Blocks on their way to the disk. As long as they are not kept, their part of the buffer must stay as it is. */
    static final class Batch {
        private final int peer;
        private final ByteBuffer buffer;
        private final List<Arrival> arrivals;
        private final List<BlockReceipt> receipts;
        private volatile boolean kept;

        private Batch(int peer, ByteBuffer buffer, List<Arrival> arrivals, List<BlockReceipt> spare) {
            this.peer = peer;
            this.buffer = buffer;
            this.arrivals = arrivals;
            this.receipts = spare;
        }

        /** Whether the buffer is no longer needed. */
        boolean isKept() {
            return kept;
        }

        /** Hashes and writes the blocks. What became of them; any one thread, once. */
        List<BlockReceipt> keep(BlockIntake intake) throws DiskFault {
            byte[] leaves = hash();
            try {
                int from = 0;
                for (int i = 0; i < arrivals.size(); i++) {
                    Arrival next = arrivals.get(i);
                    if (i > from && !next.isBehind(arrivals.get(i - 1))) from = write(intake, from, i);
                    var fate = BlockIntake.claim(peer, next.piece, next.block, Hash.of(leaves, i * Hash.BYTES));
                    receipts.add(new BlockReceipt(next.piece.piece, next.block, fate));
                    if (fate == BlockReceipt.Fate.STORED) continue;
                    write(intake, from, i);
                    from = i + 1;
                }
                write(intake, from, arrivals.size());
            } finally {
                kept = true;
            }
            return receipts;
        }

        /** Writes the blocks from {@code from} on, which lie side by side in a file. Returns {@code to}. */
        private int write(BlockIntake intake, int from, int to) throws DiskFault {
            if (from == to) return to;
            var blocks = new ByteBuffer[to - from];
            for (int i = from; i < to; i++) {
                Arrival next = arrivals.get(i);
                blocks[i - from] = buffer.slice(next.at, next.length);
            }
            Arrival first = arrivals.get(from);
            intake.write(first.piece, first.block, blocks);
            return to;
        }

        private byte[] hash() {
            var leaves = new byte[arrivals.size() * Hash.BYTES];
            var at = new int[arrivals.size()];
            var lengths = new int[arrivals.size()];
            for (int i = 0; i < arrivals.size(); i++) {
                at[i] = arrivals.get(i).at;
                lengths[i] = arrivals.get(i).length;
            }
            new LeafHasher().leaves(buffer, at, lengths, arrivals.size(), leaves);
            return leaves;
        }
    }
}
