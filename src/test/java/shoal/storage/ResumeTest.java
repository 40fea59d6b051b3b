package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.Bits;
import shoal.merkle.Merkle;

/** What a download finds at its start, whatever has happened to its files and to the database since. */
final class ResumeTest extends TestDownloads {
    private static final int PIECE = 64 << 10;
    private static final TestContent FILE = TestContent.of("file", PIECE, Map.of("file", 10 * PIECE + 5));

    /** Fetches pieces 0 to 4 and the first block of piece 7, and ends in order. */
    private void begin() throws Exception {
        try (FileHoldings holdings = fetch.open(FILE)) {
            for (int piece = 0; piece < 5; piece++) FILE.fetch(holdings, piece);
            FILE.receive(holdings, 7, 0, 1);
            fetch.events.await(StorageEvent.Committed.class, 5);
        }
    }

    private Path part() {
        return fetch.out.resolve("file.part");
    }

    private void overwrite(Path file, long at, int... bytes) throws Exception {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            for (int b : bytes) open.write(b);
        }
    }

    private void assertFinishes(FileHoldings holdings) throws Exception {
        fetch.fetchAll(FILE, holdings);
        fetch.assertFetched(FILE);
    }

    @Test
    void trustsAPartThatIsAsItWasLeft() throws Exception {
        begin();
        try (FileHoldings again = fetch.open(FILE)) {
            assertEquals(0, fetch.progress.total());
            assertEquals(5, again.have().count());
            assertEquals(1, again.partial().size());
            assertFinishes(again);
        }
    }

    @Test
    void hashesAPartThatSomeoneHasChanged() throws Exception {
        begin();
        overwrite(part(), 2 * PIECE + 100, 1, 2, 3);
        try (FileHoldings again = fetch.open(FILE)) {
            assertEquals(FILE.manifest.length(), fetch.progress.total());
            Bits have = again.have();
            assertEquals(4, have.count());
            assertFalse(have.has(2));
            assertFinishes(again);
        }
    }

    @Test
    void hashesAPartThatIsAnotherFile() throws Exception {
        begin();
        FileTime time = Files.getLastModifiedTime(part());
        byte[] bytes = Files.readAllBytes(part());
        Files.delete(part());
        Files.write(dir.resolve("spacer"), new byte[1]);
        Files.write(part(), bytes);
        Files.setLastModifiedTime(part(), time);
        try (FileHoldings again = fetch.open(FILE)) {
            assertEquals(5, again.have().count());
            assertFinishes(again);
        }
    }

    @Test
    void dropsABlockInFlightThatIsNotOnTheDisk() throws Exception {
        begin();
        FileTime time = Files.getLastModifiedTime(part());
        overwrite(part(), 7 * PIECE + 20, 99);
        Files.setLastModifiedTime(part(), time);
        try (FileHoldings again = fetch.open(FILE)) {
            assertEquals(0, fetch.progress.total());
            assertEquals(List.of(), again.partial());
            assertFinishes(again);
        }
    }

    @Test
    void fetchesNothingAgainWhenTheDatabaseIsLost() throws Exception {
        begin();
        fetch.loseTheDatabase();
        try (FileHoldings again = fetch.open(FILE)) {
            assertEquals(5, again.have().count());
            assertFinishes(again);
        }
        fetch.loseTheDatabase();
        try (FileHoldings again = fetch.open(FILE)) {
            assertTrue(again.have().isFull());
            assertEquals(FILE.manifest.length(), fetch.progress.total());
        }
        try (FileHoldings again = fetch.open(FILE)) {
            assertTrue(again.have().isFull());
            assertEquals(0, fetch.progress.total());
        }
    }

    @Test
    void beginsAnewWhenThePartIsGone() throws Exception {
        begin();
        Files.delete(part());
        try (FileHoldings again = fetch.open(FILE)) {
            assertTrue(again.have().isEmpty());
            assertEquals(List.of(), again.partial());
            assertFinishes(again);
        }
    }

    @Test
    void refusesToGoOnWithAPartOfAnotherLength() throws Exception {
        begin();
        Files.write(part(), new byte[100]);
        DiskFault fault = assertThrows(DiskFault.class, () -> fetch.open(FILE));
        assertEquals(DiskFault.Kind.EXISTS, fault.kind());
        assertEquals(100, Files.size(part()));
        try (FileHoldings again = fetch.open(FILE, FILE.all(), true)) {
            assertTrue(again.have().isEmpty());
            assertFinishes(again);
        }
    }

    @Test
    void takesNoNoticeOfAPartThatWasMadeJustBeforeTheKill() throws Exception {
        Files.createDirectories(fetch.out);
        Files.createFile(fetch.out.resolve("file.part"));
        try (FileHoldings holdings = fetch.open(FILE)) {
            assertTrue(holdings.have().isEmpty());
            assertFinishes(holdings);
        }
    }

    /** Row H18. Parts lie beside their files, so nothing is moved from one file system to another. */
    @Test
    void takesAFileThatWasRenamedJustBeforeTheKill() throws Exception {
        try (FileHoldings holdings = fetch.open(FILE)) {
            fetch.fetchAll(FILE, holdings);
        }
        // as it is between the renaming and the commit that follows it
        Path path = fetch.out.toRealPath().resolve("file");
        var blocks = new BitSet();
        blocks.set(0, (int) Merkle.blocks(FILE.manifest.length()));
        FileStamp stamp = FileStamp.of(path);
        fetch.store().now(tables -> {
            tables.places().remove(path);
            tables.parts().prove(tables.parts().add(path, FILE.manifest.files().getFirst().root(), stamp), blocks);
        });
        try (FileHoldings again = fetch.open(FILE)) {
            assertTrue(again.have().isFull());
            assertEquals(0, fetch.progress.total());
        }
        assertEquals(false, fetch.store().ask(tables -> tables.parts().find(path).isPresent()));
    }

    @Test
    void aProvenPieceTakesNothingFromTheNextOneWhoseBlocksFollowedItsOwn() throws Exception {
        try (FileHoldings holdings = fetch.open(FILE)) {
            FILE.receive(holdings, 6, 3, 1);
            FILE.receive(holdings, 7, 0, 1);
        }
        try (FileHoldings again = fetch.open(FILE)) {
            FILE.receive(again, 6, 0, 3);
            again.proven(6, FILE.pieceLeaves(6));
            fetch.events.await(StorageEvent.Committed.class);
        }
        try (FileHoldings again = fetch.open(FILE)) {
            assertEquals(List.of(7), again.partial().stream().map(PartialPiece::piece).toList());
        }
    }

    @Test
    void goesOnWithAPartThatLostItsLengthInAPowerFailure() throws Exception {
        begin();
        Damage.length(part(), 3 * PIECE + 100);
        // what an end without order leaves behind
        try (DownloadFile left = DownloadFile.claim(fetch.store().dir(), fetch.out.toRealPath().resolve("file"))) {
            left.begin();
        }
        try (FileHoldings again = fetch.open(FILE)) {
            assertEquals(3, again.have().count());
            assertFinishes(again);
        }
    }

    @Test
    void takesTheSecondOfTwoSameFilesThatWasRenamedJustBeforeTheKill() throws Exception {
        byte[] same = TestContent.random(9, 3 * PIECE);
        var twice = TestContent.ofBytes("twice", PIECE, Map.of("one", same, "two", same));
        try (FileHoldings holdings = fetch.open(twice)) {
            fetch.fetchAll(twice, holdings);
        }
        Path second = fetch.path(twice, "two").toRealPath();
        fetch.store().now(tables -> tables.places().remove(second));
        try (FileHoldings again = fetch.open(twice)) {
            again.finish();
            fetch.assertFetched(twice);
        }
        overwrite(second, PIECE, same[PIECE] + 1);
        try (FileHoldings again = fetch.open(twice)) {
            DiskFault fault = assertThrows(DiskFault.class, again::finish);
            assertEquals(DiskFault.Kind.EXISTS, fault.kind());
        }
    }

    @Test
    void findsPiecesOfAnotherLengthByTheirBlocks() throws Exception {
        begin();
        TestContent longer = TestContent.ofBytes("file", 2 * PIECE, Map.of("file", FILE.files.getFirst()));
        try (FileHoldings again = fetch.open(longer)) {
            assertEquals(0, fetch.progress.total());
            assertEquals(2, again.have().count(), "pieces 0 to 3 are two of twice the length");
            assertEquals(List.of(2, 3), again.partial().stream().map(PartialPiece::piece).toList());
            assertEquals(4, again.partial().getFirst().received().count());
            assertEquals(longer.pieceLeaves(2).slice(0, 4), again.partial().getFirst().leaves().slice(0, 4));
            fetch.fetchAll(longer, again);
            fetch.assertFetched(longer);
        }
    }

    @Test
    void doesNotOfferAPieceThatFailed() throws Exception {
        try (FileHoldings holdings = fetch.open(FILE)) {
            FILE.receive(holdings, 3, 0, 4);
            FILE.receive(holdings, 4, 0, 2);
            holdings.forget(3);
        }
        try (FileHoldings again = fetch.open(FILE)) {
            assertEquals(List.of(4), again.partial().stream().map(PartialPiece::piece).toList());
        }
    }

    /** Row B11. */
    @ParameterizedTest
    @ValueSource(strings = {"longer", "shorter", "same size"})
    void leavesAFileThatIsInTheWayAsItIs(String what) throws Exception {
        int size = FILE.files.getFirst().length + (what.equals("longer") ? 1 : what.equals("shorter") ? -1 : 0);
        Files.createDirectories(fetch.out);
        byte[] foreign = Arrays.copyOf(FILE.files.getFirst(), size);
        foreign[1000] ^= 1;
        Files.write(fetch.out.resolve("file"), foreign);
        DiskFault fault = assertThrows(DiskFault.class, () -> fetch.open(FILE));
        assertEquals(DiskFault.Kind.EXISTS, fault.kind());
        assertTrue(fault.getMessage().contains(fetch.out.resolve("file").toString()), fault.getMessage());
        assertArrayEquals(foreign, Files.readAllBytes(fetch.out.resolve("file")));
        try (FileHoldings holdings = fetch.open(FILE, FILE.all(), true)) {
            assertTrue(holdings.have().isEmpty());
            assertArrayEquals(foreign, Files.readAllBytes(fetch.out.resolve("file")), "until the other one is there");
            assertFinishes(holdings);
        }
    }

    @Test
    void takesAFileThatIsThereAndRight() throws Exception {
        Files.createDirectories(fetch.out);
        Files.write(fetch.out.resolve("file"), FILE.files.getFirst());
        try (FileHoldings holdings = fetch.open(FILE)) {
            assertTrue(holdings.have().isFull());
            holdings.finish();
        }
    }

    @Test
    void keepsLayersThatCameFromPeers() throws Exception {
        var bare = shoal.manifest.ManifestReader.readInfo(FILE.manifest.info());
        var root = FILE.manifest.files().getFirst().root();
        try (FileHoldings holdings = FileHoldings.forFetch(
                fetch.store(), bare, fetch.out, FILE.all(), false, new Progress())) {
            holdings.listener(fetch.events);
            holdings.layer(root, FILE.manifest.layer(root).orElseThrow());
            FILE.fetch(holdings, 2);
            fetch.events.await(StorageEvent.Committed.class);
        }
        var known = fetch.store().manifest(bare.infoHash()).orElseThrow();
        assertTrue(known.hasAllLayers());
        assertEquals(FILE.manifest.layer(root), known.layer(root));
    }

    /** Row B13, at the fetching end. */
    @Test
    void asksForRoomBeforeItWritesAnything() throws Exception {
        var huge = GiantManifest.of("huge", 1L << 44);
        var all = new Bits(1);
        all.fill();
        DiskFault fault = assertThrows(DiskFault.class, () -> FileHoldings.forFetch(
                fetch.store(), huge, fetch.out, all, false, new Progress()));
        assertEquals(DiskFault.Kind.FULL, fault.kind());
        assertTrue(fault.getMessage().startsWith("disk full: need 16.0 TiB, have "), fault.getMessage());
        try (var files = Files.list(fetch.out)) {
            assertEquals(List.of(), files.toList());
        }
        try (var files = Files.list(dir.resolve("state/downloads"))) {
            assertEquals(List.of(), files.toList());
        }
    }
}
