package shoal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bytes.Bits;

/** What no peer may say, each with the reason that goes into the log. */
final class WrongMessagesTest {
    private static final String ROOT = "9abc74cf5974f1840a9037cda8cf350b07ab6219e1f2413bbcad3f80984be217";

    private static void refuses(String reason, byte[] bytes) {
        assertEquals(reason, assertThrows(PeerFault.class, () -> Bytes.read(bytes)).getMessage());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            ffffffff,   sent a message of 4294967295 bytes
            80000000,   sent a message of 2147483648 bytes
            00200001,   sent a message of 2097153 bytes
            00050001,   sent a message of 327681 bytes
            """)
    void refusesALengthThatIsTooGreatBeforeMoreComes(String prefix, String reason) {
        refuses(reason, Bytes.hex(prefix));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            00000001 0a, sent a message with the unknown id 10
            00000001 12, sent a message with the unknown id 18
            00000001 18, sent a message with the unknown id 24
            0000ffff ff, sent a message with the unknown id 255
            00000002 00, sent choke of 2 bytes
            00000002 01, sent unchoke of 2 bytes
            00000003 02, sent interested of 3 bytes
            00000005 03, sent not interested of 5 bytes
            00000004 04, sent have of 4 bytes
            00000006 04, sent have of 6 bytes
            00040002 05, sent bitfield of 262146 bytes
            0000000c 06, sent request of 12 bytes
            0000000e 06, sent request of 14 bytes
            00000009 07, sent piece of 9 bytes
            0000400a 07, sent piece of 16394 bytes
            0000000c 08, sent cancel of 12 bytes
            00000002 09, sent port of 2 bytes
            00000004 0d, sent suggest piece of 4 bytes
            00000002 0e, sent have all of 2 bytes
            00000002 0f, sent have none of 2 bytes
            0000000e 10, sent reject request of 14 bytes
            00000006 11, sent allowed fast of 6 bytes
            00000001 14, sent extended of 1 bytes
            00040001 14, sent extended of 262145 bytes
            00000030 15, sent hash request of 48 bytes
            00000032 15, sent hash request of 50 bytes
            00000030 16, sent hashes of 48 bytes
            00000051 17, sent hash reject of 81 bytes
            """)
    void refusesAWrongLengthOrIdAtItsFirstFiveBytes(String start, String reason) {
        refuses(reason, Bytes.hex(start));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            00000005 04 ffffffff,                            sent have: piece 4294967295
            00000005 04 00200000,                            sent have: piece 2097152
            00000005 0d 80000000,                            sent suggest piece: piece 2147483648
            00000005 11 80000000,                            sent allowed fast: piece 2147483648
            0000000d 06 00000000 00000000 00000000,          sent request: a block of 0 bytes
            0000000d 06 00000000 00000000 00004001,          sent request: a block of 16385 bytes
            0000000d 06 00000000 00000000 80000000,          sent request: a block of 2147483648 bytes
            0000000d 06 00000000 00000000 ffffffff,          sent request: a block of 4294967295 bytes
            0000000d 06 00000000 7fffffff 00004000,          sent request: a block at byte 2147483647 of a piece
            0000000d 06 00000000 ffffc000 00004000,          sent request: a block at byte 4294950912 of a piece
            0000000d 06 00000000 1fffc001 00004000,          sent request: a block at byte 536854529 of a piece
            0000000d 06 00200000 00000000 00004000,          sent request: piece 2097152
            0000000d 08 00000000 00000000 00004001,          sent cancel: a block of 16385 bytes
            0000000d 10 80000000 00000000 00004000,          sent reject request: piece 2147483648
            0000000a 07 80000000 00000000 61,                sent piece: piece 2147483648
            0000000a 07 00000000 80000000 61,                sent piece: a block at byte 2147483648 of a piece
            """)
    void refusesWhatLiesInNoShare(String message, String reason) {
        refuses(reason, Bytes.hex(message));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            00000000 00000000 00000000 00000000, number of hashes 0
            00000000 00000000 00002001 00000000, number of hashes 8193
            00000000 00000000 ffffffff 00000000, number of hashes 4294967295
            000000ff 00000000 00000002 00000000, layer 255
            80000000 00000000 00000002 00000000, layer 2147483648
            00000022 00000000 00000001 00000000, layer 34
            0000001f 00000000 00000010 00000000, hashes behind the end of layer 31
            00000004 7fffffff 00000001 00000000, hashes behind the end of layer 4
            00000000 80000000 00000002 00000000, first hash 2147483648
            00000000 00000000 00000002 80000000, number of proof layers 2147483648
            00000001 00000000 00000002 00000021, number of proof layers 33
            """)
    void refusesAHashRequestThatNoTreeCouldAnswer(String numbers, String reason) {
        refuses("sent hash request: " + reason, Bytes.hex("00000031 15" + ROOT + numbers));
        refuses("sent hash reject: " + reason, Bytes.hex("00000031 17" + ROOT + numbers));
        refuses("sent hashes: " + reason, Bytes.hex("00000031 16" + ROOT + numbers));
    }

