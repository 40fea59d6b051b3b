package shoal.swarm;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/**
 * A piece that is being fetched. A block is claimed by one compare-and-set before it is written, so that two peers that
 * send the same block in the endgame do not both write it; who claimed it is at the same time who is to blame for it.
 *
 * <p>{@link #claim} and {@link #putLeaf} belong to the peers' reading threads, {@link #expected} is set by the swarm's
 * thread and read by theirs; all else is the swarm's alone. A leaf is visible to the swarm because the receipt for it
 * passes through the mailbox.
 */
final class ActivePiece {
    private static final int FREE = -1;
    private static final byte STORED = -1;

    /** The owner of a block that was on the disk already when the fetch began. */
    static final int NOBODY = -2;

    final int piece;
    final int blocks;
    private final AtomicIntegerArray owners;
    private final byte[] leaves;
    private volatile @Nullable HashList expected;

    private final byte[] requests;
    private int unrequested;
    private int stored;
    private int timesFromOne;
    private boolean sampled;
    private @Nullable Peer sender;

    ActivePiece(int piece, int blocks) {
        this.piece = piece;
        this.blocks = blocks;
        owners = new AtomicIntegerArray(blocks);
        for (int i = 0; i < blocks; i++) owners.setPlain(i, FREE);
        leaves = new byte[blocks * Hash.BYTES];
        requests = new byte[blocks];
        unrequested = blocks;
    }

    /** Makes the block the caller's to write, if nobody has it yet. */
    boolean claim(int block, int peer) {
        return owners.compareAndSet(block, FREE, peer);
    }

    void putLeaf(int block, Hash leaf) {
        leaf.write(leaves, block * Hash.BYTES);
    }

    /** The proven leaves of this piece, where they are known: then a bad block is refused before it is written. */
    @Nullable HashList expected() {
        return expected;
    }

    void expect(HashList proven) {
        expected = proven;
    }

    Hash leaf(int block) {
        return Hash.of(leaves, block * Hash.BYTES);
    }

    HashList leaves() {
        return HashList.wrap(leaves.clone());
    }

    HashList leaves(int from, int to) {
        return HashList.wrap(Arrays.copyOfRange(leaves, from * Hash.BYTES, to * Hash.BYTES));
    }

    int owner(int block) {
        return owners.get(block);
    }

    boolean isStored(int block) {
        return requests[block] == STORED;
    }

    /** Notes that a block is on the disk. */
    void stored(int block) {
        if (requests[block] == 0) unrequested--;
        requests[block] = STORED;
        stored++;
    }

    boolean isWhole() {
        return stored == blocks;
    }

    /** How many peers were asked for this block and may still send it. */
    int requests(int block) {
        return Math.max(0, requests[block]);
    }

    void requested(int block, Peer peer) {
        if (isFromOne()) sender = peer;
        if (requests[block] == STORED) throw new IllegalStateException("block " + block + " is there");
        if (requests[block]++ == 0) unrequested--;
    }

    /** A request will not be answered; tells nothing of a block that is there. */
    void unrequested(int block) {
        if (requests[block] > 0 && --requests[block] == 0) unrequested++;
    }

    /** The piece failed and nobody could be blamed: from now on one peer alone may send it, whoever is asked first. */
    void fromOneOnly() {
        timesFromOne++;
        sender = null;
    }

    /** Whether one peer alone may send it. */
    boolean isFromOne() {
        return timesFromOne > 0;
    }

    /** Nanoseconds that its one sender may be silent: longer each time, so that the slow have their time, too. */
    long patience() {
        return Math.min(SwarmLimits.SNUBBED_AFTER, SwarmLimits.PASSED_ON_AFTER << Math.clamp(timesFromOne - 1, 0, 9));
    }

    /**
     * Nobody gives the leaves of a piece that was found on the disk: whether it is the first time. Some peers give them
     * once they have sent a block of it.
     */
    boolean mayBeSampled() {
        boolean first = !sampled && blocks > 1 && owner(0) == NOBODY;
        sampled = true;
        return first;
    }

    /** Who alone may send it; nobody if that is open, or if anybody may. */
    @Nullable Peer sender() {
        return sender;
    }

    /** Whether this peer's blocks are welcome. */
    boolean admits(@Nullable Peer peer) {
        return !isFromOne() || sender == null || sender == peer;
    }

    /** The blocks that are on the disk. */
    Bits storedBlocks() {
        var there = new Bits(blocks);
        for (int block = 0; block < blocks; block++) {
            if (isStored(block)) there.set(block);
        }
        return there;
    }

    /** The first block at or behind {@code from} that nobody was asked for, or -1. */
    int nextUnrequested(int from) {
        if (unrequested == 0) return -1;
        for (int i = from; i < blocks; i++) {
            if (requests[i] == 0) return i;
        }
        return -1;
    }

    /** Gives up a block that was there and proved bad: it is to be fetched again. */
    void reopen(int block) {
        requests[block] = 0;
        unrequested++;
        stored--;
        owners.set(block, FREE);
    }
}
