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
    /** Taken together at most: half of what a core's own cache holds. */
    private static final int MOST = 32;

    private record Arrival(ActivePiece piece, int block, int at, int length) {}

    private final int peer;
    private final Asked asked;
    private final LeafHasher hasher = new LeafHasher();
    private final List<Arrival> waiting = new ArrayList<>(MOST);
    private final int[] at = new int[MOST];
    private final int[] lengths = new int[MOST];
    private final byte[] leaves = new byte[MOST * Hash.BYTES];
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private List<BlockReceipt> receipts = new ArrayList<>();

    /** What peer number {@code peer} sends, who was asked for {@code asked}. */
    Arrivals(int peer, Asked asked) {
        this.peer = peer;
        this.asked = asked;
    }

    /** A block is in the buffer {@code data}, between position and limit, and stays there until {@link #receipts}. */
    void add(BlockIntake intake, int piece, int begin, ByteBuffer data) throws PeerFault, DiskFault {
        int block = begin >>> Merkle.BLOCK_BITS;
        ActivePiece target = intake.admit(asked, piece, begin, data.remaining());
        if (target == null) {
            receipts.add(new BlockReceipt(piece, block, BlockReceipt.Fate.SPARE));
            return;
        }
        if (waiting.size() == MOST) keep(intake);
        buffer = data;
        at[waiting.size()] = data.position();
        lengths[waiting.size()] = data.remaining();
        waiting.add(new Arrival(target, block, data.position(), data.remaining()));
    }

    private void keep(BlockIntake intake) throws DiskFault {
        if (waiting.isEmpty()) return;
        ByteBuffer all = buffer.duplicate().clear();
        hasher.leaves(all, at, lengths, waiting.size(), leaves);
        try {
            for (int i = 0; i < waiting.size(); i++) {
                Arrival next = waiting.get(i);
                all.limit(next.at + next.length).position(next.at);
                receipts.add(intake.keep(peer, next.piece, next.block, Hash.of(leaves, i * Hash.BYTES), all));
            }
        } finally {
            waiting.clear();
        }
    }

    /** What became of all that was added since the last time. */
    List<BlockReceipt> receipts(BlockIntake intake) throws DiskFault {
        keep(intake);
        List<BlockReceipt> all = receipts;
        if (!all.isEmpty()) receipts = new ArrayList<>();
        return all;
    }
}
