package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.PeerId;
import shoal.storage.PartialPiece;
import shoal.storage.StorageEvent;
import shoal.wire.Message;

/** What becomes of blocks that came, on the disk and in the books, as one transfer sees it. */
class RequestsTest {
    private static final int PIECE = 1;

    private final SplittableRandom random = new SplittableRandom(2);
    private final Timeline timeline = new Timeline();
    private final SimContent content = new SimContent(random, 65_536, 200_000);
    private final SimDisk disk = new SimDisk(content, content.allFiles(), timeline, random);
    private final SimDisk.Open holdings = disk.open();
    private final Peers peers = new Peers();
    private final Peer liar = RecordingLink.peer(1);
    private final Peer honest = RecordingLink.peer(2);
    private final Transfer transfer = transfer();

    private Transfer transfer() {
        for (Peer peer : List.of(liar, honest)) {
            var all = new Bits(content.manifest.pieceCount());
            all.fill();
            peer.has = all;
            peers.add(peer);
        }
        var opened = new SwarmEvent.Opened(
                content.manifest, holdings, Wanted.of(content.manifest, holdings, content.allFiles()));
        return new Transfer(opened, peers, new Transfer.Owner() {
            @Override
            public void ban(Peer peer, String why) {
                peer.closing = true;
            }

            @Override
            public void complete() {
                throw new AssertionError("nothing is complete here");
            }

            @Override
            public void layersComplete(Map<Hash, HashList> layers) {
                throw new AssertionError("all layers were known");
            }
        }, new SwarmSettings(content.manifest.shortHash(), Optional.empty(), Optional.empty(),
                new PeerId(1, 2, 3), 0, "Test",
                List.of()), random, timeline::now);
    }

    /** So does aria2, when it has come to have many more. */
    @Test
    void whoSaysAllItHasAgainIsHeardOfWhatIsNew() throws Exception {
        Peer peer = RecordingLink.peer(3);
        peers.add(peer);
        var some = new Bits(content.manifest.pieceCount());
        some.set(0);
        transfer.said(peer, new Message.HaveNone());
        transfer.said(peer, Message.Bitfield.of(some));
        transfer.said(peer, new Message.Have(2));
        some.set(PIECE);
        transfer.said(peer, Message.Bitfield.of(some));
        assertEquals(3, has(peer).count());
        for (int piece = 0; piece < 3; piece++) assertEquals(1, transfer.board.rarest.peers(piece));
        transfer.said(peer, new Message.HaveAll());
        assertTrue(has(peer).isFull());
        transfer.gone(peer);
        for (int piece = 0; piece < content.manifest.pieceCount(); piece++) {
            assertEquals(0, transfer.board.rarest.peers(piece));
        }
    }

    private static Bits has(Peer peer) {
        return Objects.requireNonNull(peer.has);
    }

    /** A block that is on the disk and not in the store's books. */
    private void came(Peer peer, ActivePiece piece, int block, Hash leaf) throws Exception {
        assertTrue(piece.claim(block, peer.number));
        holdings.incoming = leaf;
        holdings.write(piece.piece, block << 14, ByteBuffer.allocate(1));
        piece.putLeaf(block, leaf);
        transfer.came(peer, List.of(new BlockReceipt(piece.piece, block, BlockReceipt.Fate.STORED)));
    }

    private void storeWorks() {
        while (timeline.step(Long.MAX_VALUE)) {
            // and its answers are dropped
        }
    }

    /** Begins a piece to which the liar gives block 2, so that it fails, and the honest peer all others. */
    private ActivePiece failed() throws Exception {
        ActivePiece piece = transfer.board.begin(PIECE);
        for (int block = 0; block < piece.blocks; block++) {
            if (block == 2) came(liar, piece, block, SimContent.anyHash(random));
            else came(honest, piece, block, content.leaf(PIECE, block));
        }
        storeWorks();
        return piece;
    }

    private PartialPiece onTheDisk() {
        return disk.open().partial().stream().filter(each -> each.piece() == PIECE).findFirst().orElseThrow();
    }

