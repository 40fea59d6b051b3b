package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import shoal.bytes.Bits;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;

/** A file of four pieces, the last of which is short, its copy, and one of a single piece: nine in all. */
class PieceBoardTest {
    private final SplittableRandom random = new SplittableRandom(6);
    private final Timeline timeline = new Timeline();
    private final SimContent content = new SimContent(random, 32_768, 100_000, -1, 20_000);
    private final SimDisk disk = new SimDisk(content, content.allFiles(), timeline, random);
    private final ManifestFile file = content.manifest.files().getFirst();

    @Test
    void inSequenceTheFirstPieceThatAPeerHasIsNextHoweverManyHaveIt() {
        SimDisk.Open holdings = disk.open();
        var board = new PieceBoard(content.manifest, holdings,
                Wanted.of(content.manifest, holdings, content.allFiles()), true, random);
        Bits has = all();
        board.rarest.more(0);
        var order = new ArrayList<Integer>();
        for (int next = board.next(has); next >= 0; next = board.next(has)) {
            order.add(next);
            board.begin(next);
        }
        assertEquals(order.stream().sorted().toList(), order);
        assertEquals(0, order.getFirst());
        has.clear(0);
        var again = new PieceBoard(content.manifest, holdings,
                Wanted.of(content.manifest, holdings, content.allFiles()), true, random);
        assertEquals(1, again.next(has));
        assertEquals(-1, again.next(null));
    }

    private PieceBoard board(Manifest manifest, int... files) {
        SimDisk.Open holdings = disk.open();
        var chosen = new Bits(3);
        for (int each : files) chosen.set(each);
        return new PieceBoard(manifest, holdings, Wanted.of(manifest, holdings, chosen), false, random);
    }

    private PieceBoard board() {
        return board(content.manifest, 0, 1, 2);
    }

    private Bits all() {
        var all = new Bits(content.manifest.pieceCount());
        all.fill();
        return all;
    }

    /** Blocks of a piece that are on the disk and that the store knows. */
    private void record(int piece, int firstBlock, HashList leaves) throws Exception {
        SimDisk.Open open = disk.open();
        for (int i = 0; i < leaves.size(); i++) {
            open.incoming = leaves.at(i);
            open.write(piece, (firstBlock + i) << 14, ByteBuffer.allocate(1));
        }
        open.received(piece, firstBlock, leaves);
        while (timeline.step(Long.MAX_VALUE)) {
            // the store works
        }
    }

    private void judge(PieceBoard board, int number) {
        ActivePiece piece = board.begin(number);
        HashList leaves = content.leaves(number);
        for (int block = 0; block < piece.blocks; block++) {
            piece.claim(block, 1);
            piece.putLeaf(block, leaves.at(block));
            piece.stored(block);
        }
        assertTrue(board.foldsRight(piece));
        piece.putLeaf(0, SimContent.anyHash(random));
        assertFalse(board.foldsRight(piece), "with one leaf that is wrong");
    }

    @Test
    void countsEqualFilesOnce() {
        PieceBoard board = board();
        assertEquals(120_000, board.bytesWanted());
        assertEquals(120_000, board.bytesMissing());
        assertFalse(board.isComplete());
    }

    @Test
    void onlyWhatIsSelectedIsWanted() {
        PieceBoard board = board(content.manifest, 2);
        assertEquals(20_000, board.bytesMissing());
        assertEquals(8, board.rarest.first(all()));
        assertFalse(board.isWanted(0));
        assertTrue(board.isWanted(8));
    }

    @Test
    void aPieceFoldsRightOnlyIfEachLeafIsRight() {
        judge(board(), 2);
        judge(board(), 3);
        judge(board(), 8);
    }

    @Test
    void whatIsCommittedIsOursTogetherWithItsCopies() {
        PieceBoard board = board();
        assertEquals(List.of(1, 5), board.commit(1));
        assertEquals(List.of(), board.commit(1));
        assertEquals(120_000 - 32_768, board.bytesMissing());
        assertTrue(board.ours.has(5));
        for (int piece : List.of(0, 2, 3, 8)) board.commit(piece);
        assertTrue(board.isComplete());
        assertTrue(board.ours.isFull());
    }

    @Test
    void whatIsWithdrawnIsWantedAgainWithItsCopies() {
        PieceBoard board = board();
        var one = new Bits(content.manifest.pieceCount());
        one.set(1);
        board.begin(1);
        board.commit(1);
        assertEquals(-1, board.rarest.first(one));
        long missing = board.bytesMissing();
        assertEquals(List.of(1, 5), board.withdraw(5));
        assertEquals(List.of(), board.withdraw(1));
        assertEquals(missing + 32_768, board.bytesMissing());
        assertEquals(1, board.rarest.first(one));
        assertFalse(board.ours.has(5));
    }

    @Test
    void whatIsWithdrawnWhenAllWasHereIsNotFetchedAgain() {
        disk.fill();
        PieceBoard board = board();
        assertEquals(List.of(1, 5), board.withdraw(1));
        assertTrue(board.isComplete());
        assertFalse(board.ours.has(5));
        assertFalse(board.isWanted(1));
        assertEquals(-1, board.next(all()));
    }

    @Test
    void blocksThatAreOnTheDiskAreNotAskedForAgain() throws Exception {
        record(2, 1, content.leaves(2).slice(1, 2));
        PieceBoard board = board();
        ActivePiece restored = board.active(2);
        assertNotNull(restored);
        assertTrue(restored.isStored(1));
        assertEquals(0, restored.nextUnrequested(0));
        assertEquals(-1, restored.nextUnrequested(1));
        assertEquals(ActivePiece.NOBODY, restored.owner(1));
        assertFalse(pieces(board).contains(2), "it is begun already");
    }

    private List<Integer> pieces(PieceBoard board) {
        var pieces = new ArrayList<Integer>();
        for (int piece; (piece = board.rarest.first(all())) >= 0; ) {
            pieces.add(piece);
            board.rarest.remove(piece);
        }
        return pieces.stream().sorted().toList();
    }

    @Test
    void withoutItsLayerAFileIsNotBegunAndWhatIsThereWaits() throws Exception {
        record(2, 0, content.leaves(2).slice(0, 1));
        PieceBoard board = board(content.bare(content.manifest.info()), 0, 1, 2);
        assertFalse(board.allLayersKnown());
        assertFalse(board.knowsHashes(file));
        assertNull(board.active(2));
        assertEquals(8, board.rarest.first(all()), "a file of one piece has its root");
        assertThrows(IllegalStateException.class, () -> board.foldsRight(board.begin(0)));
        board.learn(file.root(), content.manifest.layer(file.root()).orElseThrow());
        assertTrue(board.allLayersKnown(), "the copy has the same layer");
        ActivePiece restored = board.active(2);
        assertNotNull(restored);
        assertTrue(restored.isStored(0));
        assertEquals(List.of(1, 3, 8), pieces(board));
    }

    @Test
    void aPieceThatIsBegunIsNotBegunTwice() {
        PieceBoard board = board();
        ActivePiece begun = board.begin(3);
        assertEquals(begun, board.active(3));
        assertEquals(List.of(0, 1, 2, 8), pieces(board));
    }
}
