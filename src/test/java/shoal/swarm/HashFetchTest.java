package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.merkle.LayerTree;
import shoal.merkle.Merkle;
import shoal.wire.HashRequest;
import shoal.wire.Hashes;
import shoal.wire.Message;
import shoal.wire.PeerFault;

/** One file of 1,200 pieces of two blocks, whose layer takes three requests, and one of a single piece of three. */
class HashFetchTest {
    private static final int PIECES = 1200;

    private final SplittableRandom random = new SplittableRandom(8);
    private final SimContent content = new SimContent(random, 32_768, PIECES * 32_768L, 20_000);
    private final Manifest bare = content.bare(content.manifest.info());
    private final ManifestFile big = bare.files().getFirst();
    private final LayerTree tree = new LayerTree(leaves(), 0, Merkle.height(big.length()));
    private final Peers peers = new Peers();
    private final Map<Hash, HashList> layers = new HashMap<>();
    private final Map<Integer, HashList> leaves = new HashMap<>();
    private final List<Integer> refused = new ArrayList<>();
    private final Peer one = RecordingLink.peer(1);
    private final Peer two = RecordingLink.peer(2);
    private final HashFetch fetch = new HashFetch(peers, bare, layers::get, random, new HashFetch.Taker() {
        @Override
        public void layer(Hash root, HashList layer) {
            layers.put(root, layer);
        }

        @Override
        public void leaves(int piece, HashList came) {
            leaves.put(piece, came);
        }

        @Override
        public void leavesRefused(int piece) {
            refused.add(piece);
        }
    });

    private HashList leaves() {
        var all = new byte[PIECES * 2 * Hash.BYTES];
        for (int i = 0; i < PIECES * 2; i++) content.leaf(i / 2, i % 2).write(all, i * Hash.BYTES);
        return HashList.wrap(all);
    }

    @BeforeEach
    void meet() {
        for (Peer peer : List.of(one, two)) {
            var all = new Bits(bare.pieceCount());
            all.fill();
            peer.has = all;
        }
        peers.add(one);
    }

    private void meetTwo() {
        peers.add(two);
        fetch.stir();
    }

    /** What the peer was asked since the last time. */
    private static List<HashRequest> asked(Peer peer) {
        var requests = new ArrayList<HashRequest>();
        for (Message said : RecordingLink.sentTo(peer)) requests.add(assertInstanceOf(HashRequest.class, said));
        return requests;
    }

    private Hashes answer(HashRequest request) {
        var all = new ArrayList<Hash>();
        for (int i = 0; i < request.length(); i++) all.add(tree.node(request.base(), request.index() + (long) i));
        int layer = request.base() + Integer.numberOfTrailingZeros(request.length());
        for (int i = 0; i < request.uncles(); i++, layer++) {
            all.add(tree.node(layer, (request.index() >> (layer - request.base())) ^ 1));
        }
        return new Hashes(request, HashList.of(all));
    }

    private static Hashes spoiled(Hashes right, int which) {
        byte[] bytes = right.hashes().bytes();
        bytes[which * Hash.BYTES] ^= 1;
        return new Hashes(right.request(), HashList.wrap(bytes));
    }

    private ActivePiece piece(int number) {
        return new ActivePiece(number, bare.blocksIn(number));
    }

    @Test
    void asksNobodyWhoIsKnownByTheV1Hash() {
        one.isV1 = true;
        fetch.wantLayer(big, 0);
        fetch.wantLeaves(piece(3), 0);
        fetch.after(0);
        assertEquals(List.of(), asked(one));
        assertEquals(List.of(3), refused);
        meetTwo();
        fetch.after(0);
        assertEquals(List.of(), asked(one));
        assertFalse(asked(two).isEmpty());
    }

    @Test
    void getsALayerInPartsOfWhichFewAreOutAtATime() throws Exception {
        fetch.wantLayer(big, 0);
        fetch.after(0);
        List<HashRequest> first = asked(one);
        assertEquals(SwarmLimits.HASH_REQUESTS, first.size());
        fetch.came(one, answer(first.get(1)));
        fetch.after(0);
        List<HashRequest> rest = asked(one);
        assertEquals(1, rest.size());
        fetch.came(one, answer(rest.getFirst()));
        assertEquals(Map.of(), layers, "a part of a layer is no layer");
        fetch.came(one, answer(first.get(0)));
        assertEquals(Map.of(big.root(), content.manifest.layer(big.root()).orElseThrow()), layers);
    }

