package shoal.swarm;

import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.merkle.Merkle;
import shoal.wire.Message;

/**
 * Which block to ask of whom (BEP 3; rarest first, whole pieces from one peer, endgame), and what becomes of what
 * comes. The swarm's thread alone uses it.
 */
final class Requests {
    private final Peers peers;
    private final PieceBoard board;
    private final Blame blame;
    private final HashFetch hashes;
    private final RandomGenerator random;
    private final LongSupplier clock;
    private long unrecorded;
    private boolean refill;
    private long wasted;

    Requests(Peers peers, PieceBoard board, Blame blame, HashFetch hashes, RandomGenerator random,
            LongSupplier clock) {
        this.peers = peers;
        this.board = board;
        this.blame = blame;
        this.hashes = hashes;
        this.random = random;
        this.clock = clock;
    }

    /** Bytes that came and were of no use: there already, or bad. */
    long wasted() {
        return wasted;
    }

    /** Bytes that came and that the store does not know yet. */
    long unrecorded() {
        return unrecorded;
    }

    /** All peers are to be asked for more, where there is room, by {@link #after}. */
    void fillAll() {
        refill = true;
    }

    /** To be called behind each event: asks whom it can. Not before, lest two of them ask for one block. */
    void after() {
        if (!refill) return;
        refill = false;
        if (!hasRoom()) return;
        Peer[] some = peers.all().toArray(Peer[]::new);
        // not always the same one first, or it alone would get what little room there is
        int first = some.length == 0 ? 0 : random.nextInt(some.length);
        for (int i = 0; i < some.length; i++) fill(some[(first + i) % some.length]);
    }

    private boolean hasRoom() {
        return unrecorded < SwarmLimits.UNRECORDED && board.uncommitted() < SwarmLimits.UNCOMMITTED;
    }

    private static boolean isAnswering(Peer peer, long now) {
        return !peer.chokedByIt && peer.interested && !peer.closing && peer.restsUntil - now <= 0;
    }

    /** Asks a peer for more, if it answers and its pipeline has drained by a quarter. */
    void fill(Peer peer) {
        long now = clock.getAsLong();
        if (!isAnswering(peer, now) || !hasRoom()) return;
        int depth = peer.snubbed ? 1 : peer.pipeline.depth();
        if (peer.pipeline.size() > depth - Math.max(1, depth / 4)) return;
        while (peer.pipeline.size() < depth) {
            if (!askNext(peer, now)) break;
        }
    }

    private boolean askNext(Peer peer, long now) {
        ActivePiece piece = pieceFor(peer, now);
        if (piece != null) {
            ask(peer, piece, next(piece, peer), now);
            return true;
        }
        return askAgain(peer, now);
    }

    private @Nullable ActivePiece pieceFor(Peer peer, long now) {
        ActivePiece current = peer.current;
        if (current != null && board.active(current.piece) == current && next(current, peer) >= 0
                && admits(current, peer, now)) {
            return current;
        }
        peer.current = openPiece(peer, now);
        return peer.current;
    }

    /** The first block that nobody was asked for and that this peer has, or -1. */
    private static int next(ActivePiece piece, Peer peer) {
        int block = piece.nextUnrequested(0);
        while (block >= 0 && !peer.has(piece.piece, block)) block = piece.nextUnrequested(block + 1);
        return block;
    }

    /** Whether the peer may be asked for blocks of this piece. If one peer alone may and does not answer, it may. */
    private boolean admits(ActivePiece piece, Peer peer, long now) {
        // who has but a part of it can never be the one who sends all of it
        if (piece.isFromOne() && peer.hasPartOf(piece.piece)) return false;
        if (piece.admits(peer)) return true;
        Peer sender = piece.sender();
        if (sender == null || (isAnswering(sender, now) && !sender.snubbed)) return false;
        takeFrom(sender, piece);
        return true;
    }

