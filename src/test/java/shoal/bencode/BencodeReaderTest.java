package shoal.bencode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BencodeReaderTest {
    private static final BencodeLimits SMALL = new BencodeLimits(100, 1000, 1 << 20);

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static Bencoded read(String text) throws BencodeException {
        return BencodeReader.read(bytes(text), SMALL);
    }

    private static String message(BencodeException e) {
        return String.valueOf(e.getMessage());
    }

    private static String refused(String text) {
        return message(assertThrows(BencodeException.class, () -> read(text), text));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "i0e", "i-1e", "i9223372036854775807e", "i-9223372036854775808e", "0:", "4:spam", "le", "de", "lli1eee",
        "d0:le1:a0:2:aai1ee", "d1:ad1:bd1:cleee1:b1:ce", "l0:0:0:e",
    })
    void writesAgainWhatItRead(String text) throws Exception {
        assertArrayEquals(bytes(text), read(text).encoded());
    }

    // faults.md A3
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "99999999999: | the length of a string has too many digits (at byte 10)",
        "9999999999: | a string of 9999999999 bytes goes beyond the end (at byte 11)",
        "2147483648:a | a string of 2147483648 bytes goes beyond the end (at byte 11)",
        "-1:a | a value cannot start with byte 45 (at byte 0)",
        "01:a | the length of a string starts with 0 (at byte 2)",
        "00: | the length of a string starts with 0 (at byte 2)",
        "5:ab | a string of 5 bytes goes beyond the end (at byte 2)",
        "1 :a | the length of a string has byte 32 (at byte 1)",
        "12 | the end is missing (at byte 2)",
        ":a | a value cannot start with byte 58 (at byte 0)",
    })
    void refusesALyingLengthBeforeAnythingIsAllocated(String text, String message) {
        assertEquals(message, refused(text));
    }

    // faults.md A4
    @ParameterizedTest
    @ValueSource(strings = {
        "i-0e", "i03e", "i-03e", "i00e", "ie", "i-e", "i--1e", "i+1e", "i 1e", "i1 e", "i1.0e", "i0x1e", "i1", "i",
        "i-", "i\u0661e", "i9223372036854775808e", "i-9223372036854775809e", "i18446744073709551617e",
        "i99999999999999999999e",
    })
    void refusesIntegersThatAreNoneOrDoNotFit(String text) {
        assertTrue(refused(text).startsWith("an integer") || refused(text).startsWith("the end"), refused(text));
    }

    // faults.md A5
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "d1:bi1e1:ai2ee | keys do not ascend: \"a\" (at byte 10)",
        "d1:ai1e1:ai2ee | keys do not ascend: \"a\" (at byte 10)",
        "d2:aai1e1:bi1e2:abi1ee | keys do not ascend: \"ab\" (at byte 18)",
        "d1:\u0080i1e1:zi1ee | keys do not ascend: \"z\" (at byte 10)",
        "d1:ai1eei0e | 3 bytes left over (at byte 8)",
        "i1ex | 1 bytes left over (at byte 3)",
        "di1ei2ee | a key is not a string (at byte 1)",
        "d1:ae | a value cannot start with byte 101 (at byte 4)",
        "d1:a | the end is missing (at byte 4)",
        "dle0:e | a key is not a string (at byte 1)",
    })
    void refusesDictionariesThatAreNotCanonical(String text, String message) {
        assertEquals(message, refused(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "l", "d", "e", "x", "<html>", "li1e", "\u0000"})
    void refusesGarbage(String text) {
        assertFalse(refused(text).isEmpty());
    }

    @Test
    void tellsWhichKeyWithoutLettingItWriteOnTheTerminal() {
        String message = refused("d4:zzzzi1e30:\u001b]0;x\u0007" + "a".repeat(24) + "i1ee");
        assertEquals("keys do not ascend: \"?]0;x?aaaaaaaaaaaaaa...\" (at byte 43)", message);
    }

    // faults.md A1
    @ParameterizedTest
    @ValueSource(strings = {"l", "d0:", "d1:al"})
    void refusesABombOfDepthWithoutFallingDownTheStack(String opener) {
        String message = refused(opener.repeat(20_000));
        assertTrue(message.startsWith("nested deeper than 100 (at byte"), message);
    }

    @Test
    void goesExactlyAsDeepAsAllowed() throws Exception {
        read("l".repeat(100) + "e".repeat(100));
        assertTrue(refused("l".repeat(101) + "e".repeat(101)).startsWith("nested deeper than 100"));
    }

    // faults.md A2
    @ParameterizedTest
    @ValueSource(strings = {"i0e", "0:", "de", "le", "d0:dee"})
    void stopsABombOfTokensAtTheLimit(String token) {
        String bomb = "l" + token.repeat(4_000_000) + "e";
        var e = assertThrows(BencodeException.class, () -> BencodeReader.read(bytes(bomb), BencodeLimits.MANIFEST));
        assertTrue(message(e).startsWith("more than 3000000 values (at byte"), message(e));
    }

    @Test
    void countsKeysAsTokens() throws Exception {
        var limits = new BencodeLimits(3, 3, 100);
        BencodeReader.read(bytes("d1:ai1ee"), limits);
        var e = assertThrows(BencodeException.class, () -> BencodeReader.read(bytes("d1:ai1e1:bi1ee"), limits));
        assertEquals("more than 3 values (at byte 7)", e.getMessage());
    }

    @Test
    void refusesInputBeyondTheLimitUnread() {
        var e = assertThrows(BencodeException.class,
                () -> BencodeReader.read(bytes("xxxxxx"), new BencodeLimits(1, 1, 5)));
        assertEquals("6 bytes are more than the limit of 5 (at byte 0)", e.getMessage());
    }

    @Test
    void wantsADictionaryWhereOneIsExpected() {
        var e = assertThrows(BencodeException.class, () -> BencodeReader.readDict(bytes("le"), SMALL));
        assertEquals("a dictionary is expected", e.getMessage());
    }

    @Test
    void keepsTheBytesOfADictionaryThatWasSortedWrongly() throws Exception {
        byte[] in = bytes("xxd1:bi1e1:ai2e1:bi3eetail");
        BencodeReader.Read read = BencodeReader.readDictLeniently(in, 2, in.length, SMALL);
        BDict dict = (BDict) read.value();
        assertEquals(in.length - 4, read.end());
        assertEquals(List.of(BString.of("a"), BString.of("b")), dict.keys());
        assertEquals(Optional.of(1L), dict.integer("b"), "the first of two counts");
        assertEquals("d1:bi1e1:ai2e1:bi3ee", new String(dict.encoded(), ISO_8859_1));
    }

    @Test
    void staysWithinThePartItMayRead() {
        byte[] in = bytes("d1:ai1eed1:bi2ee");
        assertThrows(BencodeException.class, () -> BencodeReader.readDictLeniently(in, 0, 7, SMALL));
        byte[] text = bytes("d1:a9:123456789e");
        assertThrows(BencodeException.class, () -> BencodeReader.readDictLeniently(text, 0, 10, SMALL));
    }

    @Test
    void readsBackEverythingThatCanBeBuilt() throws Exception {
        long seed = 20261122;
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 500; i++) {
            Bencoded value = invent(random, 4);
            byte[] encoded = value.encoded();
            Bencoded read = BencodeReader.read(encoded, BencodeLimits.MANIFEST);
            assertEquals(value, read, "seed " + seed + " round " + i);
            assertEquals(value.hashCode(), read.hashCode(), "seed " + seed + " round " + i);
            assertArrayEquals(encoded, read.encoded());
        }
    }

    @Test
    void neverThrowsAnythingElseForBrokenInput() {
        long seed = 4;
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] encoded = invent(random, 3).encoded();
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                encoded[random.nextInt(encoded.length)] = (byte) "0123456789:eild-x".charAt(random.nextInt(17));
            }
            try {
                assertArrayEquals(encoded, BencodeReader.read(encoded, SMALL).encoded(), "seed " + seed);
            } catch (BencodeException e) {
                assertFalse(message(e).isEmpty());
            }
        }
    }

    private static Bencoded invent(SplittableRandom random, int depth) {
        int kind = random.nextInt(depth == 0 ? 2 : 4);
        if (kind == 0) return new BInt(random.nextLong() >> random.nextInt(64));
        if (kind == 1) return string(random);
        int size = random.nextInt(5);
        if (kind == 2) {
            var values = new ArrayList<Bencoded>();
            for (int i = 0; i < size; i++) values.add(invent(random, depth - 1));
            return new BList(values);
        }
        BDict.Builder dict = BDict.builder();
        for (int i = 0; i < size; i++) dict.put(string(random), invent(random, depth - 1));
        return dict.build();
    }

    private static BString string(SplittableRandom random) {
        var bytes = new byte[random.nextInt(6)];
        random.nextBytes(bytes);
        return BString.wrap(bytes);
    }
}
