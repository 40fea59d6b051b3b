package shoal.manifest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/** What is true of every manifest that was let in, whoever made it. */
final class Invariants {
    private static final Path TARGET = Path.of("/target/folder");

    private Invariants() {}

    static void check(Manifest manifest) {
        assertTrue(PieceLengths.isValid(manifest.pieceLength()));
        assertTrue(manifest.pieceCount() <= ManifestLimits.MAX_PIECES);
        assertFalse(manifest.files().isEmpty());
        int piece = 0;
        long bytes = 0;
        for (ManifestFile file : manifest.files()) {
            assertEquals(piece, file.firstPiece());
            if (file.length() > 0) {
                assertEquals(file, manifest.fileOf(piece));
                assertEquals(file, manifest.fileOf(file.endPiece() - 1));
                long last = manifest.pieceOffset(file.endPiece() - 1) + manifest.pieceSize(file.endPiece() - 1);
                assertEquals(file.length(), last);
            }
            piece += file.pieceCount();
            bytes += file.length();
        }
        assertEquals(piece, manifest.pieceCount());
        assertEquals(bytes, manifest.length());
        checkAgain(manifest);
        checkNames(manifest);
    }

    /** Written and read again it is the same. */
    private static void checkAgain(Manifest manifest) {
        try {
            byte[] encoded = manifest.encoded();
            Manifest again = ManifestReader.read(encoded);
            assertArrayEquals(encoded, again.encoded());
            assertEquals(manifest, again);
            assertEquals(manifest.hasAllLayers(), again.hasAllLayers());
            assertEquals(manifest, ManifestReader.readInfo(manifest.info()));
            assertTrue(Magnet.parse(Magnet.of(manifest, List.of()).format()).names(manifest));
        } catch (ManifestException e) {
            throw new AssertionError("cannot read what it wrote", e);
        }
    }

    /** Its paths are refused, or each one is another, stays inside, and can be shown. */
    private static void checkNames(Manifest manifest) {
        List<Path> paths;
        try {
            paths = DiskNames.relativePaths(manifest);
        } catch (ManifestException e) {
            checkMessage(e);
            return;
        }
        assertEquals(manifest.files().size(), paths.size());
        var files = new HashSet<String>();
        for (Path path : paths) {
            Path resolved = TARGET.resolve(path);
            assertTrue(resolved.normalize().startsWith(TARGET) && resolved.normalize().equals(resolved),
                    path::toString);
            assertTrue(resolved.getNameCount() > TARGET.getNameCount());
            assertFalse(path.toString().chars().anyMatch(c -> c < ' '), path::toString);
            assertTrue(files.add(path.toString().toLowerCase(Locale.ROOT)), path::toString);
        }
        for (Path path : paths) {
            for (Path up = path.getParent(); up != null; up = up.getParent()) {
                assertFalse(files.contains(up.toString().toLowerCase(Locale.ROOT)), path::toString);
            }
        }
    }

    /** One line, not too long, without anything that a terminal would obey. */
    static void checkMessage(ManifestException e) {
        String message = String.valueOf(e.getMessage());
        assertTrue(message.length() > 5 && message.length() < 1000, message);
        assertFalse(message.chars().anyMatch(c -> c < ' ' || c == 0x7f || (c >= 0x80 && c < 0xa0)), message);
    }
}
