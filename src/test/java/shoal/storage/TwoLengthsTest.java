package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestReader;
import shoal.manifest.ManifestWriter;
import shoal.merkle.Merkle;

/** Two manifests that give one root two lengths: what one of them says must not touch the other. */
final class TwoLengthsTest extends TestDownloads {
    private static final int PIECE = 64 << 10;

    /** Three pieces. With a fourth that is padding the layer has the same root, though no bytes have such a piece. */
    private static final TestContent THREE = TestContent.of("three", PIECE, Map.of("three", 3 * PIECE));

    private static final Hash ROOT = THREE.manifest.files().getFirst().root();

    private static HashList layer(Manifest manifest) {
        return manifest.layer(ROOT).orElseThrow();
    }

    private static Manifest fourPieces() throws Exception {
        var padded = new ArrayList<Hash>();
        for (int i = 0; i < 3; i++) padded.add(layer(THREE.manifest).at(i));
        padded.add(Merkle.pad(Merkle.pieceLayer(PIECE)));
        var writer = new ManifestWriter("four", PIECE).file(List.of("four"), 4 * PIECE, ROOT, false);
        writer.layer(ROOT, HashList.of(padded));
        return ManifestReader.read(writer.build().encoded());
    }

    private FileHoldings bare(Manifest whole) throws Exception {
        Manifest bare = ManifestReader.readInfo(whole.info());
        FileHoldings holdings = FileHoldings.forFetch(
                fetch.store(), bare, fetch.out, THREE.all(), false, new Progress());
        holdings.layer(ROOT, layer(whole));
        return holdings;
    }

    @Test
    void eachLengthKeepsItsOwnPieceLayer() throws Exception {
        Manifest four = fourPieces();
        for (Manifest each : List.of(THREE.manifest, four)) {
            try (FileHoldings holdings = bare(each)) {
                assertTrue(holdings.have().isEmpty());
            }
        }
        for (Manifest each : List.of(four, THREE.manifest)) {
            assertEquals(layer(each), layer(fetch.store().manifest(each.infoHash()).orElseThrow()));
        }
    }

    @Test
    void leavesOfOneLengthAreNotThoseOfAnother() throws Exception {
        fetch.store().now(tables -> {
            tables.contents().putLeaves(tables.contents().id(ROOT, 3 * PIECE), 0, THREE.pieceLeaves(0));
            tables.contents().putLeaves(tables.contents().id(ROOT, 4 * PIECE), 0, THREE.pieceLeaves(1));
        });
        HashList known = fetch.store().ask(
                tables -> tables.contents().leaves(tables.contents().find(ROOT, 3 * PIECE), 0, 4).orElseThrow());
        assertEquals(THREE.pieceLeaves(0), known);
    }

    /** The hashes of two blocks, taken for bytes, have the root of the two blocks. */
    @Test
    void aFileOfAnotherLengthIsNotTakenForTheOneWithItsRoot() throws Exception {
        byte[] blocks = TestContent.random(3, 2 * Merkle.BLOCK);
        TestContent two = TestContent.ofBytes("file", PIECE, Map.of("file", blocks));
        TestContent nodes = TestContent.ofBytes("file", PIECE, Map.of("file", TestContent.leaves(blocks).bytes()));
        assertEquals(two.manifest.files().getFirst().root(), nodes.manifest.files().getFirst().root());
        try (FileHoldings holdings = fetch.open(two)) {
            fetch.fetchAll(two, holdings);
        }
        DiskFault fault = assertThrows(DiskFault.class, () -> fetch.open(nodes).close());
        assertEquals(DiskFault.Kind.EXISTS, fault.kind());
        Path file = dir.resolve("out/file");
        try (FileHoldings shared = FileHoldings.forShare(
                fetch.store(), nodes.manifest, List.of(file), new Progress())) {
            assertFalse(shared.have().has(0), "it is not what the manifest says");
        }
        try (FileHoldings holdings = fetch.open(nodes, nodes.all(), true)) {
            fetch.fetchAll(nodes, holdings);
        }
        assertEquals(64, Files.size(file));
    }
}
