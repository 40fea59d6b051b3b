package shoal.dht;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import shoal.bencode.BString;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;

/** One node and what it says to others, packet by packet. */
final class DhtNodeTest {
    private static final Endpoint US = SimInternet.address(1);
    private static final Endpoint OTHER = SimInternet.address(2);
    private static final Endpoint THIRD = SimInternet.address(3);
    private static final InfoHash FILM = InfoHash.ofHex("ca5e4f1e00000000000000000000000000000001");
    private static final BString T = BString.of("tt");
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final SplittableRandom random = new SplittableRandom(1);
    private final NodeId theirs = SecureId.of(OTHER.address(), random);
    private final List<Packet> sent = new ArrayList<>();
    private final List<Endpoint> sentTo = new ArrayList<>();
    private DhtNode node;
    private long now = MINUTE;

    @BeforeEach
    void begin() {
        node = new DhtNode(new DhtHome(true, Optional.of(US.address()), Set.of()), SavedNodes.NOTHING, (to, bytes) -> {
            try {
                sent.add(PacketReader.read(bytes));
                sentTo.add(to);
            } catch (PacketException e) {
                throw new AssertionError(e);
            }
        }, random, now);
    }

    /** What the node answers; its other packets are left out. */
    private List<Packet> ask(Endpoint from, Question question) {
        int before = sent.size();
        var query = new Packet.Query(T, SecureId.of(from.address(), random), true, question);
        node.handle(from, PacketWriter.write(query), now);
        return List.copyOf(sent.subList(before, sent.size()));
    }

    private BString token(Endpoint from) {
        return ((Packet.Reply) ask(from, new Question.GetPeers(FILM, Want.UNSAID)).getFirst()).token().orElseThrow();
    }

    private List<Endpoint> peers() {
        return ((Packet.Reply) ask(THIRD, new Question.GetPeers(FILM, Want.UNSAID)).getFirst()).peers();
    }

    private Packet announce(Endpoint from, int port, boolean implied, BString token) {
        return ask(from, new Question.Announce(FILM, port, implied, token)).getFirst();
    }

    @Test
    void tellsTheAskerItsAddress() {
        var reply = (Packet.Reply) ask(OTHER, new Question.Ping()).getFirst();
        assertEquals(Optional.of(OTHER), reply.seenAs());
        assertEquals(node.id(), reply.sender());
        assertTrue(SecureId.fits(node.id(), US.address()));
    }

    @Test
    void keepsAPeerThatBringsItsToken() {
        BString token = token(OTHER);
        assertInstanceOf(Packet.Reply.class, announce(OTHER, 7000, false, token));
        assertEquals(List.of(new Endpoint(OTHER.address(), 7000)), peers());
        announce(OTHER, 0, true, token);
        assertEquals(Set.of(new Endpoint(OTHER.address(), 7000), OTHER), Set.copyOf(peers()));
    }

    @Test
    void refusesATokenOfAnotherAddressAnotherSwarmOrAnotherTime() {
        BString token = token(OTHER);
        assertEquals(203, assertInstanceOf(Packet.Refusal.class, announce(THIRD, 7000, false, token)).code());
        var other = new Question.Announce(new InfoHash(1, 2, 3), 7000, false, token);
        assertInstanceOf(Packet.Refusal.class, ask(OTHER, other).getFirst());
        assertInstanceOf(Packet.Refusal.class, announce(OTHER, 7000, false, BString.of("")));
        for (int minute = 0; minute < 9; minute++) later(MINUTE);
        assertInstanceOf(Packet.Reply.class, announce(OTHER, 7000, false, token), "BEP 5: good for ten minutes");
        for (int minute = 0; minute < 7; minute++) later(MINUTE);
        assertInstanceOf(Packet.Refusal.class, announce(OTHER, 7001, false, token), "but not for ever");
        assertEquals(List.of(new Endpoint(OTHER.address(), 7000)), peers());
    }

    private void later(long time) {
        now += time;
        node.tick(now);
    }

    @Test
    void answersOneAddressOnlySoOften() {
        int answers = 0;
        for (int i = 0; i < 1000; i++) answers += ask(OTHER, new Question.Ping()).size();
        assertEquals(DhtLimits.ANSWERS_PER_ADDRESS * DhtLimits.BURST, answers);
        assertEquals(1, ask(THIRD, new Question.Ping()).size(), "others are not its victims");
        later(SimInternet.SECOND);
        assertEquals(1, ask(OTHER, new Question.Ping()).size());
    }