    private void takeFrom(Peer sender, ActivePiece piece) {
        for (long key : sender.pipeline.keysOf(piece.piece)) {
            sender.pipeline.remove(key);
            free(key);
        }
        piece.fromOneOnly();
        // who sent a part of it must not be hidden behind who sends the rest
        reopen(piece, piece.storedBlocks());
    }

    /**
     * A piece that one peer alone may send has no endgame: if that peer is silent, another gets it, of those who can be
     * expected to send it the one who has sent most.
     */
    private void passOn(ActivePiece piece, long now) {
        Peer sender = piece.sender();
        if (sender == null || sender.pipeline.size() == 0 || now - sender.lastBlock <= piece.patience()) return;
        Peer other = null;
        for (Peer each : peers.all()) {
            if (each == sender || !isAnswering(each, now) || each.snubbed || each.pipeline.isQuiet(now)) continue;
            if (!each.has(piece.piece) || each.hasPartOf(piece.piece)) continue;
            if (other == null || each.down.total() > other.down.total()) other = each;
        }
        if (other == null) return;
        takeFrom(sender, piece);
        other.current = piece;
        fill(other);
    }

    /** A piece already begun that nobody is busy with, else a new one, else any that has blocks to ask for. */
    private @Nullable ActivePiece openPiece(Peer peer, long now) {
        ActivePiece shared = null;
        for (ActivePiece piece : List.copyOf(board.active())) {
            if (next(piece, peer) < 0 || !admits(piece, peer, now)) continue;
            if (!isBusy(piece)) return piece;
            shared = piece;
        }
        int next = board.next(peer.has);
        boolean tooMany = next >= 0 && peer.hasPartOf(next) && board.active().size() >= SwarmLimits.PIECES_IN_PARTS;
        if (next < 0 || tooMany) return shared;
        ActivePiece begun = board.begin(next);
        if (blame.isSuspicious()) hashes.wantLeaves(begun, now);
        return begun;
    }

    private boolean isBusy(ActivePiece piece) {
        return peers.all().stream().anyMatch(peer -> peer.current == piece);
    }

    /** The endgame: every block is asked for; ask for one that is still out with another, who is slow with it. */
    private boolean askAgain(Peer peer, long now) {
        if (peer.snubbed || peer.pipeline.isQuiet(now) || board.rarest.first(peer.has) >= 0) return false;
        double here = peer.pipeline.waitForNext();
        for (Peer other : peers.all()) {
            if (other == peer) continue;
            long key = other.pipeline.late(now, here, late -> mayAskAgain(peer, late, now));
            if (key < 0) continue;
            ActivePiece piece = board.active(Asked.piece(key));
            if (piece == null) throw new IllegalStateException("a request is out for a piece that is not active");
            ask(peer, piece, Asked.block(key), now);
            return true;
        }
        return false;
    }

    private boolean mayAskAgain(Peer peer, long key, long now) {
        ActivePiece piece = board.active(Asked.piece(key));
        return piece != null && peer.has(piece.piece, Asked.block(key)) && piece.admits(peer)
                && !(piece.isFromOne() && peer.hasPartOf(piece.piece)) && !peer.pipeline.isOut(key)
                && (piece.requests(Asked.block(key)) < SwarmLimits.ENDGAME_COPIES || isLeftToTheQuiet(key, now));
    }

    /** Whether too few of those who are asked for it can be expected to send it. */
    private boolean isLeftToTheQuiet(long key, long now) {
        int copies = 0;
        for (Peer other : peers.all()) {
            if (other.pipeline.isOut(key) && !other.pipeline.isQuiet(now)) copies++;
        }
        return copies < SwarmLimits.ENDGAME_COPIES;
    }

    private void ask(Peer peer, ActivePiece piece, int block, long now) {
        int begin = block << Merkle.BLOCK_BITS;
        int length = Merkle.blockLength(board.manifest.pieceSize(piece.piece), block);
        long key = Asked.key(piece.piece, block);
        piece.requested(block, peer);
        peer.asked.add(key);
        if (peer.pipeline.size() == 0) peer.lastBlock = now;
        peer.pipeline.sent(key, now);
        peer.send(new Message.Request(piece.piece, begin, length), now);
    }

