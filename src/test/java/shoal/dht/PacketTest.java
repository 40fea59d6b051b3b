package shoal.dht;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bencode.BString;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;

/** Packets and their bytes; those of BEP 5 are as it prints them, but for our version and what we do not say. */
final class PacketTest {
    private static final NodeId ASKER = id("abcdefghij0123456789");
    private static final NodeId OTHER = id("mnopqrstuvwxyz123456");
    private static final InfoHash HASH = InfoHash.of(ascii("mnopqrstuvwxyz123456"));
    private static final BString AA = BString.of("aa");

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static NodeId id(String text) {
        return NodeId.of(ascii(text));
    }

    record Row(Packet packet, String bytes) {}

    private static Packet query(Question question) {
        return new Packet.Query(AA, ASKER, false, question);
    }

    private static Packet reply(List<Contact> fours, List<Contact> sixes, List<Endpoint> peers, String token) {
        return new Packet.Reply(AA, OTHER, fours, sixes, peers,
                token.isEmpty() ? Optional.empty() : Optional.of(BString.of(token)), Optional.empty());
    }

    static Stream<Row> rows() {
        String v = "1:v4:SJ\0\1";
        Endpoint four = Endpoint.parse("65.66.67.68:17990");
        Endpoint six = Endpoint.parse("[6162:6364:6566:6768:696a:6b6c:6d6e:6f70]:29042");
        return Stream.of(
                new Row(query(new Question.Ping()),
                        "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa" + v + "1:y1:qe"),
                new Row(new Packet.Query(AA, ASKER, true, new Question.Ping()),
                        "d1:ad2:id20:abcdefghij0123456789e1:q4:ping2:roi1e1:t2:aa" + v + "1:y1:qe"),
                new Row(query(new Question.FindNode(OTHER, Want.UNSAID)),
                        "d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q9:find_node1:t2:aa" + v
                                + "1:y1:qe"),
                new Row(query(new Question.GetPeers(HASH, Want.BOTH)),
                        "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:wantl2:n42:n6ee"
                                + "1:q9:get_peers1:t2:aa" + v + "1:y1:qe"),
                new Row(query(new Question.Announce(HASH, 6881, false, BString.of("aoeusnth"))),
                        "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti6881e"
                                + "5:token8:aoeusnthe1:q13:announce_peer1:t2:aa" + v + "1:y1:qe"),
                new Row(query(new Question.Announce(HASH, 0, true, BString.of("aoeusnth"))),
                        "d1:ad2:id20:abcdefghij012345678912:implied_porti1e9:info_hash20:mnopqrstuvwxyz1234564:porti0e"
                                + "5:token8:aoeusnthe1:q13:announce_peer1:t2:aa" + v + "1:y1:qe"),
                new Row(reply(List.of(), List.of(), List.of(), ""),
                        "d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa" + v + "1:y1:re"),
                new Row(reply(List.of(new Contact(ASKER, four)), List.of(new Contact(ASKER, six)), List.of(four, six),
                        "aoeusnth"),
                        "d1:rd2:id20:mnopqrstuvwxyz1234565:nodes26:abcdefghij0123456789ABCDFF6:nodes638:"
                                + "abcdefghij0123456789abcdefghijklmnopqr5:token8:aoeusnth6:valuesl6:ABCDFF"
                                + "18:abcdefghijklmnopqree1:t2:aa" + v + "1:y1:re"),
                new Row(new Packet.Reply(AA, OTHER, List.of(), List.of(), List.of(), Optional.empty(),
                        Optional.of(four)),
                        "d2:ip6:ABCDFF1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa" + v + "1:y1:re"),
                new Row(new Packet.Refusal(AA, 201, "A Generic Error Ocurred"),
                        "d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isTheseBytesAndReadFromThem(Row row) throws PacketException {
        assertEquals(row.bytes, new String(PacketWriter.write(row.packet), StandardCharsets.ISO_8859_1));
        assertEquals(row.packet, PacketReader.read(ascii(row.bytes)));
    }

    /** As other programs send it: with keys of their own, badly sorted, and something behind. */
    @Test
    void readsWhatOthersMakeOfIt() throws PacketException {
        Packet read = PacketReader.read(ascii("d1:y1:q1:ad4:portle2:id20:abcdefghij0123456789e1:t2:aa1:q4:pinge\n"));
        assertEquals(query(new Question.Ping()), read);
    }

    @Test
    void leavesOutNodesAndPeersThatNobodyCanReach() throws PacketException {
        var reply = (Packet.Reply) PacketReader.read(ascii("d1:rd2:id20:mnopqrstuvwxyz1234565:nodes52:"
                + "abcdefghij0123456789ABCD\0\0abcdefghij0123456789\0\0\0\0FF6:valuesl6:ABCD\0\0" + "3:abci7e6:ABCDFFee"
                + "1:t2:aa1:y1:re"));
        assertEquals(List.of(), reply.fours());
        assertEquals(List.of(Endpoint.parse("65.66.67.68:17990")), reply.peers());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "d", "le", "i1e", "hello", "de", "d1:t2:aae", "d1:t2:aa1:y1:xe", "d1:t2:aa1:y1:re",
        "d1:rd2:id3:abce1:t2:aa1:y1:re", "d1:rd2:id20:mnopqrstuvwxyz1234565:nodes3:abce1:t2:aa1:y1:re",
        "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:y1:qe",
    })
    void refusesInSilenceWhatIsNoQuestion(String text) {
        PacketException fault = assertThrows(PacketException.class, () -> PacketReader.read(ascii(text)));
        assertEquals(Optional.empty(), fault.answer());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "203 d1:q4:ping1:t2:aa1:y1:qe",
        "203 d1:ad2:id3:abce1:q4:ping1:t2:aa1:y1:qe",
        "203 d1:ad2:id20:abcdefghij0123456789e1:q9:find_node1:t2:aa1:y1:qe",
        "203 d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234565:token1:xe"
                + "1:q13:announce_peer1:t2:aa1:y1:qe",
        "203 d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti65536e5:token1:xe"
                + "1:q13:announce_peer1:t2:aa1:y1:qe",
        "204 d1:ad2:id20:abcdefghij0123456789e1:q4:vote1:t2:aa1:y1:qe",
    })
    void refusesWithAWordWhatIsNoGoodQuestion(String row) {
        PacketException fault = assertThrows(PacketException.class, () -> PacketReader.read(ascii(row.substring(4))));
        Packet.Refusal answer = fault.answer().orElseThrow();
        assertEquals(row.substring(0, 3), String.valueOf(answer.code()));
        assertEquals(AA, answer.transaction());
    }

