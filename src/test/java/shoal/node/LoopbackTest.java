package shoal.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.discovery.GivenPeers;
import shoal.manifest.Manifest;
import shoal.testing.Conversation;
import shoal.testing.FakePeer;
import shoal.testing.FakeShare;
import shoal.testing.Manner;
import shoal.wire.Features;
import shoal.wire.Message;

/** A node with real sockets and files between fake peers of every manner. */
@Timeout(120)
class LoopbackTest extends TestNodes {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int PIECE = 65_536;
    private static final FakeShare SHARE = FakeShare.ofFolder(7, PIECE, 1_500_000, 0, 16_384, 70_000, 1);

    LoopbackTest() {
        super(SHARE);
    }

    /** Knows the hash and nothing else. */
    private Session fetchingByHash(Node node, Endpoint... peers) throws Exception {
        Manifest manifest = SHARE.manifest();
        return node.join(new ShareOrder(manifest.shortHash(), manifest.v1Hash(), Optional.of(manifest.infoHash()),
                Optional.empty(), List.of(GivenPeers.of(List.of(peers))), List.of(), opener(), List.of(), false));
    }

    private FakePeer peer(Manner manner) throws IOException {
        return closing(FakePeer.of(SHARE).withManner(manner).listen());
    }

    @Test
    void fetchesAllFromOneHonestPeerAmongManyThatAreNot() throws Exception {
        var peers = new ArrayList<Endpoint>();
        for (Manner each : List.of(Manner.lying(piece -> true), Manner.lyingAtTimes(3, 0.2), Manner.misplacing(),
                Manner.shortening(), Manner.repeating(), Manner.stallingAfter(2), Manner.babblingAfter(3, 5),
                Manner.hangingUpAfter(2), Manner.choking(), Manner.rejecting(), Manner.flapping(),
                Manner.lyingInHashes(), Manner.silentAboutHashes(), Manner.mute())) {
            peers.add(peer(each).endpoint());
        }
        peers.add(peer(new Manner()).endpoint());
        Session session = fetching(node(SOON), peers.toArray(Endpoint[]::new));
        assertTrue(session.awaitComplete(SOON), session.report()::toString);
        assertFetched();
    }

    @Test
    void fetchesAllByTheHashAlone() throws Exception {
        Session session = fetchingByHash(node(SOON), peer(Manner.lyingInMetadata()).endpoint(),
                peer(Manner.rejectingMetadata()).endpoint(), peer(Manner.lyingInHashes()).endpoint(),
                peer(new Manner()).endpoint());
        assertTrue(session.awaitComplete(SOON), session.report()::toString);
        assertFetched();
    }

    private static List<Features> lesserFeatures() {
        return List.of(Features.NONE, Features.OURS.withoutFast(), Features.OURS.withoutExtensions());
    }

    @ParameterizedTest
    @MethodSource("lesserFeatures")
    void fetchesFromAPeerThatCanDoLess(Features features) throws Exception {
        FakePeer plain = closing(FakePeer.of(SHARE).withFeatures(features).listen());
        Session session = fetching(node(SOON), plain.endpoint());
        assertTrue(session.awaitComplete(SOON), session.report()::toString);
        assertFetched();
    }

    @ParameterizedTest
    @MethodSource("lesserFeatures")
    void givesToAPeerThatCanDoLess(Features features) throws Exception {
        Node node = seeding(node(SOON), "whole");
        FakePeer plain = closing(FakePeer.of(SHARE).having().withFeatures(features).withManner(Manner.puppet()));
        assertArrayEquals(SHARE.block(2, 16_384, 16_384), ask(interested(plain, node), 2, 16_384, 16_384));
    }

    private FakePeer leecher() throws IOException {
        return closing(FakePeer.of(SHARE).having().withManner(Manner.puppet()));
    }

    private static Conversation interested(FakePeer leecher, Node node) throws Exception {
        Conversation talk = leecher.dial(TestNodes.at(node));
        talk.theirHandshake(SOON);
        talk.say(new Message.Interested());
        talk.await(Message.Unchoke.class, SOON);
        return talk;
    }

