package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestFile;
import shoal.manifest.ManifestWriter;
import shoal.merkle.Merkle;
import shoal.wire.ExtensionMessage;
import shoal.wire.Message;
import shoal.wire.PeerFault;

/** A peer of another share, whose pieces are longer or shorter than ours and lie elsewhere. */
final class CrossedTest {
    private static final long LENGTH = 1_000_000;
    private static final Hash ROOT = new Hash(1, 2, 3, 4);
    private static final Hash OTHER = new Hash(5, 6, 7, 8);

    /** Our file lies behind another one in ours, theirs before another one in theirs. */
    private static Manifest ours(int pieceLength) {
        return share("ours", pieceLength, "a", OTHER, 100_000, "film", ROOT, LENGTH);
    }

    private static Manifest theirs(int pieceLength) {
        return share("theirs", pieceLength, "b", ROOT, LENGTH, "c", new Hash(9, 9, 9, 9), 70_000);
    }

    private static Manifest share(String name, int pieceLength, String one, Hash first, long firstLength, String two,
            Hash second, long secondLength) {
        try {
            return new ManifestWriter(name, pieceLength)
                    .file(List.of(one), firstLength, first, false)
                    .file(List.of(two), secondLength, second, false)
                    .build();
        } catch (ManifestException e) {
            throw new AssertionError(e);
        }
    }

    private static Crossing crossing(int theirs, int ours) {
        return Crossing.of(theirs(theirs), ours(ours), piece -> piece).orElseThrow();
    }

    private static List<Message> heard(Crossed peer, Message message) throws PeerFault {
        return peer.heard(message, true, _ -> {
            throw new AssertionError("nothing is to be answered");
        });
    }

    private static Stream<Arguments> lengths() {
        return IntStream.of(16_384, 32_768, 131_072)
                .boxed()
                .flatMap(theirs -> IntStream.of(16_384, 65_536, 131_072).mapToObj(ours -> Arguments.of(theirs, ours)));
    }

