package shoal.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.InfoHash;

/** Both ends of an encrypted handshake without a socket. What is fixed was calculated by another program. */
final class CipherHandshakeTest {
    private static final int BOTH = CipherHandshake.PLAIN | CipherHandshake.RC4;
    private static final InfoHash OTHER = InfoHash.ofHex("11".repeat(20));
    private static final List<InfoHash> KNOWN = List.of(OTHER, Bytes.SWARM);

    private static final String FIRST =
            "e936f34224b7ec29a5a97221f10e8b811e37ba9a7bcb0b808323933052defe431512848565898126"
            + "c41d10c7dd4b563cb5b6e48eabdfe68b32a0911a82a54cc681a9ba8f61e26653ed1e244b06219cde"
            + "fb628c0b5bfa4fd75df781d6ef2a81f31516171819";
    private static final String SECOND =
            "cb8f56fd727f5ee475cd559692434e1ac74206150c7d2a70084c1c9bff69bd1056898acdfcbfb064"
            + "89d84b8b93b068c69a9e5d88e2fa27d7d4d73c3f96e343a93a76eef79ad29231f0b2e4252af429fd"
            + "441039dd0c435c2acfdab7bf834cf3fe797a7b7c7d7e7f";
    private static final String THIRD =
            "8f2f3a345de4f8434a1dc400854a15d0d1b8c762d91f90b6043de2adf9c14b7313bcbb08dc7d06ba"
            + "05a4c424ad11030a5622418cc61d70f812772206571d91f30e41";
    private static final String FOURTH = "17b0e6f67607b3d5041b610b388e81d75a7678020f";

    private static byte[] words(int length) {
        var words = new byte[length];
        new SplittableRandom(length).nextBytes(words);
        return words;
    }

    private static byte[] crypted(Rc4 cipher, byte[] bytes) {
        byte[] copy = bytes.clone();
        cipher.apply(copy, copy.length);
        return copy;
    }

    @Test
    void itsCipherIsRc4WithoutTheFirst1024Bytes() {
        // RFC 6229, 40 bits, offset 1024
        assertEquals("30abbcc7c20b01609f23ee2d5f6bb7df",
                Bytes.hex(crypted(new Rc4(new byte[] {1, 2, 3, 4, 5}), new byte[16])));
    }

    @Test
    void aCipherDoesNotMindHowItsStreamIsCut() {
        byte[] all = words(20_000);
        byte[] whole = crypted(new Rc4(new byte[] {9}), all);
        var cut = ByteBuffer.allocateDirect(all.length).put(all);
        var cipher = new Rc4(new byte[] {9});
        int at = 0;
        for (int length : new int[] {0, 1, 4095, 4096, 4097, 7711}) {
            cipher.apply(cut, at, at + length);
            at += length;
        }
        assertEquals(all.length, at);
        assertEquals(ByteBuffer.wrap(whole), cut.flip());
    }

    @Test
    void theAskersBytesAreAsTheyMustBe() throws PeerFault {
        var asker = new CipherAsker(Bytes.SWARM, BOTH, "hello".getBytes(US_ASCII), new FixedRandom(1, 5));
        assertEquals(FIRST, Bytes.hex(asker.toSend()));
        assertFalse(asker.take(ByteBuffer.wrap(Bytes.hex(SECOND))));
        assertEquals(THIRD, Bytes.hex(asker.toSend()));
        // and what follows has come along
        ByteBuffer in = ByteBuffer.wrap(Bytes.hex("797a7b7c7d7e7f" + FOURTH + "fcf2264a"));
        assertTrue(asker.take(in));
        assertTrue(asker.isEncrypted());
        assertEquals(ByteBuffer.wrap("pong".getBytes(US_ASCII)), in);
        assertEquals("b2b12164", Bytes.hex(crypted(asker.outgoing(), "ping".getBytes(US_ASCII))));
    }

    @Test
    void theAnswerersBytesAreAsTheyMustBe() throws PeerFault {
        var answerer = new CipherAnswerer(KNOWN, CipherHandshake.RC4, new FixedRandom(101, 7));
        assertFalse(answerer.take(ByteBuffer.wrap(Bytes.hex(FIRST))));
        assertEquals(SECOND, Bytes.hex(answerer.toSend()));
        ByteBuffer in = ByteBuffer.wrap(Bytes.hex("1516171819" + THIRD + "b2b12164"));
        assertTrue(answerer.take(in));
        assertEquals(FOURTH, Bytes.hex(answerer.toSend()));
        assertEquals(Bytes.SWARM, answerer.infoHash());
        assertEquals(ByteBuffer.wrap("helloping".getBytes(US_ASCII)), in);
        assertEquals("fcf2264a", Bytes.hex(crypted(answerer.outgoing(), "pong".getBytes(US_ASCII))));
    }