    /** Blocks came and are written. The peer may be gone: what it wrote still counts. */
    void came(@Nullable Peer peer, List<BlockReceipt> receipts) {
        long now = clock.getAsLong();
        if (peer != null) {
            peer.lastBlock = now;
            peer.snubbed = false;
            peer.rejects = 0;
        }
        for (int i = 0; i < receipts.size(); i = record(receipts, i)) {
            // record() takes as many receipts as lie side by side
        }
        for (BlockReceipt receipt : receipts) settle(peer, receipt, now);
        if (peer != null) fill(peer);
    }

    /** Tells the store of the stored blocks from {@code i} on that lie side by side; returns the next receipt. */
    private int record(List<BlockReceipt> receipts, int i) {
        BlockReceipt first = receipts.get(i);
        if (first.fate() != BlockReceipt.Fate.STORED) return i + 1;
        int end = i + 1;
        while (end < receipts.size() && receipts.get(end).fate() == BlockReceipt.Fate.STORED
                && receipts.get(end).piece() == first.piece()
                && receipts.get(end).block() == first.block() + end - i) {
            end++;
        }
        ActivePiece piece = board.active(first.piece());
        if (piece == null) return end;
        received(piece, first.block(), end - i);
        return end;
    }

    private void received(ActivePiece piece, int block, int count) {
        boolean isRecorded = board.holdings.received(piece.piece, block, piece.leaves(block, block + count));
        if (!isRecorded) unrecorded += (long) count * Merkle.BLOCK;
    }

    /** The store knows these blocks, which it did not know at once. */
    void recorded(int blocks) {
        unrecorded -= (long) blocks * Merkle.BLOCK;
        fillAll();
    }

    private void settle(@Nullable Peer peer, BlockReceipt receipt, long now) {
        long key = Asked.key(receipt.piece(), receipt.block());
        int bytes = Merkle.blockLength(board.manifest.pieceSize(receipt.piece()), receipt.block());
        ActivePiece piece = board.active(receipt.piece());
        boolean wasOut = peer != null && peer.pipeline.isOut(key);
        if (peer != null) {
            peer.pipeline.arrived(key, bytes, now);
            peer.down.add(bytes);
        }
        if (receipt.fate() == BlockReceipt.Fate.STORED) {
            if (piece == null) return;
            piece.stored(receipt.block());
            cancelElsewhere(peer, key, now);
            if (!piece.admits(peer)) reopen(piece, Bits.only(receipt.block(), piece.blocks));
            else if (piece.isWhole()) judge(piece);
            return;
        }
        wasted += bytes;
        if (piece != null && wasOut) piece.unrequested(receipt.block());
        if (receipt.fate() == BlockReceipt.Fate.BAD && peer != null) {
            blame.lied(peer, receipt.piece(), receipt.block());
        }
    }

    private void cancelElsewhere(@Nullable Peer sender, long key, long now) {
        for (Peer peer : peers.all()) {
            if (peer == sender || !peer.pipeline.remove(key)) continue;
            int piece = Asked.piece(key);
            int length = Merkle.blockLength(board.manifest.pieceSize(piece), Asked.block(key));
            // it stays asked for: the block may be on its way, and then it is spare and no fault
            peer.send(new Message.Cancel(piece, Asked.block(key) << Merkle.BLOCK_BITS, length), now);
        }
    }

    /** Pieces of which every block was on the disk already when the fetch began. */
    void judgeRestored() {
        for (ActivePiece piece : List.copyOf(board.active())) {
            if (piece.isWhole()) judge(piece);
        }
    }