    @Test
    void aWrongProofIsItsSendersFaultAndChangesNothing() throws Exception {
        fetch.wantLayer(big, 0);
        fetch.after(0);
        for (HashRequest request : asked(one)) {
            Hashes right = answer(request);
            int last = right.hashes().size() - 1;
            assertThrows(PeerFault.class, () -> fetch.came(one, spoiled(right, request.index() == 0 ? 0 : last)));
        }
        assertEquals(Map.of(), layers);
        peers.remove(1);
        fetch.gone(one);
        meetTwo();
        for (int i = 0; i < 3 && layers.isEmpty(); i++) {
            fetch.after(0);
            for (HashRequest request : asked(two)) fetch.came(two, answer(request));
        }
        assertEquals(1, layers.size(), "somebody else has given all of it");
    }

    @Test
    void hashesThatNobodyAskedForAreAFault() {
        fetch.wantLayer(big, 0);
        fetch.after(0);
        HashRequest request = asked(one).getFirst();
        assertThrows(PeerFault.class, () -> fetch.came(two, answer(request)));
    }

    @Test
    void theSameHashesTwiceAreAFault() throws Exception {
        fetch.wantLayer(big, 0);
        fetch.after(0);
        HashRequest request = asked(one).getFirst();
        fetch.came(one, answer(request));
        assertThrows(PeerFault.class, () -> fetch.came(one, answer(request)));
    }

    @Test
    void whoDoesNotAnswerSoonIsNotWaitedForAndMayAnswerLate() throws Exception {
        fetch.wantLeaves(piece(bare.pieceCount() - 1), 0);
        fetch.after(0);
        HashRequest request = asked(one).getFirst();
        meetTwo();
        fetch.tick(SwarmLimits.HASHES_LATE);
        fetch.after(SwarmLimits.HASHES_LATE);
        assertEquals(List.of(), asked(two));
        long later = SwarmLimits.HASHES_LATE + 1;
        fetch.tick(later);
        fetch.after(later);
        assertEquals(List.of(request), asked(two));
        assertEquals(0, one.hashRequests);
        var late = new Hashes(request, content.leaves(bare.pieceCount() - 1));
        fetch.came(one, late);
        assertEquals(Map.of(bare.pieceCount() - 1, late.hashes()), leaves);
        fetch.came(two, late);
        assertEquals(0, two.hashRequests);
    }

    @Test
    void whoIsTheOnlyOneToAskHasMoreTime() {
        fetch.wantLeaves(piece(bare.pieceCount() - 1), 0);
        fetch.after(0);
        asked(one);
        fetch.tick(SwarmLimits.ANSWER_WITHIN);
        assertEquals(1, one.hashRequests);
        fetch.tick(SwarmLimits.ANSWER_WITHIN + 1);
        assertEquals(0, one.hashRequests);
    }

    @Test
    void whoGoesIsNotWaitedFor() {
        fetch.wantLeaves(piece(bare.pieceCount() - 1), 0);
        fetch.after(0);
        HashRequest request = asked(one).getFirst();
        meetTwo();
        peers.remove(1);
        fetch.gone(one);
        fetch.after(0);
        assertEquals(List.of(request), asked(two));
    }

    @Test
    void leavesThatEverybodyRefusesAreGivenUp() {
        int piece = bare.pieceCount() - 1;
        peers.add(two);
        fetch.wantLeaves(piece(piece), 0);
        for (int answers = 0; answers < 2; answers++) {
            fetch.after(0);
            assertEquals(List.of(), refused);
            for (Peer peer : peers.copy()) asked(peer).forEach(request -> fetch.rejected(peer, request));
        }
        fetch.after(0);
        assertEquals(List.of(piece), refused);
        fetch.wantLeaves(piece(piece), 0);
        fetch.after(0);
        assertEquals(1, asked(one).size() + asked(two).size(), "whoever wants them again begins anew");
    }