    @Test
    void takesNoMoreNodesAndPeersThanTheLimits() throws PacketException {
        String nodes = "abcdefghij0123456789ABCDFF".repeat(40);
        String peers = "6:ABCDFF".repeat(90);
        var reply = (Packet.Reply) PacketReader.read(ascii("d1:rd2:id20:mnopqrstuvwxyz1234565:nodes" + nodes.length()
                + ":" + nodes + "6:valuesl" + peers + "ee1:t2:aa1:y1:re"));
        assertEquals(DhtLimits.NODES_TAKEN, reply.fours().size());
        assertTrue(reply.peers().size() <= DhtLimits.PEERS_TAKEN);
    }

    @Test
    void remembersNodesInAFileAndForgetsADamagedOne() {
        var saved = new SavedNodes(Optional.of(ASKER), List.of(
                new Contact(OTHER, Endpoint.parse("65.66.67.68:17990")),
                new Contact(ASKER, Endpoint.parse("[2001:db8::1]:6881"))));
        assertEquals(saved, SavedNodes.read(saved.bytes()));
        byte[] damaged = saved.bytes();
        damaged[0] = 'x';
        assertEquals(SavedNodes.NOTHING, SavedNodes.read(damaged));
        assertEquals(SavedNodes.NOTHING, SavedNodes.read(new byte[0]));
    }
}