    private static byte[] ask(Conversation talk, int piece, int begin, int length) throws Exception {
        talk.say(new Message.Request(piece, begin, length));
        Object came = talk.await(said -> said instanceof Conversation.Block block && block.piece() == piece
                && block.begin() == begin && block.data().length() == length, SOON);
        return assertInstanceOf(Conversation.Block.class, came).data().bytes();
    }

    @Test
    void whatIsAskedForBehindTheEndOfAFileIsZero() throws Exception {
        Node node = seeding(node(SOON), "whole");
        Conversation talk = interested(leecher(), node);
        int last = SHARE.manifest().pieceCount() - 1;
        byte[] padded = ask(talk, last, 0, 16_384);
        byte[] expected = Arrays.copyOf(SHARE.content(4), 16_384);
        assertArrayEquals(expected, padded);
        assertArrayEquals(new byte[16_384], ask(talk, last, 49_152, 16_384));
        assertArrayEquals(SHARE.content(4), ask(talk, last, 0, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "0000000d06 7fffffff 00000000 00004000",
        "0000000d06 00000100 00000000 00004000",
        "0000000d06 00000000 0000fffc 00004000",
        "0000000d06 00000000 00000000 00008000",
        "0000000d06 00000000 ffffffff 00004000",
        "0000400907 00000000 00000000 zeros",
        "00000005 04 7fffffff",
        "ffffffff",
        "0000000163",
    })
    void whoSaysWhatNoPeerMaySayIsClosedAndNobodyElse(String bytes) throws Exception {
        Node node = seeding(node(SOON), "whole");
        Conversation good = interested(leecher(), node);
        Conversation bad = interested(leecher(), node);
        String hex = bytes.replace(" ", "").replace("zeros", "00".repeat(16_384));
        bad.sayRaw(HexFormat.of().parseHex(hex));
        bad.awaitEnd(SOON);
        assertEquals(16_384, ask(good, 0, 0, 16_384).length);
    }

    @Test
    void whoHangsUpWithinAMessageHarmsNobody() throws Exception {
        Node node = seeding(node(SOON), "whole");
        Conversation good = interested(leecher(), node);
        Conversation bad = interested(leecher(), node);
        bad.sayRaw(new byte[] {0, 0, 0, 13, 6, 0});
        bad.close();
        assertEquals(16_384, ask(good, 1, 0, 16_384).length);
    }

    @Test
    void anUnknownShareGetsNoAnswer() throws Exception {
        Node node = seeding(node(SOON), "whole");
        FakePeer stranger = closing(FakePeer.of(SHARE).inSwarm(InfoHash.ofHex("00".repeat(20))));
        Conversation talk = stranger.dial(TestNodes.at(node));
        talk.awaitEnd(SOON);
        assertEquals(0, talk.channel().bytesIn());
        assertThrows(AssertionError.class, () -> talk.theirHandshake(Duration.ofMillis(1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 40, 60})
    void whoDoesNotShakeHandsIsClosedInTime(int bytes) throws Exception {
        Node node = seeding(node(Duration.ofSeconds(1)), "whole");
        try (var silent = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port()))) {
            var begun = ByteBuffer.allocate(68).put((byte) 19).put("BitTorrent protocol".getBytes(ISO_8859_1));
            begun.put(new byte[8]).put(SHARE.manifest().shortHash().bytes());
            silent.write(begun.position(bytes).flip());
            var answer = ByteBuffer.allocate(200);
            while (silent.read(answer) >= 0) {
                // our handshake, if it knows what we want
            }
            assertEquals(bytes < 48 ? 0 : 68, answer.position());
        }
    }

    @Test
    void aNodeThatIsTheOnlyPeerOfItselfGivesItUp() throws Exception {
        Node node = node(SOON);
        FakePeer honest = peer(new Manner());
        Session session = fetching(node, TestNodes.at(node), honest.endpoint());
        assertTrue(session.awaitComplete(SOON), session.report()::toString);
        assertFetched();
        long self = session.report().peers().stream()
                .filter(peer -> peer.connected() && peer.endpoint().equals(TestNodes.at(node)))
                .count();
        assertEquals(0, self);
        assertFalse(honest.conversations().isEmpty());
    }
}