    private static Bits has(Peer peer) {
        return Objects.requireNonNull(peer.has);
    }

    @Test
    void aLayerThatEverybodyRefusesIsAskedForAgainAfterAWhile() {
        fetch.wantLayer(big, 0);
        for (int i = 0; i < 3; i++) {
            fetch.after(0);
            asked(one).forEach(request -> fetch.rejected(one, request));
        }
        fetch.stir();
        fetch.after(SwarmLimits.ANSWER_WITHIN - 1);
        assertEquals(List.of(), asked(one));
        fetch.stir();
        fetch.after(SwarmLimits.ANSWER_WITHIN);
        assertEquals(SwarmLimits.HASH_REQUESTS, asked(one).size());
    }

    /** As two do who have turns of eight pieces each, in a share whose pieces are eight times as long. */
    @Test
    void asMuchOfALayerIsAskedForAtOnceAsThoseKnowWhoHaveAPartOfTheFile() throws Exception {
        meetTwo();
        for (int piece = 0; piece < PIECES; piece++) has(piece / 8 % 2 == 0 ? two : one).clear(piece);
        fetch.wantLayer(big, 0);
        int asked = 0;
        int inVain = 0;
        for (boolean any = true; any; ) {
            for (int i = 0; i < 9; i++) {
                fetch.stir();
                fetch.after(0);
            }
            any = false;
            for (Peer peer : List.of(one, two)) {
                for (HashRequest request : asked(peer)) {
                    any = true;
                    asked++;
                    int last = Math.min(PIECES, request.index() + request.length());
                    int clear = has(peer).nextClear(request.index());
                    boolean knows = clear < 0 || clear >= last;
                    if (knows) {
                        fetch.came(peer, answer(request));
                    } else {
                        inVain++;
                        fetch.rejected(peer, request);
                    }
                }
            }
        }
        assertEquals(Map.of(big.root(), content.manifest.layer(big.root()).orElseThrow()), layers);
        assertEquals(PIECES / 8, asked - inVain, "no less than there is at once");
        assertTrue(inVain < PIECES / 2, inVain + " were asked for in vain");
    }

    @Test
    void whoHasAllOfTheFileIsNotAskedForLessAtOnce() {
        meetTwo();
        has(two).clear(3);
        fetch.wantLayer(big, 0);
        for (int i = 0; i < 20; i++) {
            fetch.after(i * SwarmLimits.ANSWER_WITHIN);
            for (Peer peer : List.of(one, two)) {
                for (HashRequest request : asked(peer)) {
                    assertEquals(SwarmLimits.HASHES_ASKED, request.length());
                    fetch.rejected(peer, request);
                }
            }
        }
    }

    @Test
    void onlyWhoHasThePieceIsAskedForItsLeaves() {
        one.has = new Bits(bare.pieceCount());
        fetch.wantLeaves(piece(7), 0);
        fetch.after(0);
        assertEquals(List.of(), asked(one));
        assertEquals(List.of(), refused, "nobody was asked, so nobody has refused");
        meetTwo();
        fetch.after(0);
        assertEquals(1, asked(two).size());
    }

    @Test
    void theLeavesOfAPieceAreProvenUpToItsHashIfTheLayerIsKnown() throws Exception {
        layers.put(big.root(), content.manifest.layer(big.root()).orElseThrow());
        fetch.wantLeaves(piece(7), 0);
        fetch.after(0);
        HashRequest request = asked(one).getFirst();
        assertEquals(new HashRequest(big.root(), 0, 14, 2, 0), request);
        fetch.came(one, answer(request));
        assertEquals(Map.of(7, content.leaves(7)), leaves);
    }

    @Test
    void leavesThatAreOfNoMoreUseAreNotDelivered() throws Exception {
        layers.put(big.root(), content.manifest.layer(big.root()).orElseThrow());
        fetch.wantLeaves(piece(7), 0);
        fetch.wantLeaves(piece(7), 0);
        fetch.after(0);
        List<HashRequest> requests = asked(one);
        assertEquals(1, requests.size(), "asked for once");
        fetch.dropLeaves(7);
        fetch.came(one, answer(requests.getFirst()));
        assertTrue(leaves.isEmpty());
        assertEquals(0, one.hashRequests);
    }
}