    @Test
    void readsAHashRequestThatIsOnlyNotAlignedBecauseItIsToBeRejected() throws PeerFault {
        for (String numbers : List.of("00000000 00000000 00000003 00000000", "00000000 00000001 00000002 00000000")) {
            var request = (HashRequest) Bytes.read(Bytes.hex("00000031 15" + ROOT + numbers)).get(0);
            assertEquals(false, request.isAligned());
            refuses(
                    "sent hashes: " + request.length() + " hashes from " + request.index(),
                    Bytes.hex("00000031 16" + ROOT + numbers));
        }
    }

    @Test
    void refusesHashesOfAnotherNumberThanAsked() {
        String asked = "16" + ROOT + "00000001 00000002 00000002 00000001";
        refuses("sent hashes: 0 hashes instead of 3", Bytes.hex("00000031" + asked));
        refuses("sent hashes: 2 hashes instead of 3", Bytes.hex("00000071" + asked + ROOT.repeat(2)));
        refuses("sent hashes: 4 hashes instead of 3", Bytes.hex("000000b1" + asked + ROOT.repeat(4)));
        refuses("sent hashes: 95 bytes are no whole number of hashes", Bytes.hex("00000090" + asked + "00".repeat(95)));
    }

    @ParameterizedTest
    @MethodSource("extensionMessages")
    void refusesExtensionMessagesThatMakeNoSense(int id, String payload, String reason) {
        refuses(reason, Bytes.extended(id, payload));
    }

    static Stream<Arguments> extensionMessages() {
        return Stream.of(
                Arguments.of(0, "", "sent an extended handshake that is not bencoded: the end is missing (at byte 0)"),
                Arguments.of(0, "le", "sent an extended handshake that is not bencoded: a dictionary is expected"),
                Arguments.of(
                        0,
                        "d1:m" + "l".repeat(30),
                        "sent an extended handshake that is not bencoded: nested deeper than 20 (at byte 23)"),
                Arguments.of(
                        0,
                        "d1:ml" + "0:".repeat(30_000) + "ee",
                        "sent an extended handshake that is not bencoded: more than 20000 values (at byte 39999)"),
                Arguments.of(2, "d5:piecei0ee", "sent ut_metadata without msg_type"),
                Arguments.of(2, "d8:msg_typei0ee", "sent ut_metadata without piece"),
                Arguments.of(2, "d8:msg_typei0e5:piece1:0e", "sent ut_metadata without piece"),
                Arguments.of(2, "d8:msg_typei0e5:piecei-1ee", "sent extended: block 4294967295 of metadata"),
                Arguments.of(2, "d8:msg_typei0e5:piecei2048ee", "sent extended: block 2048 of metadata"),
                Arguments.of(2, "d8:msg_typei0e5:piecei4294967296ee", "sent ut_metadata with piece 4294967296"),
                Arguments.of(2, "d8:msg_typei1e5:piecei0eeabc", "sent ut_metadata without total_size"),
                Arguments.of(
                        2,
                        "d8:msg_typei1e5:piecei0e10:total_sizei3eeab",
                        "sent extended: 2 bytes as block 0 of 3 bytes of metadata"),
                Arguments.of(
                        2,
                        "d8:msg_typei1e5:piecei1e10:total_sizei3ee",
                        "sent extended: 0 bytes as block 1 of 3 bytes of metadata"),
                Arguments.of(
                        2,
                        "d8:msg_typei1e5:piecei0e10:total_sizei99999999eea",
                        "sent extended: metadata of 99999999 bytes"),
                Arguments.of(
                        2, "d8:msg_typei1e5:piecei0e10:total_sizei-1eea", "sent extended: metadata of -1 bytes"),
                Arguments.of(
                        1, "x", "sent ut_pex that is not bencoded: a value cannot start with byte 120 (at byte 0)"),
                Arguments.of(1, "d5:added5:abcdee", "sent ut_pex with 5 bytes of added"),
                Arguments.of(1, "d8:dropped66:abcdefe", "sent ut_pex with 6 bytes of dropped6"),
                Arguments.of(3, "", "sent upload_only of 0 bytes"),
                Arguments.of(3, "\1\1", "sent upload_only of 2 bytes"),
                Arguments.of(7, "\0\0\1", "sent lt_donthave of 3 bytes"),
                Arguments.of(7, "\177\0\0\1", "sent extended: piece 2130706433"));
    }

    @Test
    void ignoresExtensionsAndKindsThatItDoesNotKnow() throws PeerFault {
        assertEquals(List.of(), Bytes.read(Bytes.extended(99, "whatever")));
        assertEquals(List.of(), Bytes.read(Bytes.extended(2, "d8:msg_typei7e5:piecei0ee")));
    }

