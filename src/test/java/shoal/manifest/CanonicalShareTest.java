package shoal.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shoal.bytes.Hash;

final class CanonicalShareTest {
    /** The file {@code hello} and a line feed; its root is its SHA-256. */
    private static final Hash HELLO = Hash.ofHex("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");

    @Test
    void everybodyMakesTheSameOfOneFile() throws ManifestException {
        Manifest share = CanonicalShare.of(HELLO, 6);
        assertTrue(share.infoHash().hex().startsWith("b31e6161"), share.infoHash()::hex);
        assertTrue(share.infoHash().hex().endsWith("4201a88"), share.infoHash()::hex);
        assertEquals(HELLO.hex(), share.name());
        assertEquals(HELLO.hex(), share.files().getFirst().pathText());
        assertEquals(16_384, share.pieceLength());
        assertTrue(share.isSingleFile());
        assertFalse(share.isPrivate());
    }

    @ParameterizedTest
    @CsvSource({
        "1, 16384", "4194304, 32768", "16777215, 32768", "16777216, 65536", "1099511627775, 8388608",
        "1099511627776, 16777216", "17592186044416, 16777216"
    })
    void itsPieceLengthFollowsFromItsLength(long length, int pieceLength) throws ManifestException {
        assertEquals(pieceLength, CanonicalShare.of(HELLO, length).pieceLength());
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "9223372036854775807"})
    void thereIsNoneOfAFileThatCannotBe(long length) {
        assertThrows(ManifestException.class, () -> CanonicalShare.of(HELLO, length));
    }
}