    /** All blocks are there: the piece is right, or somebody lied. */
    private void judge(ActivePiece piece) {
        if (!board.foldsRight(piece)) {
            blame.failed(piece);
            return;
        }
        tellWhoSent(piece);
        board.prove(piece);
        hashes.dropLeaves(piece.piece);
    }

    private void tellWhoSent(ActivePiece piece) {
        for (int block = 0; block < piece.blocks; block++) {
            if (piece.owner(block) == ActivePiece.NOBODY) continue;
            Peer sender = peers.ever(piece.owner(block));
            board.holdings.came(piece.piece, block, Optional.ofNullable(sender).map(Peer::place));
        }
    }

    /** These blocks of a piece are wrong: they are to be fetched again; what is right of it stays. */
    void reopen(ActivePiece piece, Bits bad) {
        for (int block = bad.nextSet(0); block >= 0; block = bad.nextSet(block + 1)) {
            if (piece.owner(block) != ActivePiece.NOBODY) {
                wasted += Merkle.blockLength(board.manifest.pieceSize(piece.piece), block);
            }
            piece.reopen(block);
        }
        board.holdings.forget(piece.piece);
        for (int block = 0; block < piece.blocks; block++) {
            if (!piece.isStored(block)) continue;
            received(piece, block, 1);
        }
        fillAll();
    }

    /** A peer will not send a block. */
    void rejected(Peer peer, Message.RejectRequest reject) {
        long key = Asked.key(reject.piece(), reject.begin() >>> Merkle.BLOCK_BITS);
        peer.asked.take(key);
        peer.pipeline.settled();
        if (!peer.pipeline.remove(key)) return;
        free(key);
        // who chokes us rejects what is out, and does nothing wrong
        if (!peer.chokedByIt) refused(peer, 1);
    }

    private void refused(Peer peer, int requests) {
        peer.rejects += requests;
        if (peer.rejects < SwarmLimits.REJECTS) return;
        peer.rejects = 0;
        peer.restsUntil = clock.getAsLong() + SwarmLimits.REST;
    }

    /** A peer answers requests from now on. */
    void unchoked(Peer peer) {
        peer.chokedByIt = false;
        peer.pipeline.settled();
        peer.downWhenUnchoked = peer.down.total();
        fill(peer);
    }

    /** A peer answers nothing from now on: with the fast extension it rejects each request, without it all are void. */
    void choked(Peer peer) {
        boolean inVain = !peer.chokedByIt && peer.pipeline.size() > 0 && peer.down.total() == peer.downWhenUnchoked;
        if (inVain) refused(peer, SwarmLimits.REJECTS_OF_CHOKE);
        peer.chokedByIt = true;
        peer.current = null;
        if (!peer.fast) freeAll(peer);
    }

    /** A peer is gone, or too slow to be waited for: others may be asked for what it owes. */
    void freeAll(Peer peer) {
        for (long key : peer.pipeline.clear()) free(key);
        peer.current = null;
    }

    private void free(long key) {
        ActivePiece piece = board.active(Asked.piece(key));
        if (piece != null) piece.unrequested(Asked.block(key));
    }

    /** We have lost interest in a peer, or found it. */
    void setInterested(Peer peer, boolean interested) {
        if (peer.interested == interested) return;
        peer.interested = interested;
        peer.send(interested ? new Message.Interested() : new Message.NotInterested(), clock.getAsLong());
    }

    /** Peers that owe us blocks and send none are not waited for, and those that have nothing for us are told so. */
    void tick(long now) {
        for (Peer peer : peers.copy()) {
            if (peer.pipeline.size() > 0 && now - peer.lastBlock > SwarmLimits.SNUBBED_AFTER) {
                peer.snubbed = true;
                peer.lastBlock = now;
                freeAll(peer);
            }
            if (peer.interested && peer.pipeline.size() == 0 && !board.wantsFrom(peer)) setInterested(peer, false);
        }
        for (ActivePiece piece : List.copyOf(board.active())) passOn(piece, now);
        fillAll();
    }
}
