package shoal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bencode.BString;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.merkle.HashProof;

/** The bytes of every message, written down by hand from the BEPs or as libtorrent 2.0.8 sends them. */
final class GoldenMessagesTest {
    private static final Hash GAMMA = Hash.ofHex("9abc74cf5974f1840a9037cda8cf350b07ab6219e1f2413bbcad3f80984be217");
    private static final Hash L1_2 = Hash.ofHex("74a707b1d7f0d8a643f467724c2a7b130ebfac32714f4143ea73c4968a08352a");
    private static final Hash L1_3 = Hash.ofHex("f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b");
    private static final Hash L2_0 = Hash.ofHex("427feded763d5415a81d3fa8f8dd70e74b257f3a352c7cff7996746ccac7545c");
    private static final HashRequest ASKED = new HashRequest(GAMMA, 1, 2, 2, 1);
    private static final String ASKED_HEX = GAMMA.hex() + "00000001 00000002 00000002 00000001";

    private static Arguments row(Message message, String hex) {
        return Arguments.of(message, hex.replace(" ", ""));
    }

    private static String ascii(String text) {
        return Bytes.hex(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Stream<Arguments> messages() {
        var nine = new Bits(9);
        nine.set(0);
        nine.set(8);
        return Stream.of(
                row(new Message.KeepAlive(), "00000000"),
                row(new Message.Choke(), "00000001 00"),
                row(new Message.Unchoke(), "00000001 01"),
                row(new Message.Interested(), "00000001 02"),
                row(new Message.NotInterested(), "00000001 03"),
                row(new Message.Have(0x01e240), "00000005 04 0001e240"),
                row(Message.Bitfield.of(nine), "00000003 05 8080"),
                row(Message.Bitfield.of(new Bits(0)), "00000001 05"),
                row(new Message.Request(1, 0x8000, 0x4000), "0000000d 06 00000001 00008000 00004000"),
                // libtorrent up to 2.0.12 asks a file of one byte for a whole block
                row(new Message.Request(0, 0, 16384), "0000000d 06 00000000 00000000 00004000"),
                row(new Message.Request(16, 0, 1), "0000000d 06 00000010 00000000 00000001"),
                row(new Message.Request(0x1fffff, 0x1fffc000, 0x4000), "0000000d 06 001fffff 1fffc000 00004000"),
                row(new Message.Cancel(1, 0x8000, 0x4000), "0000000d 08 00000001 00008000 00004000"),
                row(new Message.Port(6881), "00000003 09 1ae1"),
                row(new Message.Port(65535), "00000003 09 ffff"),
                row(new Message.SuggestPiece(7), "00000005 0d 00000007"),
                row(new Message.HaveAll(), "00000001 0e"),
                row(new Message.HaveNone(), "00000001 0f"),
                row(new Message.RejectRequest(1, 0x8000, 0x4000), "0000000d 10 00000001 00008000 00004000"),
                row(new Message.AllowedFast(1059), "00000005 11 00000423"),
                row(ASKED, "00000031 15" + ASKED_HEX),
                row(
                        new HashRequest(GAMMA, 0, 512, 1, 3),
                        "00000031 15" + GAMMA.hex() + "00000000 00000200 00000001 00000003"),
                row(
                        new Hashes(ASKED, HashList.of(L1_2, L1_3, L2_0)),
                        "00000091 16" + ASKED_HEX + L1_2.hex() + L1_3.hex() + L2_0.hex()),
                row(new HashReject(ASKED), "00000031 17" + ASKED_HEX),
                row(new ExtensionMessage.MetadataRequest(0), "0000001b 14 02" + ascii("d8:msg_typei0e5:piecei0ee")),
                row(
                        new ExtensionMessage.MetadataData(1, 16387, BString.of("abc")),
                        "00000032 14 02" + ascii("d8:msg_typei1e5:piecei1e10:total_sizei16387eeabc")),
                row(new ExtensionMessage.MetadataReject(12), "0000001c 14 02" + ascii("d8:msg_typei2e5:piecei12ee")),
                row(new ExtensionMessage.UploadOnly(true), "00000003 14 03 01"),
                row(new ExtensionMessage.UploadOnly(false), "00000003 14 03 00"),
                row(new ExtensionMessage.DontHave(5), "00000006 14 07 00000005"),
                row(
                        new PeerExchange(
                                List.of(
                                        new PeerExchange.Peer(Endpoint.parse("192.0.2.1:6881"), 2),
                                        new PeerExchange.Peer(Endpoint.parse("192.0.2.2:65535"), 0),
                                        new PeerExchange.Peer(Endpoint.parse("[2001:db8::1]:6882"), 16)),
                                List.of(Endpoint.parse("192.0.2.3:1"), Endpoint.parse("[2001:db8::2]:2"))),
                        "00000081 14 01"
                                + ascii("d5:added12:") + "c00002011ae1 c0000202ffff" + ascii("7:added.f2:") + "0200"
                                + ascii("6:added618:") + "20010db8000000000000000000000001 1ae2"
                                + ascii("8:added6.f1:") + "10"
                                + ascii("7:dropped6:") + "c00002030001"
                                + ascii("8:dropped618:") + "20010db8000000000000000000000002 0002" + ascii("e")),
                row(new PeerExchange(List.of(), List.of()), "00000004 14 01" + ascii("de")),
                row(ExtendedHandshake.wanting(), "00000009 14 00" + ascii("d1:mdee")),
                row(
                        ExtendedHandshake.wanting(Extension.values())
                                .withPort(6881)
                                .withClient("Shoal/0.1")
                                .withRequestQueue(500)
                                .withMetadataSize(151)
                                .withYourAddress(address("192.0.2.7"))
                                .withUploadOnly(true),
                        "0000009d 14 00"
                                + ascii("d1:md11:lt_donthavei7e11:upload_onlyi3e11:ut_metadatai2e6:ut_pexi1ee"
                                        + "13:metadata_sizei151e1:pi6881e4:reqqi500e11:upload_onlyi1e1:v9:Shoal/0.1"
                                        + "6:yourip4:") + "c0000207" + ascii("e")));
    }

    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyMessageHasTheseBytes(Message message, String hex) {
        assertEquals(hex, Bytes.hex(Bytes.of(message)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void theseBytesAreReadAsTheMessage(Message message, String hex) throws PeerFault {
        assertEquals(List.of(message), Bytes.read(Bytes.hex(hex)));
    }

    @Test
    void everyKindOfMessageHasARow() {
        List<String> rows = messages()
                .map(row -> row.get()[1].toString())
                .filter(hex -> hex.length() > 8)
                .map(hex -> hex.substring(8, 10))
                .distinct()
                .sorted()
                .toList();
        List<String> kinds = Stream.of(MessageKind.values())
                .filter(kind -> kind != MessageKind.PIECE)
                .map(kind -> "%02x".formatted(kind.id))
                .toList();
        assertEquals(kinds, rows);
    }

    @Test
    void aBlockHasTheseBytes() throws PeerFault {
        byte[] bytes = Bytes.hex("0000000c 07 00000002 00004000 61 62 63");
        assertEquals(Bytes.hex(bytes), Bytes.hex(Bytes.ofBlock(2, 16384, new byte[] {'a', 'b', 'c'})));
        assertEquals(List.of(new Collected.Block(2, 16384, BString.of("abc"))), Bytes.read(bytes));
    }

    @Test
    void aHandshakeHasTheseBytes() throws PeerFault {
        var infoHash = InfoHash.ofHex("acc406048368ead53388333be1e8572db94e8fae");
        var peerId = PeerId.of("-SJ0100-abcdefghijkl".getBytes(StandardCharsets.US_ASCII));
        String hex = "13" + ascii("BitTorrent protocol") + "0000000000100014" + infoHash.hex() + peerId.hex();
        var handshake = new Handshake(Features.OURS, infoHash, peerId);
        var out = ByteBuffer.allocate(Handshake.BYTES);
        handshake.write(out);
        assertEquals(hex, Bytes.hex(out.array()));
        out.flip();
        assertEquals(handshake, Handshake.readRest(Handshake.readHead(out), out));
    }

    @Test
    void readsTheReservedBitsOfLibtorrent() {
        var v2only = new Features(0x100005);
        assertEquals("true true true false", features(v2only));
        assertEquals("true true true true", features(new Features(0x100015)));
        assertEquals("false false false false", features(Features.NONE));
        assertEquals("true true false true", features(Features.OURS));
        assertEquals("true true false false", features(v2only.common(Features.OURS)));
    }

    private static String features(Features features) {
        return features.extensions() + " " + features.fast() + " " + features.dht() + " " + features.v2();
    }

    @Test
    void readsTheExtendedHandshakeOfLibtorrent() throws PeerFault {
        byte[] bytes = Bytes.extended(
                0,
                "d12:complete_agoi-1e1:md11:lt_donthavei7e10:share_modei8e11:upload_onlyi3e12:ut_holepunchi4e"
                        + "11:ut_metadatai2e6:ut_pexi1ee13:metadata_sizei151e1:pi21012e4:reqqi2000e1:v18:"
                        + "lt-interop/2.0.8.06:yourip4:\177\0\0\1e");
        var ids = new EnumMap<Extension, Integer>(Extension.class);
        ids.put(Extension.DONT_HAVE, 7);
        ids.put(Extension.UPLOAD_ONLY, 3);
        ids.put(Extension.METADATA, 2);
        ids.put(Extension.PEER_EXCHANGE, 1);
        var handshake = new ExtendedHandshake(
                ids,
                OptionalInt.of(21012),
                Optional.of("lt-interop/2.0.8.0"),
                OptionalInt.of(2000),
                OptionalInt.of(151),
                Optional.of(address("127.0.0.1")),
                Optional.empty());
        assertEquals(List.of(handshake), Bytes.read(bytes));
    }

    @Test
    void readsTheMetadataMessagesOfLibtorrentWhichAllNameTheTotalSize() throws PeerFault {
        assertEquals(
                List.of(new ExtensionMessage.MetadataRequest(3)),
                Bytes.read(Bytes.extended(2, "d8:msg_typei0e5:piecei3e10:total_sizei0ee")));
        assertEquals(
                List.of(new ExtensionMessage.MetadataReject(3)),
                Bytes.read(Bytes.extended(2, "d8:msg_typei2e5:piecei3e10:total_sizei0ee")));
        assertEquals(
                List.of(new ExtensionMessage.MetadataData(0, 2, BString.of("de"))),
                Bytes.read(Bytes.extended(2, "d8:msg_typei1e5:piecei0e10:total_sizei2eede")));
    }

    @Test
    void anAnswerIsTheProofThatWasAskedFor() {
        var proof = new HashProof(1, 2, HashList.of(L1_2, L1_3), HashList.of(L2_0));
        var answer = new Hashes(ASKED, HashList.of(L1_2, L1_3, L2_0));
        assertEquals(answer, Hashes.of(ASKED, proof));
        assertEquals(proof, answer.proof());
        assertEquals(GAMMA, answer.proof().fold());
    }
}
