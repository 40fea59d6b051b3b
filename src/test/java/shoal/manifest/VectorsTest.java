package shoal.manifest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.InfoHash;
import shoal.manifest.Vectors.Vector;
import shoal.merkle.Merkle;

/** Reads and writes what libtorrent and a second program made, byte for byte. */
final class VectorsTest {
    static List<Vector> vectors() {
        return Vectors.all();
    }

    static List<Vector> hybrids() {
        return Vectors.all().stream().filter(v -> v.has("hyb_v1")).toList();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void readsWhatOthersMade(Vector vector) throws Exception {
        Manifest manifest = ManifestReader.read(vector.torrent());
        assertEquals(vector.text("v2"), manifest.infoHash().hex());
        assertEquals(vector.text("v2").substring(0, 40), manifest.shortHash().hex());
        assertEquals(vector.text("info"), HexFormat.of().formatHex(manifest.info()));
        assertEquals(vector.number("info_len"), manifest.infoLength());
        assertEquals(vector.text("name"), manifest.name());
        assertEquals(vector.number("piece_length"), manifest.pieceLength());
        assertEquals(Optional.empty(), manifest.v1Hash());
        assertFalse(manifest.isPrivate());
        assertTrue(manifest.hasAllLayers());
        compareFiles(vector, manifest);
    }

    private static void compareFiles(Vector vector, Manifest manifest) throws Exception {
        List<Vector> files = vector.files();
        assertEquals(files.size(), manifest.files().size());
        int pieces = 0;
        for (int i = 0; i < files.size(); i++) {
            Vector expected = files.get(i);
            ManifestFile file = manifest.files().get(i);
            assertEquals(expected.text("path"), file.pathText());
            assertEquals(expected.number("size"), file.length());
            assertEquals(expected.has("root") ? Hash.ofHex(expected.text("root")) : Hash.ZERO, file.root());
            assertEquals(expected.number("n"), file.pieceCount());
            assertEquals(pieces, file.firstPiece());
            assertEquals(expected.number("layer_n"), manifest.layer(file.root()).map(HashList::size).orElse(0));
            if (expected.has("layer_sha256")) {
                byte[] layer = manifest.layer(file.root()).orElseThrow().bytes();
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(layer);
                assertEquals(expected.text("layer_sha256"), HexFormat.of().formatHex(digest));
            }
            pieces += file.pieceCount();
        }
        assertEquals(pieces, manifest.pieceCount());
    }

    @ParameterizedTest
    @MethodSource("hybrids")
    void readsHybridsWithBothHashes(Vector vector) throws Exception {
        Manifest manifest = ManifestReader.read(vector.hybridTorrent());
        assertEquals(vector.text("hyb_v2"), manifest.infoHash().hex());
        assertEquals(Optional.of(InfoHash.ofHex(vector.text("hyb_v1"))), manifest.v1Hash());
        assertEquals(vector.number("hyb_len"), manifest.infoLength());
        compareFiles(vector, manifest);
        assertArrayEquals(vector.hybridTorrent(), manifest.encoded());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void writesTheSameBytesFromTheContent(Vector vector) throws Exception {
        int pieceLength = vector.number("piece_length");
        var writer = new ManifestWriter(vector.text("name"), pieceLength);
        List<Vector> files = vector.files();
        for (int k = 0; k < files.size(); k++) {
            int length = files.get(k).number("size");
            HashList leaves = Vectors.leaves(Vectors.content(k, length));
            Hash root = Merkle.root(leaves, length);
            writer.file(List.of(files.get(k).text("path").split("/", -1)), length, root, false);
            if (length > pieceLength) writer.layer(root, Vectors.layer(leaves, pieceLength));
        }
        assertArrayEquals(vector.torrent(), writer.build().encoded());
    }

    @ParameterizedTest
    @MethodSource("hybrids")
    void writesTheSameHybridFromTheContent(Vector vector) throws Exception {
        int pieceLength = vector.number("piece_length");
        var writer = new ManifestWriter(vector.text("name"), pieceLength).isHybrid(true);
        List<Vector> files = vector.files();
        for (int k = 0; k < files.size(); k++) {
            int length = files.get(k).number("size");
            byte[] content = Vectors.content(k, length);
            HashList leaves = Vectors.leaves(content);
            Hash root = Merkle.root(leaves, length);
            writer.file(List.of(files.get(k).text("path").split("/", -1)), length, root, false,
                    Vectors.sha1(content, pieceLength, files.size() > 1));
            if (length > pieceLength) writer.layer(root, Vectors.layer(leaves, pieceLength));
        }
        assertArrayEquals(vector.hybridTorrent(), writer.build().encoded());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void writesAgainWhatItRead(Vector vector) throws Exception {
        assertArrayEquals(vector.torrent(), ManifestReader.read(vector.torrent()).encoded());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void needsNoLayersToKnowTheFiles(Vector vector) throws Exception {
        Manifest whole = ManifestReader.read(vector.torrent());
        Manifest bare = ManifestReader.readInfo(HexFormat.of().parseHex(vector.text("info")));
        assertEquals(whole, bare);
        compareFilesOnly(whole, bare);
        assertEquals(bare.missingLayers().isEmpty(), bare.hasAllLayers());
        var layers = new HashMap<Hash, HashList>();
        for (Hash root : bare.missingLayers()) layers.put(root, whole.layer(root).orElseThrow());
        assertArrayEquals(vector.torrent(), bare.withLayers(layers).encoded());
    }

    private static void compareFilesOnly(Manifest whole, Manifest bare) {
        assertEquals(whole.files(), bare.files());
        assertEquals(whole.length(), bare.length());
        assertEquals(whole.pieceCount(), bare.pieceCount());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void provesEachPieceOfTheContent(Vector vector) throws Exception {
        Manifest manifest = ManifestReader.read(vector.torrent());
        for (int piece = 0; piece < manifest.pieceCount(); piece++) {
            ManifestFile file = manifest.fileOf(piece);
            assertTrue(file.hasPiece(piece));
            HashList leaves = Vectors.leaves(Vectors.content(file.index(), (int) file.length()));
            int first = (int) (manifest.pieceOffset(piece) / Merkle.BLOCK);
            HashList mine = leaves.slice(first, first + manifest.blocksIn(piece));
            assertEquals(manifest.pieceHash(piece).orElseThrow(), Merkle.fold(mine, 0, manifest.pieceHeight(piece)));
            long end = manifest.pieceOffset(piece) + manifest.pieceSize(piece);
            assertEquals(piece == file.endPiece() - 1, end == file.length());
        }
    }
}
