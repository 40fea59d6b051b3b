package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.LayerTree;
import shoal.merkle.Merkle;
import shoal.storage.StorageEvent;
import shoal.wire.HashReject;
import shoal.wire.HashRequest;
import shoal.wire.Hashes;
import shoal.wire.Message;

/** A worked example of BEP 52's hash requests: five blocks in pieces of two, three layers below the root. */
class HashAnswersTest {
    private final SplittableRandom random = new SplittableRandom(3);
    private final Timeline timeline = new Timeline();
    private final SimContent content = new SimContent(random, 32_768, 70_000, 20_000, 5);
    private final SimDisk disk = new SimDisk(content, content.allFiles(), timeline, random);
    private final Hash root = content.manifest.files().getFirst().root();
    private final LayerTree tree = new LayerTree(leavesOfFirst(), 0, 3);
    private final Peer peer = RecordingLink.peer(1);

    private HashList leavesOfFirst() {
        var all = new byte[5 * Hash.BYTES];
        for (int block = 0; block < 5; block++) content.leaf(block / 2, block % 2).write(all, block * Hash.BYTES);
        return HashList.wrap(all);
    }

    private HashAnswers answers() {
        SimDisk.Open holdings = disk.open();
        var board = new PieceBoard(
                content.manifest, holdings, Wanted.of(content.manifest, holdings, content.allFiles()), false, random);
        var answers = new HashAnswers(board);
        holdings.listener(event -> {
            if (event instanceof StorageEvent.Leaves(int piece, Optional<HashList> leaves)) {
                answers.leavesCame(piece, leaves, 0);
            }
        });
        return answers;
    }

