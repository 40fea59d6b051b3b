package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Bits;
import shoal.manifest.ManifestReader;

final class VerificationTest {
    private static final int BLOCK = 16 << 10;
    private static final int PIECE = 64 << 10;
    private static final int SPAN = 8 << 20;
    private static final TestContent TREE = TestContent.of("tree", PIECE, Map.of(
            "empty", 0, "small", 5000, "piece", PIECE, "odd", 5 * PIECE + 3, "large", 2 * SPAN + 99));

    @TempDir
    private Path dir;

    private Store store;
    private List<Path> paths;

    @BeforeEach
    void open() throws Exception {
        store = Store.open(dir.resolve("state"));
        paths = TREE.write(dir.resolve("data"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Map<String, FileCheck> verify() throws DiskFault {
        List<FileCheck> checks = Verification.of(store, TREE.manifest, paths, TREE.all(), new Progress());
        return checks.stream()
                .collect(Collectors.toMap(check -> TREE.manifest.files().get(check.file()).name(), check -> check));
    }

    private Path path(String name) {
        return dir.resolve("data/tree").resolve(name);
    }

    private void learnLeaves() throws DiskFault {
        Hashing.of(store, Scan.of(List.of(dir.resolve("data/tree"))).files(), PIECE, new Progress());
    }

    private static List<FileCheck.Range> ranges(long... offsetsAndLengths) {
        var ranges = new ArrayList<FileCheck.Range>();
        for (int i = 0; i < offsetsAndLengths.length; i += 2) {
            ranges.add(new FileCheck.Range(offsetsAndLengths[i], offsetsAndLengths[i + 1]));
        }
        return ranges;
    }

    @Test
    void findsNothingWrongWithFilesThatAreRight() throws Exception {
        var progress = new Progress();
        List<FileCheck> checks = Verification.of(store, TREE.manifest, paths, TREE.all(), progress);
        for (FileCheck check : checks) {
            assertEquals(FileCheck.State.OK, check.state(), check.toString());
            assertEquals(List.of(), check.bad());
        }
        assertEquals(TREE.manifest.length(), progress.done());
        assertEquals(List.of(), Verification.extras(dir.resolve("data/tree"), paths));
    }

    @Test
    void namesBadPieces() throws Exception {
        Damage.flip(path("large"), SPAN + PIECE + 3);
        Damage.flip(path("large"), SPAN + 3 * PIECE - 1);
        Damage.flip(path("large"), 2 * SPAN + 98);
        Damage.flip(path("small"), 0);
        Map<String, FileCheck> checks = verify();
        assertEquals(FileCheck.State.BAD, of(checks, "large").state());
        assertEquals(ranges(SPAN + PIECE, 2 * PIECE, 2 * SPAN, 99), of(checks, "large").bad());
        assertEquals(ranges(0, 5000), of(checks, "small").bad());
        assertEquals(FileCheck.State.OK, of(checks, "odd").state());
    }

    @Test
    void namesBadBlocksWhereItKnowsTheLeaves() throws Exception {
        learnLeaves();
        Damage.flip(path("large"), SPAN + PIECE + BLOCK);
        Damage.flip(path("odd"), 3 * BLOCK + 1);
        Damage.flip(path("odd"), 4 * BLOCK + 1);
        Damage.flip(path("odd"), 5 * PIECE);
        Map<String, FileCheck> checks = verify();
        assertEquals(ranges(SPAN + PIECE + BLOCK, BLOCK), of(checks, "large").bad());
        assertEquals(ranges(3 * BLOCK, 2 * BLOCK, 5 * PIECE, 3), of(checks, "odd").bad());
    }

    @Test
    void doesNotTrustWrongLeavesInTheDatabase() throws Exception {
        learnLeaves();
        store.now(tables -> {
            var file = TREE.manifest.fileOf(TREE.firstPiece("odd"));
            long content = tables.contents().find(file.root(), file.length());
            tables.contents().putLeaves(content, 0, TestContent.leaves(TestContent.random(1, PIECE)));
        });
        Damage.flip(path("odd"), 1);
        Damage.flip(path("odd"), PIECE + 1);
        assertEquals(ranges(0, PIECE, PIECE, BLOCK), split(of(verify(), "odd").bad()));
    }

    /** Neighbouring ranges are joined: here they are to be seen apart. */
    private static List<FileCheck.Range> split(List<FileCheck.Range> ranges) {
        assertEquals(ranges(0, PIECE + BLOCK), ranges);
        return ranges(0, PIECE, PIECE, BLOCK);
    }

    @Test
    void looksAtWhatIsSelectedAndNothingElse() throws Exception {
        Damage.flip(path("odd"), 7);
        Damage.flip(path("piece"), 7);
        Files.delete(path("small"));
        var selected = new Bits(TREE.manifest.files().size());
        selected.set(TREE.manifest.fileOf(TREE.firstPiece("odd")).index());
        var progress = new Progress();
        for (FileCheck check : Verification.of(store, TREE.manifest, paths, selected, progress)) {
            boolean odd = selected.has(check.file());
            assertEquals(odd ? FileCheck.State.BAD : FileCheck.State.UNSELECTED, check.state());
            assertEquals(odd, check.isWrong());
            assertEquals(odd ? 1 : 0, check.bad().size());
        }
        assertEquals(5 * PIECE + 3, progress.done());
    }

    @Test
    void tellsMissingShortAndLongFilesApart() throws Exception {
        Files.delete(path("small"));
        Files.delete(path("empty"));
        Damage.length(path("odd"), 2 * PIECE + 1);
        Files.write(path("piece"), new byte[1], java.nio.file.StandardOpenOption.APPEND);
        Files.writeString(path("more"), "more");
        Map<String, FileCheck> checks = verify();
        assertEquals(FileCheck.State.MISSING, of(checks, "small").state());
        assertEquals(FileCheck.State.MISSING, of(checks, "empty").state());
        assertEquals(FileCheck.State.WRONG_SIZE, of(checks, "odd").state());
        assertEquals(2 * PIECE + 1, of(checks, "odd").length());
        assertEquals(ranges(2 * PIECE, 3 * PIECE + 3), of(checks, "odd").bad());
        assertEquals(FileCheck.State.WRONG_SIZE, of(checks, "piece").state());
        assertEquals(List.of(path("more")), Verification.extras(dir.resolve("data/tree"), paths));
    }

    /** Row H11. */
    @Test
    void findsRotThatNoStampTells() throws Exception {
        learnLeaves();
        FileTime time = Files.getLastModifiedTime(path("odd"));
        Damage.flip(path("odd"), 100);
        Files.setLastModifiedTime(path("odd"), time);
        assertEquals(ranges(0, BLOCK), of(verify(), "odd").bad());
        // and what it found is remembered: the file is not shared as if it were right
        try (FileHoldings holdings = FileHoldings.forShare(store, TREE.manifest, paths, new Progress())) {
            assertEquals(TREE.manifest.pieceCount() - 1, holdings.have().count());
        }
    }

    @Test
    void judgesAFileWithoutItsLayerAsAWhole() throws Exception {
        var bare = ManifestReader.readInfo(TREE.manifest.info());
        for (FileCheck check : Verification.of(store, bare, paths, TREE.all(), new Progress())) {
            assertEquals(FileCheck.State.OK, check.state());
        }
        Damage.flip(path("odd"), 100);
        List<FileCheck> checks = Verification.of(store, bare, paths, TREE.all(), new Progress());
        for (FileCheck check : checks) {
            boolean odd = TREE.manifest.files().get(check.file()).name().equals("odd");
            assertEquals(odd ? FileCheck.State.BAD : FileCheck.State.OK, check.state());
        }
    }

    @Test
    void endsWhenItIsStopped() {
        var progress = new Progress();
        progress.stop();
        assertThrows(CancellationException.class,
                () -> Verification.of(store, TREE.manifest, paths, TREE.all(), progress));
    }

    @Test
    void readsNoFolderAndNoLinkForAFile() throws Exception {
        Files.delete(path("small"));
        Files.createDirectory(path("small"));
        Files.move(path("piece"), dir.resolve("elsewhere"));
        Files.createSymbolicLink(path("piece"), dir.resolve("elsewhere"));
        Map<String, FileCheck> checks = verify();
        assertTrue(of(checks, "small").state() != FileCheck.State.OK, of(checks, "small").toString());
        assertTrue(of(checks, "piece").state() != FileCheck.State.OK, of(checks, "piece").toString());
    }

    private static FileCheck of(Map<String, FileCheck> checks, String name) {
        return Objects.requireNonNull(checks.get(name), name);
    }
}