    @Test
    void filesOfOneNameAndLengthWithOtherContentHaveNothingInCommon() {
        Manifest other = share("ours", 16_384, "a", new Hash(7, 7, 7, 7), 100_000, "film", OTHER, LENGTH);
        assertEquals(Optional.empty(), Crossing.of(other, ours(16_384), piece -> piece));
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void eachBlockOfTheCommonFileHasOnePlaceInBoth(int theirLength, int ourLength) {
        Manifest theirs = theirs(theirLength);
        Manifest ours = ours(ourLength);
        Crossing crossing = crossing(theirLength, ourLength);
        ManifestFile there = theirs.files().getFirst();
        ManifestFile here = ours.files().getLast();
        for (int block = 0; block < Merkle.blocks(LENGTH); block++) {
            long at = (long) block << Merkle.BLOCK_BITS;
            int length = (int) Math.min(Merkle.BLOCK, LENGTH - at);
            int theirPiece = there.firstPiece() + (int) (at / theirLength);
            int ourPiece = here.firstPiece() + (int) (at / ourLength);
            long place = crossing.toOurs(theirPiece, (int) (at % theirLength), length);
            assertEquals(ourPiece, Crossing.piece(place));
            assertEquals(at % ourLength, Crossing.begin(place));
            long back = crossing.toTheirs(ourPiece, (int) (at % ourLength), length);
            assertEquals(theirPiece, Crossing.piece(back));
            assertEquals(at % theirLength, Crossing.begin(back));
        }
        assertEquals(Crossing.NOWHERE, crossing.toOurs(there.endPiece(), 0, 16_384));
        assertEquals(Crossing.NOWHERE, crossing.toOurs(-1, 0, 16_384));
        assertEquals(Crossing.NOWHERE, crossing.toOurs(theirs.pieceCount(), 0, 16_384));
        assertEquals(Crossing.NOWHERE, crossing.toTheirs(0, 0, 16_384));
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void whatItHasIsKnownToTheBlockHoweverItIsSaid(int theirLength, int ourLength) throws PeerFault {
        Manifest theirs = theirs(theirLength);
        Manifest ours = ours(ourLength);
        var said = new Crossed(crossing(theirLength, ourLength));
        var told = new Crossed(crossing(theirLength, ourLength));
        var odd = new Bits(theirs.pieceCount());
        for (int piece = 1; piece < theirs.pieceCount(); piece += 2) {
            odd.set(piece);
            heard(told, new Message.Have(piece));
        }
        var all = (Message.Bitfield) heard(said, Message.Bitfield.of(odd)).getFirst();
        Bits pieces = all.bits(ours.pieceCount());
        for (int piece = 0; piece < ours.pieceCount(); piece++) {
            boolean any = false;
            boolean whole = true;
            for (int block = 0; block < ours.blocksIn(piece); block++) {
                long at = ours.pieceOffset(piece) + ((long) block << Merkle.BLOCK_BITS);
                boolean has = piece >= ours.files().getLast().firstPiece() && at / theirLength % 2 == 1;
                assertEquals(has, said.has(piece, block), piece + " " + block);
                assertEquals(has, told.has(piece, block));
                any |= has;
                whole &= has;
            }
            assertEquals(any, pieces.has(piece));
            assertEquals(whole, said.hasWhole(piece));
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void itIsToldOfAPieceOnceAllOfItIsOurs(int theirLength, int ourLength) {
        Manifest theirs = theirs(theirLength);
        Manifest ours = ours(ourLength);
        var peer = new Crossed(crossing(theirLength, ourLength));
        var known = new Bits(theirs.pieceCount());
        var have = new Bits(ours.pieceCount());
        for (int piece = ours.pieceCount() - 1; piece >= 0; piece--) {
            have.set(piece);
            for (Message word : peer.said(new Message.Have(piece))) known.set(((Message.Have) word).piece());
            for (int each = 0; each < theirs.files().getFirst().endPiece(); each++) {
                assertEquals(isWhole(theirs, each, ours, have), known.has(each), each + " after " + piece);
            }
        }
        assertEquals(theirs.files().getFirst().pieceCount(), known.count());
    }

    private static boolean isWhole(Manifest theirs, int theirPiece, Manifest ours, Bits have) {
        ManifestFile here = ours.files().getLast();
        long from = theirs.pieceOffset(theirPiece);
        for (long at = from; at < from + theirs.pieceSize(theirPiece); at += Merkle.BLOCK) {
            if (!have.has(here.firstPiece() + (int) (at / ours.pieceLength()))) return false;
        }
        return true;
    }

    @Test
    void allThatWeHaveIsNotAllThatItsShareHas() throws PeerFault {
        Manifest theirs = theirs(32_768);
        var peer = new Crossed(crossing(32_768, 65_536));
        Bits pieces = ((Message.Bitfield) peer.said(new Message.HaveAll()).getFirst()).bits(theirs.pieceCount());
        assertEquals(theirs.files().getFirst().pieceCount(), pieces.count());
        assertTrue(pieces.has(0));
    }

    @Test
    void aPieceThatItLosesIsLostToUsWhenNothingOfItIsLeft() throws PeerFault {
        var peer = new Crossed(crossing(32_768, 65_536));
        int first = ours(65_536).files().getLast().firstPiece();
        heard(peer, new Message.Have(0));
        heard(peer, new Message.Have(1));
        assertEquals(List.of(), heard(peer, new ExtensionMessage.DontHave(0)));
        assertEquals(List.of(new ExtensionMessage.DontHave(first)), heard(peer, new ExtensionMessage.DontHave(1)));
        assertFalse(peer.has(first, 0));
    }

    @Test
    void whatItAsksOfAFileThatWeDoNotHaveIsRejected() throws PeerFault {
        var peer = new Crossed(crossing(32_768, 65_536));
        int behind = theirs(32_768).files().getFirst().endPiece();
        var answers = new ArrayList<Message>();
        assertEquals(List.of(), peer.heard(new Message.Request(behind, 0, 16_384), true, answers::add));
        assertEquals(List.of(new Message.RejectRequest(behind, 0, 16_384)), answers);
        assertEquals(List.of(), peer.heard(new Message.Request(behind, 0, 16_384), false, _ -> {
            throw new AssertionError("it knows no rejects");
        }));
        assertThrows(PeerFault.class, () -> heard(peer, new Message.Request(5000, 0, 16_384)));
        assertThrows(PeerFault.class, () -> heard(peer, new Message.Have(5000)));
        assertThrows(PeerFault.class, () -> heard(peer, Message.Bitfield.of(new Bits(5000))));
    }

    @Test
    void thereIsNoWayBetweenPrivateSharesNorWithoutACommonFile() throws ManifestException {
        Manifest ours = ours(65_536);
        Manifest hidden = new ManifestWriter("b", 16_384)
                .isPrivate(true)
                .file(List.of("b"), LENGTH, ROOT, false)
                .build();
        Manifest shorter = new ManifestWriter("b", 16_384).file(List.of("b"), LENGTH - 1, ROOT, false).build();
        assertEquals(Optional.empty(), Crossing.of(hidden, ours, piece -> piece));
        assertEquals(Optional.empty(), Crossing.of(ours, hidden, piece -> piece));
        assertEquals(Optional.empty(), Crossing.of(shorter, ours, piece -> piece));
    }

    @Test
    void ofFilesThatAreAlikeOneIsEnough() throws ManifestException {
        Manifest twice = new ManifestWriter("twice", 32_768)
                .file(List.of("1"), LENGTH, ROOT, false)
                .file(List.of("2"), LENGTH, ROOT, false)
                .build();
        Crossing crossing = Crossing.of(twice, ours(65_536), piece -> piece).orElseThrow();
        assertEquals(Crossing.NOWHERE, crossing.toOurs(twice.files().getLast().firstPiece(), 0, 16_384));
        Crossing back = Crossing.of(ours(65_536), twice, piece -> piece % twice.files().getFirst().pieceCount())
                .orElseThrow();
        assertEquals(0, Crossing.piece(back.toOurs(ours(65_536).files().getLast().firstPiece(), 0, 16_384)));
        assertEquals(Crossing.NOWHERE, back.toTheirs(twice.files().getLast().firstPiece(), 0, 16_384));
    }
}