    /** What one end has been sent and not yet taken. */
    private static final class Line {
        private final ByteBuffer in = ByteBuffer.allocateDirect(20_000).limit(0);

        /** Brings {@code bytes} in portions; tells whether the handshake is over. */
        boolean bring(CipherHandshake end, byte[] bytes, int portion) throws PeerFault {
            boolean isOver = false;
            for (int at = 0; at < bytes.length; at += portion) {
                int count = Math.min(portion, bytes.length - at);
                int from = in.limit();
                in.limit(from + count).put(from, bytes, at, count);
                // what comes behind the end is the connection's
                if (isOver && end.isEncrypted()) end.incoming().apply(in, from, from + count);
                else isOver = end.take(in);
            }
            return isOver;
        }

        byte[] rest() {
            var bytes = new byte[in.remaining()];
            in.get(bytes);
            return bytes;
        }
    }

    private static int talk(int provided, int allowed, int portion, int words, RandomGenerator ours,
            RandomGenerator theirs) throws PeerFault {
        var asker = new CipherAsker(Bytes.SWARM, provided, words(words), ours);
        var answerer = new CipherAnswerer(KNOWN, allowed, theirs);
        var toAsker = new Line();
        var toAnswerer = new Line();
        assertFalse(toAnswerer.bring(answerer, asker.toSend(), portion));
        assertFalse(toAsker.bring(asker, answerer.toSend(), portion));
        assertTrue(toAnswerer.bring(answerer, asker.toSend(), portion));
        assertEquals(Bytes.SWARM, answerer.infoHash());
        assertArrayEquals(words(words), toAnswerer.rest());
        byte[] last = answerer.toSend();
        byte[] more = words(3000);
        byte[] hidden = answerer.isEncrypted() ? crypted(answerer.outgoing(), more) : more;
        byte[] both = Arrays.copyOf(last, last.length + hidden.length);
        System.arraycopy(hidden, 0, both, last.length, hidden.length);
        assertTrue(toAsker.bring(asker, both, portion));
        assertArrayEquals(more, toAsker.rest());
        assertEquals(0, asker.toSend().length);
        assertEquals(answerer.isEncrypted(), asker.isEncrypted());
        if (asker.isEncrypted()) {
            assertArrayEquals(more, crypted(answerer.incoming(), crypted(asker.outgoing(), more)));
        }
        return asker.selected;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 19, 96, 20_000})
    void bothEndsUnderstandEachOtherHoweverBytesArrive(int portion) throws PeerFault {
        for (int pad : new int[] {0, 1, 511, 512}) {
            for (int words : new int[] {0, 68, WireLimits.CIPHER_WORDS}) {
                RandomGenerator ours = new FixedRandom(pad, pad);
                assertEquals(CipherHandshake.RC4, talk(BOTH, 2, portion, words, ours, new FixedRandom(3, 512 - pad)));
            }
        }
    }

    @Test
    void whatFollowsIsPlainIfBothAllowItAndElseEncrypted() throws PeerFault {
        var random = new SplittableRandom(5);
        assertEquals(CipherHandshake.PLAIN, talk(BOTH, BOTH, 100, 68, random, random));
        assertEquals(CipherHandshake.PLAIN, talk(CipherHandshake.PLAIN, BOTH, 100, 68, random, random));
        assertEquals(CipherHandshake.RC4, talk(CipherHandshake.RC4, BOTH, 100, 68, random, random));
        assertEquals(CipherHandshake.RC4, talk(BOTH, CipherHandshake.RC4, 100, 68, random, random));
        assertEquals(CipherHandshake.RC4, talk(CipherHandshake.RC4, CipherHandshake.RC4, 100, 68, random, random));
        // what we do not know of is left alone
        assertEquals(CipherHandshake.RC4, talk(0x7f_ff_ff_fe, BOTH, 100, 68, random, random));
        PeerFault fault = assertThrows(PeerFault.class, () -> talk(CipherHandshake.PLAIN, CipherHandshake.RC4, 100, 68,
                random, random));
        assertEquals("can do encryption 1, and we 2", fault.reason());
    }

    @Test
    void everyPairOfKeysAgrees() throws PeerFault {
        for (int seed = 0; seed < 40; seed++) {
            var random = new SplittableRandom(seed);
            assertEquals(CipherHandshake.RC4, talk(2, 2, 1 + random.nextInt(300), 68, random, random));
        }
    }

    private static CipherAnswerer answerer() {
        return new CipherAnswerer(KNOWN, BOTH, new FixedRandom(101, 7));
    }

    @Test
    void whatIsCutOffIsNeverOverAndNoFault() throws PeerFault {
        byte[] all = Bytes.hex(FIRST + THIRD);
        for (int length = 0; length < all.length; length++) {
            assertFalse(answerer().take(ByteBuffer.wrap(Arrays.copyOf(all, length))), "after " + length);
        }
        all = Bytes.hex(SECOND + FOURTH);
        for (int length = 0; length < all.length; length++) {
            var asker = new CipherAsker(Bytes.SWARM, BOTH, new byte[5], new FixedRandom(1, 5));
            assertFalse(asker.take(ByteBuffer.wrap(Arrays.copyOf(all, length))), "after " + length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "00",
        "01",
        "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd"
                + "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a36210000000000090562",
        "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd"
                + "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a36210000000000090563",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
                + "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    })
    void aKeyThatGivesTheSecretAwayIsRefused(String hex) {
        byte[] key = Bytes.hex("0".repeat(192 - hex.length()) + hex);
        assertEquals(KeyExchange.BYTES, key.length);
        assertThrows(PeerFault.class, () -> answerer().take(ByteBuffer.wrap(key)));
    }

    @Test
    void theEndOfAPadIsNotSearchedForEver() throws PeerFault {
        var garbage = ByteBuffer.wrap(words(96 + 512 + 20));
        assertFalse(answerer().take(garbage.slice(0, 96 + 512 + 19)));
        PeerFault fault = assertThrows(PeerFault.class, () -> answerer().take(garbage));
        assertEquals("no BitTorrent handshake, plain or encrypted", fault.reason());
        var asker = new CipherAsker(Bytes.SWARM, BOTH, new byte[0], new FixedRandom(1, 5));
        assertThrows(PeerFault.class, () -> asker.take(ByteBuffer.wrap(words(96 + 512 + 8))));
    }

    @Test
    void whoMeansAShareThatIsNotOursIsRefused() {
        var stranger = new CipherAnswerer(List.of(OTHER), BOTH, new FixedRandom(101, 7));
        PeerFault fault = assertThrows(
                PeerFault.class, () -> stranger.take(ByteBuffer.wrap(Bytes.hex(FIRST + THIRD))));
        assertEquals("asked for an unknown share, encrypted", fault.reason());
    }

    /** The third part with other bytes encrypted in it. */
    private static byte[] altered(int at, int... bytes) {
        byte[] all = Bytes.hex(FIRST + THIRD);
        int begin = FIRST.length() / 2 + 40;
        byte[] plain = Bytes.hex("0000000000000000" + "00000003" + "0005" + "0000000000" + "0005" + "68656c6c6f");
        for (int i = 0; i < bytes.length; i++) all[begin + at + i] ^= (byte) (plain[at + i] ^ bytes[i]);
        return all;
    }

    private static String refused(byte[] bytes) {
        return assertThrows(PeerFault.class, () -> answerer().take(ByteBuffer.wrap(bytes))).reason();
    }

    @Test
    void whatNoPeerMaySayIsRefused() throws PeerFault {
        assertTrue(answerer().take(ByteBuffer.wrap(altered(0, 0))));
        assertEquals("encrypted with another key", refused(altered(3, 1)));
        assertEquals("can do encryption 4, and we 3", refused(altered(8, 0, 0, 0, 4)));
        assertEquals("a pad of 513 bytes in the encrypted handshake", refused(altered(12, 2, 1)));
        assertEquals("a pad of 65535 bytes in the encrypted handshake", refused(altered(12, 255, 255)));
        assertEquals("first words of 8193 bytes in the encrypted handshake", refused(altered(19, 0x20, 1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, -1})
    void aChoiceThatWasNotOfferedIsRefused(int chosen) {
        var asker = new CipherAsker(Bytes.SWARM, CipherHandshake.RC4, new byte[0], new FixedRandom(1, 5));
        byte[] last = Bytes.hex(FOURTH);
        for (int i = 0; i < 4; i++) last[8 + i] ^= (byte) ((2 ^ chosen) >>> (24 - 8 * i));
        ByteBuffer in = ByteBuffer.allocate(200).put(Bytes.hex(SECOND)).put(last).flip();
        PeerFault fault = assertThrows(PeerFault.class, () -> asker.take(in));
        assertEquals("chose encryption " + chosen + " of 2", fault.reason());
    }
}