    @Test
    void answersAllAddressesTogetherOnlySoOften() {
        int answers = 0;
        for (int i = 0; i < 5000; i++) answers += ask(SimInternet.address(1000 + i), new Question.Ping()).size();
        assertEquals(DhtLimits.ANSWERS * DhtLimits.BURST, answers);
    }

    @Test
    void keepsFewPeersOfOneAddressAndNotMoreThanItMay() {
        for (int i = 0; i < 20; i++) {
            BString token = token(OTHER);
            announce(OTHER, 7000 + i, false, token);
            later(SimInternet.SECOND);
        }
        assertEquals(DhtLimits.PEERS_PER_ADDRESS, peers().size());
        for (int i = 0; i < 300; i++) {
            Endpoint each = SimInternet.address(1000 + i);
            announce(each, 7000, false, token(each));
            later(SimInternet.SECOND / 10);
        }
        byte[] most = PacketWriter.write(ask(THIRD, new Question.GetPeers(FILM, Want.UNSAID)).getFirst());
        assertTrue(most.length <= DhtLimits.ANSWER && most.length > DhtLimits.ANSWER * 3 / 4, "bytes " + most.length);
    }

    @Test
    void hasNoPlaceForWhoNeverAnsweredNorForWhoSaysNotToAnswer() {
        ask(OTHER, new Question.Ping());
        assertEquals(1, sent.size(), "a read-only node is not asked back (BEP 43)");
        node.handle(OTHER, PacketWriter.write(new Packet.Query(T, theirs, false, new Question.Ping())), now);
        assertEquals(0, node.nodes());
        var question = (Packet.Query) sent.getLast();
        assertEquals(OTHER, sentTo.getLast());
        node.handle(THIRD, PacketWriter.write(reply(question.transaction(), theirs)), now);
        assertEquals(0, node.nodes(), "the answer came from elsewhere");
        node.handle(OTHER, PacketWriter.write(reply(question.transaction(), theirs)), now);
        assertEquals(1, node.nodes());
        node.handle(OTHER, PacketWriter.write(reply(question.transaction(), theirs)), now);
        assertEquals(1, node.nodes());
    }

    private static Packet reply(BString transaction, NodeId id) {
        return new Packet.Reply(transaction, id, List.of(), List.of(), List.of(), Optional.empty(), Optional.empty());
    }

    @Test
    void hasNoPlaceForWhoAnswersByAnotherName() {
        node.handle(OTHER, PacketWriter.write(new Packet.Query(T, theirs, false, new Question.Ping())), now);
        BString transaction = sent.getLast().transaction();
        node.handle(OTHER, PacketWriter.write(reply(transaction, SecureId.of(OTHER.address(), random))), now);
        assertEquals(0, node.nodes());
    }

    @Test
    void takesPeersOfItsOwnNetworkFromNobodyOutside() {
        var found = new SimInternet.Found();
        node.waysIn(List.of(OTHER), now);
        node.find(FILM, () -> 0, found, now);
        BString transaction = sent.getLast().transaction();
        List<Endpoint> told = List.of(Endpoint.parse("127.0.0.1:22"), Endpoint.parse("192.168.1.1:80"), THIRD);
        node.handle(OTHER, PacketWriter.write(new Packet.Reply(transaction, theirs, List.of(), List.of(), told,
                Optional.empty(), Optional.empty())), now);
        assertEquals(List.of(THIRD), found.peers);
    }

    @Test
    void endsASearchInWhichNobodyAnswersAndOneThatHasNobodyToAsk() {
        var alone = new SimInternet.Found();
        node.find(FILM, () -> 1, alone, now);
        var unheard = new SimInternet.Found();
        node.waysIn(List.of(OTHER), now);
        node.find(FILM, () -> 1, unheard, now);
        for (int i = 0; i < 60; i++) later(SimInternet.SECOND);
        assertEquals(0, alone.announced);
        assertEquals(0, unheard.announced);
        assertFalse(node.isBusy() && sent.size() > 100);
    }
}
