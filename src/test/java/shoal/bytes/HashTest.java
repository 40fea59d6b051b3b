package shoal.bytes;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The identifiers, which are three of a kind, and lists of them. */
final class HashTest {
    private static final String HEX = "ffeeddccbbaa99887766554433221100f0e1d2c3b4a5968778695a4b3c2d1e0f";

    @Test
    void survivesEveryFormItHas() {
        Hash hash = Hash.ofHex(HEX);
        assertEquals(HEX, hash.hex());
        assertEquals(hash, Hash.ofHex(HEX.toUpperCase(Locale.ROOT)));
        assertEquals(hash, Hash.of(hash.bytes()));
        var buffer = ByteBuffer.allocate(Hash.BYTES);
        hash.write(buffer);
        assertEquals(hash, Hash.read(buffer.flip()));
        assertEquals(HEX.substring(0, 40), hash.truncated().hex());
        InfoHash brief = hash.truncated();
        assertEquals(brief, InfoHash.of(brief.bytes()));
        assertEquals(brief, InfoHash.ofHex(brief.hex()));
        assertEquals(brief, InfoHash.of(hash.bytes(), 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", HEX + "0", HEX + "00", "x" + HEX, " " + HEX})
    void refusesOtherLengths(String hex) {
        assertThrows(IllegalArgumentException.class, () -> Hash.ofHex(hex));
    }

    @Test
    void refusesWhatIsNoHexadecimalDigit() {
        assertThrows(IllegalArgumentException.class, () -> Hash.ofHex("g" + HEX.substring(1)));
        assertThrows(IllegalArgumentException.class, () -> Hash.ofHex("٩" + HEX.substring(1)));
        assertThrows(IllegalArgumentException.class, () -> InfoHash.ofHex("-" + HEX.substring(1, 40)));
        assertThrows(IllegalArgumentException.class, () -> Hash.of(new byte[31]));
        assertThrows(IllegalArgumentException.class, () -> Hash.of(new byte[33]));
        assertThrows(IllegalArgumentException.class, () -> InfoHash.of(new byte[32]));
        assertThrows(IllegalArgumentException.class, () -> PeerId.of(new byte[19]));
    }

    @Test
    void isOrderedAsItsBytesAre() {
        long seed = 7;
        var random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            var a = new byte[Hash.BYTES];
            random.nextBytes(a);
            byte[] b = a.clone();
            b[random.nextInt(Hash.BYTES)] = (byte) random.nextInt();
            int order = Integer.signum(Arrays.compareUnsigned(a, b));
            assertEquals(order, Integer.signum(Hash.of(a).compareTo(Hash.of(b))), "seed " + seed);
            int brief = Integer.signum(Arrays.compareUnsigned(a, 0, 20, b, 0, 20));
            assertEquals(brief, Integer.signum(InfoHash.of(a, 0).compareTo(InfoHash.of(b, 0))), "seed " + seed);
            assertEquals(brief, Integer.signum(PeerId.of(a, 0).compareTo(PeerId.of(b, 0))), "seed " + seed);
        }
    }

    @Test
    void onlyZeroIsZero() {
        assertTrue(Hash.ZERO.isZero());
        for (int i = 0; i < Hash.BYTES; i++) {
            var bytes = new byte[Hash.BYTES];
            bytes[i] = 1;
            assertFalse(Hash.of(bytes).isZero());
        }
    }

    @Test
    void aPeerIdOfOursSaysSoAndDiffersFromTheNext() {
        var random = new SplittableRandom(3);
        List<PeerId> ids = Stream.generate(() -> PeerId.random(random)).limit(100).distinct().toList();
        assertEquals(100, ids.size());
        for (PeerId id : ids) assertTrue(id.toString().matches("-SJ\\d{4}-[0-9A-Za-z]{12}"), id::toString);
        assertEquals("A..A..A..A..A..A..A.", PeerId.of("A\n A\n A\n A\n A\n A\n A\n".getBytes(US_ASCII)).toString());
    }

    @Test
    void aListGivesBackItsHashes() {
        Hash a = Hash.ofHex(HEX);
        Hash b = new Hash(1, 2, 3, 4);
        HashList list = HashList.of(a, b, Hash.ZERO);
        assertEquals(3, list.size());
        assertEquals(b, list.at(1));
        assertEquals(HashList.of(b, Hash.ZERO), list.slice(1, 3));
        assertSame(list, list.slice(0, 3));
        assertEquals(0, list.slice(2, 2).size());
        assertArrayEquals(HashList.of(a, b).bytes(), Arrays.copyOf(list.bytes(), 64));
        assertEquals(list, HashList.wrap(list.bytes()));
        assertEquals(list.hashCode(), HashList.wrap(list.bytes()).hashCode());
    }

    @Test
    void aListDoesNotInventHashesBehindItsEnd() {
        HashList list = HashList.of(new Hash(1, 2, 3, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> list.slice(0, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> list.slice(-1, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> list.at(1));
        assertThrows(IndexOutOfBoundsException.class, () -> list.at(-1));
        assertThrows(IllegalArgumentException.class, () -> HashList.wrap(new byte[33]));
    }
}
