package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestFile;
import shoal.manifest.ManifestWriter;
import shoal.wire.Message;

/** Peers of another share whose pieces are of one block, and ours of four: they may have a part of a piece of ours. */
final class PartHoldersTest {
    private static final int BLOCK = 16_384;
    private static final int BLOCKS = 4;
    private static final int PIECES = SwarmLimits.PIECES_IN_PARTS + 50;

    private final SplittableRandom random = new SplittableRandom(3);
    private final Timeline timeline = new Timeline();
    private final SimContent content = new SimContent(random, BLOCKS * BLOCK, (long) PIECES * BLOCKS * BLOCK);
    private final SimDisk disk = new SimDisk(content, content.allFiles(), timeline, random);
    private final Crossing crossing = crossing();
    private final Peers peers = new Peers();
    private final Transfer transfer = transfer();
    private int numbers;

    private Crossing crossing() {
        ManifestFile file = content.manifest.files().getFirst();
        try {
            Manifest other = new ManifestWriter("other", BLOCK)
                    .file(List.of("other"), file.length(), file.root(), false)
                    .build();
            return Crossing.of(other, content.manifest, piece -> piece).orElseThrow();
        } catch (ManifestException e) {
            throw new AssertionError(e);
        }
    }

    private Transfer transfer() {
        SimDisk.Open holdings = disk.open();
        var opened = new SwarmEvent.Opened(
                content.manifest, holdings, Wanted.of(content.manifest, holdings, content.allFiles()));
        return new Transfer(opened, peers, new Transfer.Owner() {
            @Override
            public void ban(Peer peer, String why) {
                throw new AssertionError(why);
            }

            @Override
            public void complete() {
                throw new AssertionError("nothing comes here");
            }

            @Override
            public void layersComplete(Map<Hash, HashList> layers) {
                throw new AssertionError("all layers were known");
            }
        }, new SwarmSettings(content.manifest.shortHash(), Optional.empty(), Optional.empty(), new PeerId(1, 2, 3), 0,
                "Test", List.of()), random, timeline::now);
    }

    private Peer peer(@Nullable Crossing from, IntStream pieces) throws Exception {
        int number = ++numbers;
        var at = new Endpoint(InetAddress.ofLiteral("192.0.2." + number % 256), 1000 + number);
        var peer = new Peer(new SwarmEvent.PeerConnected(number, new RecordingLink(), at, true,
                new PeerId(7, 7, number), true, true, false, new InfoHash(1, 2, 3), true), timeline.now(), from);
        var has = new Bits(PIECES);
        for (int piece : pieces.toArray()) {
            for (Message word : peer.heard(new Message.Have(piece))) has.set(((Message.Have) word).piece());
        }
        peer.has = has;
        peers.add(peer);
        transfer.requests.setInterested(peer, true);
        RecordingLink.sentTo(peer);
        return peer;
    }

    /** One that has the first block of each of these pieces of ours. */
    private Peer partHolder(IntStream pieces) throws Exception {
        return peer(crossing, pieces.map(piece -> piece * BLOCKS));
    }

    /** The blocks that a peer is asked for when it unchokes us, counted through the file. */
    private List<Integer> asked(Peer peer) {
        transfer.requests.unchoked(peer);
        return RecordingLink.sentTo(peer).stream()
                .filter(Message.Request.class::isInstance)
                .map(Message.Request.class::cast)
                .map(request -> peer.crossed != null
                        ? request.piece()
                        : request.piece() * BLOCKS + request.begin() / BLOCK)
                .toList();
    }

    @Test
    void withThemOnlySoManyPiecesAreBegun() throws Exception {
        Set<Integer> begun = new HashSet<>();
        List<Integer> more;
        do {
            more = asked(partHolder(IntStream.range(0, PIECES)));
            for (int block : more) {
                assertEquals(0, block % BLOCKS, "they have no other");
                assertTrue(begun.add(block / BLOCKS), "piece " + block / BLOCKS + " is asked for twice");
            }
        } while (!more.isEmpty());
        assertEquals(SwarmLimits.PIECES_IN_PARTS, begun.size());
        assertEquals(SwarmLimits.PIECES_IN_PARTS, transfer.board.active().size());
        List<Integer> rest = asked(peer(null, IntStream.range(0, PIECES)));
        assertTrue(!rest.isEmpty() && rest.stream().allMatch(block -> begun.contains(block / BLOCKS)),
                "who has whole pieces is asked for the rest of those: " + rest);
    }

    @Test
    void whoHasWholePiecesBeginsMoreOfThem() throws Exception {
        while (!asked(partHolder(IntStream.range(0, SwarmLimits.PIECES_IN_PARTS))).isEmpty()) {
            // until so many are begun
        }
        assertEquals(List.of(), asked(partHolder(IntStream.range(0, PIECES))));
        List<Integer> whole = asked(peer(null, IntStream.range(SwarmLimits.PIECES_IN_PARTS, PIECES)));
        assertTrue(whole.stream().allMatch(block -> block >= SwarmLimits.PIECES_IN_PARTS * BLOCKS), whole.toString());
        assertTrue(whole.size() > 1, whole.toString());
    }

    /** It could never send all of it, and nobody else would be asked. */
    @Test
    void noneOfThemIsTheOneWhoSendsAllOfAPieceThatFailed() throws Exception {
        ActivePiece piece = transfer.board.begin(3);
        piece.fromOneOnly();
        assertEquals(List.of(), asked(partHolder(IntStream.of(3))));
        assertNull(piece.sender());
        Peer whole = peer(null, IntStream.of(3));
        assertEquals(List.of(12, 13, 14, 15), asked(whole));
        assertEquals(whole, piece.sender());
    }
}
