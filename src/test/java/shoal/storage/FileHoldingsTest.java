package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.HashList;
import shoal.manifest.ManifestFile;
import shoal.merkle.Merkle;

final class FileHoldingsTest {
    private static final TestContent TREE = TestContent.of("tree", 64 << 10, Map.of(
            "empty", 0,
            "one", 1,
            "block", Merkle.BLOCK,
            "deep/er/odd", 70_001,
            "deep/big", 1_000_000,
            "run.sh", 20_000));

    @TempDir
    private Path dir;

    private Store store;

    @BeforeEach
    void open() throws DiskFault {
        store = Store.open(dir.resolve("state"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private FileHoldings fetching(TestContent content) throws Exception {
        return FileHoldings.forFetch(store, content.manifest, dir.resolve("out"), content.all(), false, new Progress());
    }

    private static void fetchAll(TestContent content, Holdings holdings, Events events) throws DiskFault {
        holdings.listener(events);
        int fetched = 0;
        for (int piece = 0; piece < content.manifest.pieceCount(); piece++) {
            if (holdings.canonical(piece) != piece) continue;
            content.fetch(holdings, piece);
            fetched++;
        }
        events.await(StorageEvent.Committed.class, fetched);
        holdings.finish();
    }

    private void assertFetched(TestContent content) throws Exception {
        Path root = dir.resolve("out").resolve(content.manifest.isSingleFile() ? "" : content.manifest.name());
        for (ManifestFile file : content.manifest.files()) {
            byte[] bytes = Files.readAllBytes(root.resolve(file.pathText()));
            assertArrayEquals(content.files.get(file.index()), bytes, file.pathText());
        }
        try (var all = Files.walk(dir.resolve("out"))) {
            assertEquals(List.of(), all.filter(path -> path.toString().endsWith(".part")).toList());
        }
    }

    @Test
    void fetchesATreeAndKnowsItAtTheNextStart() throws Exception {
        try (FileHoldings holdings = fetching(TREE)) {
            assertTrue(holdings.have().isEmpty());
            fetchAll(TREE, holdings, new Events());
            assertFetched(TREE);
        }
        assertTrue(Files.isExecutable(dir.resolve("out/tree/run.sh")));
        assertFalse(Files.isExecutable(dir.resolve("out/tree/one")));
        var progress = new Progress();
        try (FileHoldings again = FileHoldings.forFetch(
                store, TREE.manifest, dir.resolve("out"), TREE.all(), false, progress)) {
            assertTrue(again.have().isFull());
            assertEquals(0, progress.total(), "nothing is hashed again");
            again.finish();
        }
    }

    @Test
    void tellsWhatItDidInOrder() throws Exception {
        var events = new Events();
        try (FileHoldings holdings = fetching(TREE)) {
            holdings.listener(events);
            int piece = TREE.firstPiece("odd");
            assertTrue(TREE.receive(holdings, piece, 0, 4), "the log has room");
            holdings.proven(piece, TREE.pieceLeaves(piece));
            assertEquals(new StorageEvent.Committed(piece), events.await(StorageEvent.Committed.class));
            TREE.fetch(holdings, piece + 1);
            var done = events.await(StorageEvent.FileDone.class);
            assertEquals(dir.resolve("out/tree/deep/er/odd").toRealPath(), done.path());
        }
    }

    @Test
    void resumesProvenPiecesAndReceivedBlocks() throws Exception {
        int big = TREE.firstPiece("big");
        var events = new Events();
        try (FileHoldings holdings = fetching(TREE)) {
            holdings.listener(events);
            TREE.fetch(holdings, big + 3);
            TREE.receive(holdings, big + 5, 1, 2);
            events.await(StorageEvent.Committed.class);
        }
        var progress = new Progress();
        try (FileHoldings again = FileHoldings.forFetch(
                store, TREE.manifest, dir.resolve("out"), TREE.all(), false, progress)) {
            assertEquals(0, progress.total(), "no file is hashed as a whole");
            assertEquals(1, again.have().count());
            assertTrue(again.have().has(big + 3));
            assertEquals(1, again.partial().size());
            PartialPiece partial = again.partial().getFirst();
            assertEquals(big + 5, partial.piece());
            assertEquals(2, partial.received().count());
            HashList leaves = TREE.pieceLeaves(big + 5);
            assertEquals(leaves.at(1), partial.leaves().at(1));
            assertEquals(leaves.at(2), partial.leaves().at(2));
            fetchAll(TREE, again, events);
            assertFetched(TREE);
        }
    }

    @Test
    void readsBackWhatWasWrittenAndZerosBehindIt() throws Exception {
        try (FileHoldings holdings = fetching(TREE)) {
            fetchAll(TREE, holdings, new Events());
            for (int piece = 0; piece < TREE.manifest.pieceCount(); piece++) {
                ByteBuffer into = ByteBuffer.allocate(TREE.manifest.pieceLength());
                while (into.hasRemaining()) into.put((byte) 7);
                holdings.read(piece, 0, into.flip());
                assertFalse(into.hasRemaining());
                byte[] expected = Arrays.copyOf(TREE.piece(piece), TREE.manifest.pieceLength());
                assertArrayEquals(expected, into.array());
            }
        }
    }

    @Test
    void sharesFilesWhereTheyAre() throws Exception {
        List<Path> paths = TREE.write(dir.resolve("mine"));
        try (FileHoldings holdings = FileHoldings.forShare(store, TREE.manifest, paths, new Progress())) {
            assertTrue(holdings.have().isFull());
            ByteBuffer into = ByteBuffer.allocate(100);
            holdings.read(2, 0, into);
            assertArrayEquals(Arrays.copyOf(TREE.piece(2), 100), into.array());
        }
    }

    @Test
    void fetchesEqualFilesOnce() throws Exception {
        byte[] same = TestContent.random(5, 200_000);
        TestContent content = TestContent.ofBytes("twins", 64 << 10, Map.of("a", same, "b/c", same, "d", new byte[3]));
        try (FileHoldings holdings = fetching(content)) {
            fetchAll(content, holdings, new Events());
            assertFetched(content);
        }
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void endsWhenItsStoreWasClosedBefore() throws Exception {
        FileHoldings holdings = fetching(TREE);
        TREE.fetch(holdings, TREE.firstPiece("big"));
        store.close();
        holdings.close();
        store = Store.open(dir.resolve("state"));
        try (FileHoldings again = fetching(TREE)) {
            boolean committed = again.have().has(TREE.firstPiece("big"));
            boolean received = again.partial().stream().anyMatch(each -> each.received().isFull());
            assertTrue(committed || received, "what the log has is found again");
        }
    }
}
