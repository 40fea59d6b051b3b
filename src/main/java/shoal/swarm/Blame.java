package shoal.swarm;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.HashList;

/**
 * Finds out who sent what was wrong. A whole piece that fails its hash is held until its proven leaves are here (hash
 * request, base layer 0); then each bad block names its sender, and the good ones stay. Where nobody gives the leaves,
 * a piece that one peer sent alone names that peer, and any other is fetched again from one peer alone.
 */
final class Blame {
    /** What blame leads to. */
    interface Verdict {
        void ban(Peer peer, String why);

        void reopen(ActivePiece piece, Bits bad);

        void wantLeaves(ActivePiece piece);
    }

    private final Peers peers;
    private final Verdict verdict;
    private boolean suspicious;
    private long badBlocks;

    Blame(Peers peers, Verdict verdict) {
        this.peers = peers;
        this.verdict = verdict;
    }

    /** Blocks that were proven to be bad. */
    long badBlocks() {
        return badBlocks;
    }

    /** Whether somebody lied in this swarm: then it pays to know the leaves before the blocks come. */
    boolean isSuspicious() {
        return suspicious;
    }

    /** A block did not match its proven leaf. */
    void lied(Peer peer, int piece, int block) {
        suspicious = true;
        badBlocks++;
        verdict.ban(peer, "sent a bad block: " + block + " of piece " + piece);
    }

    /** All blocks of the piece are there, and it is wrong. */
    void failed(ActivePiece piece) {
        suspicious = true;
        HashList expected = piece.expected();
        if (expected != null) judge(piece, expected);
        else verdict.wantLeaves(piece);
    }

    /** The proven leaves of a piece are here. */
    void leavesCame(ActivePiece piece, HashList leaves) {
        piece.expect(leaves);
        if (piece.isWhole()) judge(piece, leaves);
        else dropBad(piece, leaves);
    }

    private void judge(ActivePiece piece, HashList expected) {
        Bits bad = bad(piece, expected);
        if (bad.isEmpty()) throw new IllegalStateException("leaves fold to their piece, yet " + piece.piece + " fails");
        accuse(piece, bad);
        verdict.reopen(piece, bad);
    }

    /** The leaves came before the piece was whole: what is bad of what is there has to go. */
    private void dropBad(ActivePiece piece, HashList expected) {
        Bits bad = bad(piece, expected);
        if (bad.isEmpty()) return;
        accuse(piece, bad);
        verdict.reopen(piece, bad);
    }

    private static Bits bad(ActivePiece piece, HashList expected) {
        var bad = new Bits(piece.blocks);
        for (int block = 0; block < piece.blocks; block++) {
            if (piece.isStored(block) && !piece.leaf(block).equals(expected.at(block))) bad.set(block);
        }
        return bad;
    }

    private void accuse(ActivePiece piece, Bits bad) {
        Set<Integer> liars = new HashSet<>();
        for (int block = bad.nextSet(0); block >= 0; block = bad.nextSet(block + 1)) {
            // what was bad on our own disk is nobody's fault
            if (piece.owner(block) == ActivePiece.NOBODY) continue;
            badBlocks++;
            liars.add(piece.owner(block));
        }
        for (int liar : liars) {
            Peer peer = peers.ever(liar);
            if (peer != null) verdict.ban(peer, "sent bad blocks of piece " + piece.piece);
        }
    }

    /** Nobody gives the leaves of a piece that failed: start it again, and blame whoever sent all of it. */
    void leavesRefused(ActivePiece piece) {
        if (piece.mayBeSampled()) {
            // libtorrent gives leaves only of what it has read: of a piece of which it has just sent a block
            verdict.reopen(piece, Bits.only(0, piece.blocks));
            return;
        }
        var all = new Bits(piece.blocks);
        all.fill();
        Peer alone = soleSender(piece);
        if (alone != null) verdict.ban(alone, "sent all of piece " + piece.piece + ", which is bad");
        piece.fromOneOnly();
        verdict.reopen(piece, all);
    }

    private @Nullable Peer soleSender(ActivePiece piece) {
        int owner = piece.owner(0);
        for (int block = 1; block < piece.blocks; block++) {
            if (piece.owner(block) != owner) return null;
        }
        return peers.ever(owner);
    }
}