    @Test
    void whatProvedBadIsForgottenOnTheDiskAndWhatIsGoodStays() throws Exception {
        failed();
        assertTrue(onTheDisk().received().isFull());
        transfer.leaves(PIECE, content.leaves(PIECE));
        storeWorks();
        assertTrue(liar.closing);
        PartialPiece left = onTheDisk();
        var good = new Bits(4);
        for (int block : List.of(0, 1, 3)) good.set(block);
        assertEquals(good, left.received(), "a start after this must not find the bad block");
        for (int block : List.of(0, 1, 3)) assertEquals(content.leaf(PIECE, block), left.leaves().at(block));
    }

    @Test
    void aPieceThatNobodyCanJudgeIsForgottenAsAWhole() throws Exception {
        ActivePiece piece = failed();
        transfer.leavesRefused(PIECE);
        storeWorks();
        assertTrue(disk.open().partial().isEmpty());
        assertEquals(0, piece.nextUnrequested(0));
        assertEquals(Optional.empty(), peers.all().stream().filter(peer -> peer.closing).findAny());
    }

    /** Both may be asked, and for nothing but the piece. */
    private void bothAnswer() {
        for (Peer peer : List.of(liar, honest)) {
            peer.has = Bits.only(PIECE, content.manifest.pieceCount());
            peer.interested = true;
            peer.chokedByIt = false;
        }
    }

    private void passes(double seconds) {
        long end = timeline.now() + Timeline.seconds(seconds);
        for (long time = timeline.now(); time <= end; time += SwarmLimits.TICK) {
            timeline.at(time, () -> {
                transfer.tick(timeline.now(), SwarmLimits.TICK);
                transfer.after();
            });
        }
        while (timeline.step(end)) {
            // nobody sends anything
        }
    }

    /** There is no endgame for it, and twenty seconds for each who keeps it are too long. */
    @Test
    void aPieceThatMustComeFromOneIsTakenFromWhoIsSilentAndEachTimeLater() throws Exception {
        ActivePiece piece = failed();
        bothAnswer();
        transfer.leavesRefused(PIECE);
        transfer.after();
        Peer first = Objects.requireNonNull(piece.sender());
        Peer second = first == liar ? honest : liar;
        passes(0.9);
        assertEquals(first, piece.sender());
        passes(0.3);
        assertEquals(second, piece.sender());
        passes(1.5);
        assertEquals(second, piece.sender());
        passes(1);
        assertEquals(first, piece.sender());
        passes(3);
        assertEquals(first, piece.sender());
    }

    @Test
    void whoGetsAPieceFromTheSilentGoesOnWithOthers() throws Exception {
        ActivePiece piece = failed();
        bothAnswer();
        transfer.board.begin(3);
        has(honest).fill();
        honest.restsUntil = Timeline.seconds(1.05);
        transfer.leavesRefused(PIECE);
        transfer.after();
        passes(1.2);
        assertEquals(honest, piece.sender());
        assertTrue(RecordingLink.sentTo(honest).contains(new Message.Request(0, 0, SwarmLimits.BLOCK)));
    }

    @Test
    void aPieceStaysWithTheOnlyOneWhoCanSendIt() throws Exception {
        ActivePiece piece = failed();
        bothAnswer();
        honest.chokedByIt = true;
        transfer.leavesRefused(PIECE);
        transfer.after();
        passes(15);
        assertEquals(liar, piece.sender());
        assertFalse(RecordingLink.sentTo(liar).stream().anyMatch(said -> said instanceof Message.Cancel));
    }

    @Test
    void blocksAreUnrecordedUntilTheStoreKnowsThem() throws Exception {
        holdings.listener(event -> {
            if (event instanceof StorageEvent.Recorded recorded) transfer.requests.recorded(recorded.count());
        });
        ActivePiece piece = transfer.board.begin(PIECE);
        came(honest, piece, 0, content.leaf(PIECE, 0));
        came(honest, piece, 2, content.leaf(PIECE, 2));
        assertEquals(2 * SwarmLimits.BLOCK, transfer.requests.unrecorded());
        storeWorks();
        assertEquals(0, transfer.requests.unrecorded());
    }
}