    private List<Message> ask(HashAnswers answers, HashRequest request) {
        answers.asked(peer, request, 0);
        while (timeline.step(Long.MAX_VALUE)) {
            // the store answers
        }
        return RecordingLink.sentTo(peer);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 4, 1, 4", "1, 0, 4, 0, 4", "1, 0, 2, 1, 3", "1, 2, 2, 1, 3", "0, 4, 2, 2, 4", "0, 4, 4, 2, 5",
        "0, 0, 8, 2, 8", "2, 0, 2, 0, 2", "1, 2, 1, 1, 3", "0, 4, 1, 2, 4"
    })
    void answersEachRowOfTheWorkedExample(int base, int index, int length, int proof, int count) {
        disk.fill();
        var request = new HashRequest(root, base, index, length, proof);
        Hashes hashes = assertInstanceOf(Hashes.class, ask(answers(), request).getFirst());
        assertEquals(request, hashes.request());
        assertEquals(count, hashes.hashes().size());
        for (int i = 0; i < length; i++) assertEquals(tree.node(base, index + (long) i), hashes.hashes().at(i));
        assertEquals(tree.node(hashes.proof().top(), hashes.proof().topIndex()), hashes.proof().fold());
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 4, 2", "0, 0, 2, 3", "3, 0, 2, 0", "0, 1, 2, 0", "0, 0, 3, 0", "0, 8, 2, 0", "1, 4, 2, 0", "0, 0, 16, 0",
        "30, 0, 2, 0"
    })
    void rejectsWhatIsNotInTheTree(int base, int index, int length, int proof) {
        disk.fill();
        var request = new HashRequest(root, base, index, length, proof);
        assertEquals(List.of(new HashReject(request)), ask(answers(), request));
    }

    @Test
    void rejectsAnUnknownRootAndAnEmptyTree() {
        disk.fill();
        var unknown = new HashRequest(SimContent.anyHash(random), 0, 0, 2, 0);
        var oneBlock = new HashRequest(content.manifest.files().get(2).root(), 0, 0, 1, 0);
        HashAnswers answers = answers();
        assertEquals(List.of(new HashReject(unknown)), ask(answers, unknown));
        assertEquals(List.of(new HashReject(oneBlock)), ask(answers, oneBlock));
    }

    @Test
    void givesThePieceLayerWithoutAPieceAndNoLeavesOfOneThatItLacks() {
        HashAnswers answers = answers();
        assertInstanceOf(Hashes.class, ask(answers, new HashRequest(root, 1, 0, 4, 0)).getFirst());
        assertInstanceOf(HashReject.class, ask(answers, new HashRequest(root, 0, 0, 2, 0)).getFirst());
    }

    @Test
    void givesTheLeavesOfAFileOfOnePiece() {
        disk.fill();
        Hash small = content.manifest.files().get(1).root();
        Hashes hashes = assertInstanceOf(Hashes.class, ask(answers(), new HashRequest(small, 0, 0, 2, 0)).getFirst());
        assertEquals(small, Merkle.fold(hashes.hashes(), 0, 1));
    }

    @Test
    void aFloodIsAnsweredWithRejectsUntilTimePasses() {
        disk.fill();
        HashAnswers answers = answers();
        var request = new HashRequest(root, 1, 0, 4, 0);
        long given = 0;
        for (int i = 0; i < 2 * SwarmLimits.HASH_ANSWERS_BURST; i++) {
            List<Message> said = ask(answers, request);
            assertEquals(1, said.size());
            if (said.getFirst() instanceof Hashes) given++;
        }
        assertTrue(given <= SwarmLimits.HASH_ANSWERS_BURST, given + " answers");
        assertInstanceOf(HashReject.class, ask(answers, request).getFirst());
        var peers = new Peers();
        peers.add(peer);
        answers.tick(peers, 1_000_000_000);
        assertInstanceOf(Hashes.class, ask(answers, request).getFirst());
    }

    @Test
    void whoDoesNotTakeWhatItWasGivenGetsNoMore() {
        disk.fill();
        HashAnswers answers = answers();
        var request = new HashRequest(root, 1, 0, 4, 0);
        RecordingLink.of(peer).hashesUnsent = SwarmLimits.HASHES_UNSENT + 1;
        assertInstanceOf(HashReject.class, ask(answers, request).getFirst());
        RecordingLink.of(peer).hashesUnsent = SwarmLimits.HASHES_UNSENT;
        assertInstanceOf(Hashes.class, ask(answers, request).getFirst());
    }

    @Test
    void onlySoManyRequestsOfAPeerWaitForTheDisk() {
        disk.fill();
        HashAnswers answers = answers();
        var leaves = new HashRequest(root, 0, 0, 2, 0);
        peer.hashTokens = SwarmLimits.HASH_ANSWERS_BURST;
        for (int i = 0; i < SwarmLimits.HASH_ANSWERS_AWAITED; i++) answers.asked(peer, leaves, 0);
        assertEquals(List.of(), RecordingLink.sentTo(peer));
        answers.asked(peer, leaves, 0);
        assertEquals(List.of(new HashReject(leaves)), RecordingLink.sentTo(peer));
        while (timeline.step(Long.MAX_VALUE)) {
            // the store answers
        }
        assertEquals(SwarmLimits.HASH_ANSWERS_AWAITED, RecordingLink.sentTo(peer).size());
        assertInstanceOf(Hashes.class, ask(answers, leaves).getFirst());
    }

    /** Peers come, ask and go, and what they asked for waits on. */
    @Test
    void onlySoManyPiecesOfAllPeersWaitForTheDisk() {
        disk.fill();
        HashAnswers answers = answers();
        var threePieces = new HashRequest(root, 0, 0, 8, 2);
        int waiting = 0;
        for (int number = 2; number < SwarmLimits.LEAVES_AWAITED; number++) {
            Peer each = RecordingLink.peer(number);
            answers.asked(each, threePieces, 0);
            each.closing = true;
            if (RecordingLink.sentTo(each).isEmpty()) waiting += 3;
        }
        assertEquals(SwarmLimits.LEAVES_AWAITED / 3 * 3, waiting);
        assertEquals(List.of(new HashReject(threePieces)), ask(answers, threePieces));
        assertInstanceOf(Hashes.class, ask(answers, threePieces).getLast());
    }

    @Test
    void ofAllThatIsAnsweredInASecondWhoAsksGetsAnEqualPart() {
        disk.fill();
        HashAnswers answers = answers();
        var request = new HashRequest(root, 1, 0, 4, 0);
        var peers = new Peers();
        int asking = 100;
        for (int i = 0; i < asking; i++) {
            Peer each = RecordingLink.peer(i + 2);
            peers.add(each);
            for (int j = 0; j < SwarmLimits.HASH_ANSWERS_BURST; j++) answers.asked(each, request, 0);
            RecordingLink.sentTo(each);
        }
        answers.tick(peers, 1_000_000_000);
        for (Peer each : peers.all()) {
            for (int j = 0; j < SwarmLimits.HASH_ANSWERS_BURST; j++) answers.asked(each, request, 0);
            long given = RecordingLink.sentTo(each).stream().filter(Hashes.class::isInstance).count();
            int part = SwarmLimits.HASH_ANSWERS_IN_ALL / asking;
            assertTrue(given > part / 2 && given <= part, given + " answers");
        }
        Peer newcomer = RecordingLink.peer(200);
        for (int j = 0; j < SwarmLimits.HASH_ANSWERS_BURST; j++) answers.asked(newcomer, request, 0);
        long given = RecordingLink.sentTo(newcomer).stream().filter(Hashes.class::isInstance).count();
        assertTrue(given <= SwarmLimits.HASH_ANSWERS_IN_ALL / asking, given + " answers for one that has just come");
    }
}
