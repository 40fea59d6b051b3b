package shoal.catalogue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.Hash;
import shoal.bytes.PublisherKey;
import shoal.bytes.Signature;

final class NameRecordTest {
    /** The key of the test vectors in BEP 44. */
    private static final PublisherKey BEP_44 =
            PublisherKey.ofHex("77ff84905a91936367c01360803104f92432fcd904a43511876df5cdf3e7e548");

    static final SigningKey ALICE = SigningKey.of("alice".repeat(7).substring(3).getBytes(US_ASCII));
    static final Hash SHARE = Hash.ofHex("caf1e1c30e81cb361b9ee167c4aa64228a7fa4fa9f6105232b28ad099f3a302e");
    static final NameRecord RECORD = ALICE.sign(new CatalogueName("größe.mkv"), 7, SHARE);

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            ``,     3:seqi1e1:v12:Hello World!, 305ac8aeb6c9c151fa120f120ea2cfb923564e11552d06a5d856091e5e853cff\
            1260d3f39e4999684aa92eb73ffd136e6f4f3ecbfda0ce53a1608ecd7ae21f01
            foobar, 4:salt6:foobar3:seqi1e1:v12:Hello World!, 6834284b6b24c3204eb2fea824d82f88883a3d95e8b4a21b8c0ded55\
            3d17d17ddf9a8a7104b1258f30bed3787e6cb896fca78c58f8e03b5f18f14951a87d9a08
            """)
    void signsTheBytesThatBep44SignsAndKnowsItsSignatures(String salt, String buffer, String signature) {
        byte[] signed = NameRecord.signed(salt.getBytes(US_ASCII), 1, "12:Hello World!".getBytes(US_ASCII));
        assertEquals(buffer, new String(signed, US_ASCII));
        assertTrue(Ed25519.verifies(BEP_44, signed, Signature.ofHex(signature)));
        signed[signed.length - 1]++;
        assertFalse(Ed25519.verifies(BEP_44, signed, Signature.ofHex(signature)));
    }

    /** RFC 8032, 7.1, tests 1 and 3. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60, ``, \
            d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, \
            e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155\
            5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b
            c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7, af82, \
            fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025, \
            6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
            18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a
            """)
    void signsAsTheStandardDoes(String secret, String message, String key, String signature) {
        SigningKey signer = SigningKey.of(HexFormat.of().parseHex(secret));
        assertEquals(key, signer.key().hex());
        assertEquals(signature, signer.sign(HexFormat.of().parseHex(message)).toString());
        assertFalse(signer.toString().contains(secret));
    }

    @Test
    void isAMutableItemWhoseValueIsTheHashInBothForms() throws CatalogueFormatException {
        String item = new String(RECORD.encoded(), ISO_8859_1);
        String hash = new String(SHARE.bytes(), ISO_8859_1);
        assertEquals("d1:k32:" + new String(ALICE.key().bytes(), ISO_8859_1)
                + "4:salt11:" + new String("größe.mkv".getBytes(UTF_8), ISO_8859_1) + "3:seqi7e3:sig64:"
                + new String(RECORD.signature().bytes(), ISO_8859_1)
                + "1:vd2:ih20:" + hash.substring(0, 20) + "3:ih232:" + hash + "ee", item);
        assertEquals(RECORD, NameRecord.read(RECORD.encoded()));
        assertArrayEquals(RECORD.encoded(), NameRecord.read(RECORD.encoded()).encoded());
        assertTrue(RECORD.isGenuine());
    }

    @Test
    void theLongestRecordIsWithinTheLimitOfTheBep() throws CatalogueFormatException {
        NameRecord longest = ALICE.sign(new CatalogueName("ü".repeat(32)), Long.MAX_VALUE, SHARE);
        assertTrue(longest.encoded().length <= NameRecord.MOST_BYTES);
        assertTrue(NameRecord.read(longest.encoded()).isGenuine());
    }

    @Test
    void aChangeOfAnythingSignedIsAForgery() {
        var name = RECORD.name();
        var key = RECORD.key();
        var signature = RECORD.signature();
        PublisherKey bob = SigningKey.of(new byte[32]).key();
        assertFalse(new NameRecord(bob, name, 7, SHARE, signature).isGenuine());
        assertFalse(new NameRecord(key, new CatalogueName("große.mkv"), 7, SHARE, signature).isGenuine());
        assertFalse(new NameRecord(key, name, 8, SHARE, signature).isGenuine());
        assertFalse(new NameRecord(key, name, 7, new Hash(1, 2, 3, 4), signature).isGenuine());
        byte[] bytes = signature.bytes();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 4;
            assertFalse(new NameRecord(key, name, 7, SHARE, Signature.of(bytes)).isGenuine(), "byte " + i);
            bytes[i] ^= 4;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "0200000000000000000000000000000000000000000000000000000000000000", // no point of the curve
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    })
    void aKeyThatIsNoneSignsNothing(String key) {
        var record = new NameRecord(PublisherKey.ofHex(key), RECORD.name(), 7, SHARE, RECORD.signature());
        assertFalse(record.isGenuine());
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            3:seqi7e,      3:seqi-1e,        the number of a record is negative
            3:seqi7e,      3:seqi07e,        an integer starts with 0
            3:seqi7e,      3:seq1:7,         has no number
            3:seqi7e,      ``,               has other keys
            4:salt11:,     4:salt5:,         a key is not a string
            gr,            g/,               the name has a slash
            größe.mkv,     `  \u0001      `, a name
            3:sig64:,      4:sign64:,        has no string sig
            1:vd,          1:v0:1:wd,        has no value
            1:vd,          1:vd1:ai0e,       has other keys
            1:vd,          1:vdd,            a key is not a string
            2:ih20:,       2:ih19:,          a key is not a string
            ee,            e,                the end is missing
            ee,            eee,              1 bytes left over
            ee,            e1:wi0ee,         has other keys
            d1:k32:,       d1:ai0e1:k32:,    has other keys
            """)
    void refusesWhatIsNoRecord(String part, String instead, String reason) {
        // the record's own bytes as text, in which the hashes and the signature are dice of other characters
        String text = new String(RECORD.encoded(), ISO_8859_1);
        int at = part.equals("ee") ? text.length() - 2 : text.indexOf(latin(part));
        String bad = text.substring(0, at) + latin(instead) + text.substring(at + latin(part).length());
        refused(bad.getBytes(ISO_8859_1), reason);
    }

    private static String latin(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    private static void refused(byte[] bytes, String reason) {
        var fault = assertThrows(CatalogueFormatException.class, () -> NameRecord.read(bytes));
        assertTrue(fault.toString().contains(reason), fault.toString());
    }

    @Test
    void refusesTwoHashesOfWhichOneIsNotTheOthersBeginning() {
        byte[] bytes = RECORD.encoded();
        bytes[bytes.length - 3]++; // behind the first 20 bytes of ih2, where the two need not agree
        assertEquals(false, genuine(bytes));
        bytes[bytes.length - 2 - 32]++;
        refused(bytes, "has two hashes");
    }

    private static boolean genuine(byte[] bytes) {
        try {
            return NameRecord.read(bytes).isGenuine();
        } catch (CatalogueFormatException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void refusesMoreThanAThousandBytesBeforeReadingThem() {
        UnaryOperator<String> item = name -> "d1:k32:" + "k".repeat(32) + "4:salt" + name.length() + ":" + name + "e";
        refused(item.apply("x".repeat(950)).getBytes(US_ASCII), "are more than the limit of 999");
        refused(item.apply("x".repeat(900)).getBytes(US_ASCII), "has no value");
        refused("l".repeat(999).getBytes(US_ASCII), "nested deeper than 2");
    }

    @Test
    void aNameThatIsTooLongForASaltOrSpeltInTwoWaysIsNotSigned() {
        assertEquals(Optional.empty(), NameRecord.complaint(new CatalogueName("x".repeat(64))));
        assertEquals(Optional.of("a name of more than 64 bytes cannot be signed"),
                NameRecord.complaint(new CatalogueName("x".repeat(65))));
        assertEquals(Optional.of("a name of more than 64 bytes cannot be signed"),
                NameRecord.complaint(new CatalogueName("ü".repeat(33))));
        assertEquals(Optional.of("a name that is not in NFC cannot be signed"),
                NameRecord.complaint(new CatalogueName("gro\u0308ße")));
        assertThrows(IllegalArgumentException.class,
                () -> ALICE.sign(new CatalogueName("x".repeat(65)), 1, SHARE));
        assertThrows(IllegalArgumentException.class, () -> ALICE.sign(RECORD.name(), -1, SHARE));
    }

    @Test
    void aKeyIsKnownByItsFirstDigits() {
        assertTrue(BEP_44.beginsWith("77FF84905a919363"));
        assertFalse(BEP_44.beginsWith("77ff84905a919364"));
        assertEquals("77ff84905a919363", BEP_44.shortHex());
        assertThrows(IllegalArgumentException.class, () -> PublisherKey.ofHex("77ff"));
        assertThrows(IllegalArgumentException.class, () -> SigningKey.of(new byte[31]));
    }
}