    /** Row A15: a size that no info dictionary has is as none. */
    @Test
    void takesNothingFromAnExtendedHandshakeThatCannotBeMeant() throws PeerFault {
        var nothing = new ExtendedHandshake(
                Map.of(),
                OptionalInt.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty());
        for (String dict : List.of(
                "d1:mi7ee",
                "d1:md6:ut_pexi-1e11:ut_metadatai256eee",
                "d13:metadata_sizei-1e1:pi0e4:reqqi-1ee",
                "d13:metadata_sizei33554433e1:pi65536e4:reqqi0ee",
                "d13:metadata_sizei0ee",
                "d13:metadata_sizei2147483647ee",
                "d1:p4:6881e",
                "d6:yourip5:abcdee")) {
            assertEquals(List.of(nothing), Bytes.read(Bytes.extended(0, dict)), dict);
        }
    }

    @Test
    void clampsAnExtendedHandshake() throws PeerFault {
        var handshake = (ExtendedHandshake)
                Bytes.read(Bytes.extended(0, "d4:reqqi2147483648e1:v200:" + "\33[2Jx".repeat(40) + "e")).get(0);
        assertEquals(OptionalInt.of(65536), handshake.requestQueue());
        assertEquals(Optional.of(".[2Jx".repeat(13).substring(0, 64)), handshake.client());
    }

    @Test
    void readsAHandshakeWithUnsortedKeysAndBytesBehindIt() throws PeerFault {
        var handshake = (ExtendedHandshake)
                Bytes.read(Bytes.extended(0, "d1:pi6881e1:md6:ut_pexi9eee??")).get(0);
        assertEquals(OptionalInt.of(6881), handshake.port());
        assertEquals(Map.of(Extension.PEER_EXCHANGE, 9), handshake.ids());
    }

    @Test
    void takesFromAPeerExchangeOnlyPeersThatCanBeReachedAndNotTooMany() throws PeerFault {
        var some = (PeerExchange) Bytes.read(Bytes.extended(
                        1,
                        "d5:added24:" + "\0\0\0\0\1\1" + "\340\0\0\1\1\1" + "\12\0\0\1\0\0" + "\12\0\0\2\1\1"
                                + "7:added.f4:\1\1\1\2e"))
                .get(0);
        assertEquals("[Peer[endpoint=10.0.0.2:257, flags=2]]", some.added().toString());
        var many = (PeerExchange) Bytes.read(Bytes.extended(
                        1,
                        "d5:added60000:" + "\12\0\0\2\1\1".repeat(10_000) + "7:dropped60000:"
                                + "\12\0\0\2\1\1".repeat(10_000) + "e"))
                .get(0);
        assertEquals(50, many.added().size());
        assertEquals(50, many.dropped().size());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            80,         9, a bitfield of 9 pieces has 2 bytes; not 1
            8080ff,     9, a bitfield of 9 pieces has 2 bytes; not 3
            80c0,       9, a bitfield of 9 pieces has a bit behind its end
            00000001,  31, a bitfield of 31 pieces has a bit behind its end
            '',         1, a bitfield of 1 pieces has 1 bytes; not 0
            00,         0, a bitfield of 0 pieces has 0 bytes; not 1
            """)
    void refusesABitfieldThatIsNotThatOfTheShare(String hex, int pieces, String reason) throws PeerFault {
        byte[] payload = Bytes.hex(hex);
        byte[] message = ByteBuffer.allocate(5 + payload.length)
                .putInt(1 + payload.length)
                .put((byte) 5)
                .put(payload)
                .array();
        var bitfield = (Message.Bitfield) Bytes.read(message).get(0);
        var fault = assertThrows(PeerFault.class, () -> bitfield.bits(pieces));
        assertEquals("sent bitfield: " + reason.replace(';', ','), fault.getMessage());
    }

    @Test
    void readsTheBitfieldOfTheShare() throws PeerFault {
        var pieces = new Bits(9);
        pieces.set(8);
        assertEquals(pieces, Message.Bitfield.of(pieces).bits(9));
    }

    @ParameterizedTest
    @CsvSource({"0d00000007, suggest piece", "0e, have all", "0f, have none", "1100000007, allowed fast"})
    void refusesTheFastExtensionWhereItWasNotAgreedOn(String hex, String title) {
        byte[] message = Bytes.hex("000000%02x".formatted(hex.length() / 2) + hex);
        var fault = assertThrows(PeerFault.class, () -> Bytes.read(message, Features.OURS.withoutFast()));
        assertEquals("sent " + title + " without having agreed on the fast extension", fault.getMessage());
    }

    @Test
    void refusesExtensionsWhereTheyWereNotAgreedOn() {
        byte[] message = Bytes.of(ExtendedHandshake.wanting());
        var fault = assertThrows(PeerFault.class, () -> Bytes.read(message, Features.OURS.withoutExtensions()));
        assertEquals("sent extended without having agreed on the extension protocol", fault.getMessage());
    }

    @Test
    void tellsWhatCameBeforeAFault() {
        var collected = new Collected();
        var in = ByteBuffer.wrap(Bytes.hex("00000001 00 00000000 00000001 63"));
        assertThrows(PeerFault.class, () -> Bytes.decode(new MessageStream(Bytes.ALL), in, collected));
        assertEquals(List.of(new Message.Choke(), new Message.KeepAlive()), collected.all);
    }
}
