package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import shoal.bencode.BString;
import shoal.bytes.Hash;
import shoal.bytes.PeerId;
import shoal.wire.ExtensionMessage.MetadataData;
import shoal.wire.ExtensionMessage.MetadataReject;
import shoal.wire.ExtensionMessage.MetadataRequest;
import shoal.wire.Message;
import shoal.wire.PeerFault;
import shoal.wire.WireLimits;

/** An info dictionary of eleven blocks, and peers that say they have it. */
class MetadataExchangeTest {
    private static final int BLOCK = WireLimits.METADATA_BLOCK;
    private static final int BLOCKS = 11;

    private final byte[] info = new byte[(BLOCKS - 1) * BLOCK + 100];
    private final Peers peers = new Peers();
    private final Peer one = RecordingLink.peer(1);
    private final Peer two = RecordingLink.peer(2);
    private MetadataExchange exchange = new MetadataExchange(peers, settings(Hash.ZERO));

    private static SwarmSettings settings(Hash hash) {
        return new SwarmSettings(hash.truncated(), Optional.empty(), Optional.of(hash), new PeerId(1, 2, 3), 0, "Test",
                List.of());
    }

    @BeforeEach
    void meet() throws Exception {
        new SplittableRandom(4).nextBytes(info);
        exchange = new MetadataExchange(
                peers, settings(Hash.of(MessageDigest.getInstance("SHA-256").digest(info))));
        for (Peer peer : List.of(one, two)) {
            peer.speaksMetadata = true;
            peer.metadataSize = info.length;
            peers.add(peer);
        }
    }

    private static MetadataData block(byte[] of, int block) {
        byte[] bytes = Arrays.copyOfRange(of, block * BLOCK, Math.min(of.length, (block + 1) * BLOCK));
        return new MetadataData(block, of.length, BString.wrap(bytes));
    }

    private static List<Message> requests(int from, int to) {
        return IntStream.range(from, to).<Message>mapToObj(MetadataRequest::new).toList();
    }

    private byte @Nullable [] send(Peer peer, byte[] bytes) throws PeerFault {
        byte[] whole = null;
        for (int block = 0; block < BLOCKS; block++) whole = exchange.came(peer, block(bytes, block), 0);
        return whole;
    }

    @Test
    void asksOnePeerForAllOfItAFewBlocksAtATime() throws Exception {
        exchange.tick(0);
        assertEquals(requests(0, SwarmLimits.METADATA_REQUESTS), RecordingLink.sentTo(one));
        assertEquals(List.of(), RecordingLink.sentTo(two));
        assertNull(exchange.came(one, block(info, 3), 0));
        int next = SwarmLimits.METADATA_REQUESTS;
        assertEquals(requests(next, next + 1), RecordingLink.sentTo(one));
        exchange.tick(0);
        assertEquals(List.of(), RecordingLink.sentTo(two));
        byte[] whole = send(one, info);
        assertArrayEquals(info, whole);
    }

    /** Row A15. */
    @Test
    void whoSendsAnotherDictionaryIsAtFaultAndTheNextIsAsked() {
        exchange.tick(0);
        byte[] wrong = info.clone();
        wrong[5 * BLOCK] ^= 1;
        assertThrows(PeerFault.class, () -> send(one, wrong));
        exchange.tick(0);
        assertEquals(requests(0, SwarmLimits.METADATA_REQUESTS), RecordingLink.sentTo(two));
    }

    @Test
    void toAskForAllOfItIsNoFloodAndToAskForItAgainAndAgainIs() throws Exception {
        exchange.known(info);
        for (int i = 0; i < SwarmLimits.METADATA_GIVEN * BLOCKS; i++) {
            one.chatter.said();
            exchange.asked(one, new MetadataRequest(i % BLOCKS), 0);
        }
        for (int i = 0; i < SwarmLimits.WORDS_FIRST; i++) {
            one.chatter.said();
            exchange.asked(one, new MetadataRequest(0), 0);
        }
        assertThrows(PeerFault.class, one.chatter::said);
    }

    /** Row A15. */
    @Test
    void whoSendsWhatWasNotAskedForIsAtFault() {
        exchange.tick(0);
        assertThrows(PeerFault.class, () -> exchange.came(one, block(info, 10), 0));
        byte[] longer = Arrays.copyOf(info, info.length + 1);
        assertThrows(PeerFault.class, () -> exchange.came(one, block(longer, 0), 0));
        byte[] muchLonger = Arrays.copyOf(info, 20 * BLOCK);
        assertThrows(PeerFault.class, () -> exchange.came(one, block(muchLonger, 15), 0));
    }

    @Test
    void whatComesFromSomebodyElseIsLeftAlone() throws Exception {
        exchange.tick(0);
        byte[] wrong = new byte[info.length];
        assertNull(send(two, wrong));
        assertArrayEquals(info, send(one, info));
    }

    @Test
    void aBlockThatComesTwiceCountsOnce() throws Exception {
        exchange.tick(0);
        for (int i = 0; i < BLOCKS; i++) assertNull(exchange.came(one, block(info, 0), 0));
        assertArrayEquals(info, send(one, info));
    }

    @Test
    void whoIsSilentIsGivenUpForTheNext() throws Exception {
        exchange.tick(0);
        exchange.came(one, block(info, 0), 5);
        exchange.tick(5 + SwarmLimits.ANSWER_WITHIN);
        assertEquals(List.of(), RecordingLink.sentTo(two));
        exchange.tick(6 + SwarmLimits.ANSWER_WITHIN);
        assertEquals(SwarmLimits.METADATA_REQUESTS, RecordingLink.sentTo(two).size());
    }

    @Test
    void whoRefusesIsAskedAgainOnlyAfterAWhile() {
        exchange.tick(0);
        exchange.rejected(one);
        exchange.rejected(two);
        RecordingLink.sentTo(one);
        exchange.tick(1);
        exchange.tick(2);
        assertEquals(List.of(), RecordingLink.sentTo(one));
        assertEquals(List.of(), RecordingLink.sentTo(two));
        exchange.tick(SwarmLimits.ANSWER_WITHIN);
        exchange.tick(SwarmLimits.ANSWER_WITHIN);
        assertEquals(SwarmLimits.METADATA_REQUESTS, RecordingLink.sentTo(one).size());
    }

    @Test
    void nobodyIsAskedWhoDoesNotSayThatItHasIt() {
        one.metadataSize = 0;
        two.speaksMetadata = false;
        exchange.tick(0);
        assertEquals(List.of(), RecordingLink.sentTo(one));
        assertEquals(List.of(), RecordingLink.sentTo(two));
    }

    @Test
    void givesEachBlockAndRejectsOthers() {
        exchange.asked(one, new MetadataRequest(0), 0);
        assertEquals(List.of(new MetadataReject(0)), RecordingLink.sentTo(one));
        exchange.known(info);
        assertTrue(exchange.isKnown());
        for (int block = 0; block < BLOCKS; block++) {
            exchange.asked(one, new MetadataRequest(block), 0);
            assertEquals(List.of(block(info, block)), RecordingLink.sentTo(one));
        }
        exchange.asked(one, new MetadataRequest(BLOCKS), 0);
        assertEquals(List.of(new MetadataReject(BLOCKS)), RecordingLink.sentTo(one));
        exchange.tick(0);
        assertEquals(List.of(), RecordingLink.sentTo(two), "what is known is not asked for");
    }
}
