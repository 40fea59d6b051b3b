package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.Merkle;

/** A piece of four blocks, of which peers one and two sent some that are wrong. */
class BlameTest {
    private static final int BLOCKS = 4;

    private final SplittableRandom random = new SplittableRandom(1);
    private final HashList right = HashList.of(List.of(any(), any(), any(), any()));
    private final Peers peers = new Peers();
    private final ActivePiece piece = new ActivePiece(9, BLOCKS);
    private final Set<Integer> banned = new HashSet<>();
    private final List<Bits> reopened = new ArrayList<>();
    private int leavesWanted;

    private final Blame blame = new Blame(peers, new Blame.Verdict() {
        @Override
        public void ban(Peer peer, String why) {
            banned.add(peer.number);
        }

        @Override
        public void reopen(ActivePiece reopen, Bits bad) {
            reopened.add(bad);
        }

        @Override
        public void wantLeaves(ActivePiece wanted) {
            leavesWanted++;
        }
    });

    BlameTest() {
        peers.add(RecordingLink.peer(1));
        peers.add(RecordingLink.peer(2));
    }

    private Hash any() {
        return SimContent.anyHash(random);
    }

    private void stored(int block, int peer, boolean good) {
        assertTrue(piece.claim(block, peer));
        piece.putLeaf(block, good ? right.at(block) : any());
        piece.stored(block);
    }

    private static Bits bits(int... blocks) {
        var bits = new Bits(BLOCKS);
        for (int block : blocks) bits.set(block);
        return bits;
    }

    @Test
    void aPieceThatFailsWaitsForItsLeavesBeforeAnybodyIsBlamed() {
        for (int block = 0; block < BLOCKS; block++) stored(block, 1, block != 2);
        blame.failed(piece);
        assertEquals(1, leavesWanted);
        assertTrue(blame.isSuspicious());
        assertEquals(Set.of(), banned);
        assertEquals(List.of(), reopened);
    }

    @Test
    void theLeavesTellWhoSentEachBadBlockAndKeepTheGoodOnes() {
        stored(0, 1, true);
        stored(1, 2, false);
        stored(2, 1, true);
        stored(3, 2, false);
        blame.leavesCame(piece, right);
        assertEquals(Set.of(2), banned);
        assertEquals(List.of(bits(1, 3)), reopened);
        assertEquals(2, blame.badBlocks());
    }

    @Test
    void leavesThatComeBeforeThePieceIsWholeJudgeWhatIsThere() {
        stored(0, 1, true);
        stored(3, 2, false);
        blame.leavesCame(piece, right);
        assertEquals(Set.of(2), banned);
        assertEquals(List.of(bits(3)), reopened);
        assertEquals(right, piece.expected());
    }

    @Test
    void leavesThatFindNothingWrongBlameNobody() {
        stored(0, 1, true);
        blame.leavesCame(piece, right);
        assertEquals(Set.of(), banned);
        assertEquals(List.of(), reopened);
    }

    @Test
    void aPieceThatFailsThoughItsLeavesAreRightIsABug() {
        for (int block = 0; block < BLOCKS; block++) stored(block, 1, true);
        assertThrows(IllegalStateException.class, () -> blame.leavesCame(piece, right));
    }

    @Test
    void aPieceWhoseLeavesAreKnownIsJudgedAtOnce() {
        blame.leavesCame(piece, right);
        for (int block = 0; block < BLOCKS; block++) stored(block, 2, block != 0);
        blame.failed(piece);
        assertEquals(0, leavesWanted);
        assertEquals(Set.of(2), banned);
        assertEquals(List.of(bits(0)), reopened);
    }

    @Test
    void whoHasGoneIsBlamedStillThoughManyCameAndWentAfterIt() {
        for (int block = 0; block < BLOCKS; block++) stored(block, block < 2 ? 1 : 2, block < 2);
        Objects.requireNonNull(peers.at(2)).down.add(2 * Merkle.BLOCK);
        peers.remove(2);
        for (int number = 3; number < 3 + 2 * SwarmLimits.DEPARTED; number++) {
            peers.add(RecordingLink.peer(number));
            peers.remove(number);
        }
        blame.leavesCame(piece, right);
        assertEquals(Set.of(2), banned);
    }

    @Test
    void withoutLeavesWhoSentAllOfABadPieceIsBlamed() {
        for (int block = 0; block < BLOCKS; block++) stored(block, 1, block != 2);
        blame.leavesRefused(piece);
        assertEquals(Set.of(1), banned);
        assertEquals(List.of(bits(0, 1, 2, 3)), reopened);
    }

    @Test
    void withoutLeavesNobodyIsBlamedForAPieceThatSeveralSent() {
        for (int block = 0; block < BLOCKS; block++) stored(block, block == 3 ? 2 : 1, block != 2);
        blame.leavesRefused(piece);
        assertEquals(Set.of(), banned);
        assertEquals(List.of(bits(0, 1, 2, 3)), reopened);
        piece.reopen(0);
        piece.requested(0, peers.copy().getFirst());
        assertTrue(piece.admits(peers.at(1)), "whoever is asked first sends all of it");
        assertFalse(piece.admits(peers.at(2)), "and nobody else, so that it is known who did");
    }

    @Test
    void withoutLeavesNobodyIsBlamedForWhatWasOnTheDisk() {
        stored(0, ActivePiece.NOBODY, false);
        for (int block = 1; block < BLOCKS; block++) stored(block, 1, true);
        blame.leavesRefused(piece);
        assertEquals(Set.of(), banned);
    }

    @Test
    void aBlockThatIsNotItsLeafIsItsSendersFault() {
        blame.lied(peers.copy().getLast(), 9, 2);
        assertEquals(Set.of(2), banned);
        assertEquals(1, blame.badBlocks());
        assertTrue(blame.isSuspicious());
    }
}
