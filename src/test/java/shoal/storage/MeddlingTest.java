package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.Bits;

/** What becomes of a download whose database, folder or clock somebody else has in hand. */
final class MeddlingTest extends TestDownloads {
    private static final int PIECE = 64 << 10;
    private static final TestContent FILE = TestContent.of("file", PIECE, Map.of("file", 10 * PIECE + 5));

    /** Fetches pieces 0 to 4. */
    private void begin(FileHoldings holdings) throws Exception {
        for (int piece = 0; piece < 5; piece++) FILE.fetch(holdings, piece);
        fetch.events.await(StorageEvent.Committed.class, 5);
    }

    private Path part() {
        return fetch.out.resolve("file.part");
    }

    private void assertFinishes(FileHoldings holdings) throws Exception {
        fetch.fetchAll(FILE, holdings);
        fetch.assertFetched(FILE);
    }

    private void damage(String name) throws Exception {
        Path file = dir.resolve("state").resolve(name);
        if (Files.exists(file)) Files.write(file, TestContent.random(8, (int) Math.max(5000, Files.size(file))));
    }

    /** Row H12, and what a download makes of it; row H13. */
    @ParameterizedTest
    @ValueSource(strings = {"database damaged", "log damaged", "both damaged", "database gone", "log gone",
        "memory gone", "all gone"})
    void fetchesNothingAgainWhateverBecomesOfTheDatabaseOfAKilledProcess(String what) throws Exception {
        Path killed = dir.resolve("killed");
        try (FileHoldings holdings = fetch.open(FILE)) {
            begin(holdings);
            // what a process leaves that is killed now
            copy(dir.resolve("state"), killed);
        }
        fetch.close();
        remove(dir.resolve("state"));
        copy(killed, dir.resolve("state"));
        assertTrue(Files.size(dir.resolve("state/state.db-wal")) > 0, "what was committed is still in the log");
        switch (what) {
            case "database damaged" -> damage("state.db");
            case "log damaged" -> damage("state.db-wal");
            case "both damaged" -> {
                // the log has all pages as yet: without it nothing can be read
                damage("state.db");
                damage("state.db-wal");
            }
            case "database gone" -> Files.delete(dir.resolve("state/state.db"));
            case "log gone" -> Files.delete(dir.resolve("state/state.db-wal"));
            case "memory gone" -> Files.delete(dir.resolve("state/state.db-shm"));
            default -> remove(dir.resolve("state"));
        }
        fetch = new TestFetch(dir);
        try (FileHoldings again = fetch.open(FILE)) {
            assertEquals(5, again.have().count());
            assertFinishes(again);
        }
    }

    /** Row H13: a copy of the database of earlier, as a backup brings it back. */
    @ParameterizedTest
    @ValueSource(strings = {"went on", "was changed", "is another one"})
    void anOlderCopyOfTheDatabaseClaimsNothingOfAPartThat(String what) throws Exception {
        try (FileHoldings holdings = fetch.open(FILE)) {
            begin(holdings);
        }
        fetch.close();
        Path backup = dir.resolve("backup");
        copy(dir.resolve("state"), backup);
        fetch = new TestFetch(dir);
        switch (what) {
            case "went on" -> {
                try (FileHoldings again = fetch.open(FILE)) {
                    for (int piece = 5; piece < 8; piece++) FILE.fetch(again, piece);
                    fetch.events.await(StorageEvent.Committed.class, 3);
                }
            }
            case "was changed" -> Damage.flip(part(), 2 * PIECE + 100);
            default -> {
                Files.delete(part());
                try (FileHoldings again = fetch.open(FILE)) {
                    FILE.fetch(again, 9);
                    fetch.events.await(StorageEvent.Committed.class);
                }
            }
        }
        fetch.close();
        remove(dir.resolve("state"));
        copy(backup, dir.resolve("state"));
        fetch = new TestFetch(dir);
        try (FileHoldings again = fetch.open(FILE)) {
            Bits have = again.have();
            assertEquals(FILE.manifest.length(), fetch.progress.total(), "it is hashed");
            assertEquals(what.equals("went on") ? 8 : what.equals("was changed") ? 4 : 1, have.count());
            FILE.requireClaims(again, fetch.out);
            assertFinishes(again);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-86_400_000, 86_400_000})
    void aClockThatJumpsWhileItFetchesCostsHashingAndNothingElse(long millis) throws Exception {
        try (FileHoldings holdings = fetch.open(FILE)) {
            begin(holdings);
            // as if the clock had been set before the last write
            Files.setLastModifiedTime(part(), FileTime.fromMillis(System.currentTimeMillis() + millis));
            FILE.fetch(holdings, 5);
            fetch.events.await(StorageEvent.Committed.class);
            Files.setLastModifiedTime(part(), FileTime.fromMillis(System.currentTimeMillis() + millis));
        }
        Files.setLastModifiedTime(part(), FileTime.fromMillis(System.currentTimeMillis() + 2 * millis));
        try (FileHoldings again = fetch.open(FILE)) {
            assertEquals(6, again.have().count());
            assertFinishes(again);
        }
    }

    /** Leaves the download as one whose machine ended amid it or, with a {@code start} of nothing, as a killed one. */
    private void leave(String start) throws Exception {
        try (FileHoldings holdings = fetch.open(FILE)) {
            begin(holdings);
        }
        try (DownloadFile left = DownloadFile.claim(fetch.store().dir(), fetch.out.toRealPath().resolve("file"))) {
            left.begin();
        }
        if (start.isEmpty()) return;
        try (var files = Files.list(dir.resolve("state/downloads"))) {
            Path left = files.findFirst().orElseThrow();
            byte[] head = Files.readAllBytes(left);
            System.arraycopy(start.getBytes(StandardCharsets.US_ASCII), 0, head, new String(head,
                    StandardCharsets.UTF_8).indexOf('\n') + 1, start.length());
            Files.write(left, head);
        }
    }

    private void loseAWrite() throws Exception {
        FileTime time = Files.getLastModifiedTime(part());
        try (var file = new RandomAccessFile(part().toFile(), "rw")) {
            file.seek(3 * PIECE);
            file.write(new byte[20_000]);
        }
        Files.setLastModifiedTime(part(), time);
    }

    /** Row H4: with eatmydata for instance. Nothing else tells, for size, time and inode are as they were. */
    @Test
    void whatADiskOnlySaidThatItHadWrittenIsNotClaimedAfterAPowerFailure() throws Exception {
        leave("00000000-another-start");
        loseAWrite();
        try (FileHoldings again = fetch.open(FILE)) {
            assertEquals(4, again.have().count());
            FILE.requireClaims(again, fetch.out);
            assertFinishes(again);
        }
    }

    @Test
    void aPartThatOutlivedAPowerFailureIsNotHashedAsAWhole() throws Exception {
        leave("00000000-another-start");
        try (FileHoldings again = fetch.open(FILE)) {
            assertEquals(5, again.have().count());
            assertEquals(0, fetch.progress.total());
        }
    }

    @Test
    void whereTheMachineWentOnNoPartIsDoubted() throws Exception {
        leave("");
        loseAWrite();
        try (FileHoldings again = fetch.open(FILE)) {
            assertEquals(5, again.have().count(), "nothing tells, and nothing but a power failure does that");
        }
    }

    @Test
    void aUsersOwnFileOfAPartsNameIsNotTakenForOursAfterAKillBeforeAnythingWasMade() throws Exception {
        Files.createDirectories(fetch.out);
        byte[] own = TestContent.random(3, 3 * PIECE);
        Files.write(part(), own);
        // a process that was killed as soon as it had its claim
        DownloadFile.claim(fetch.store().dir(), fetch.out.toRealPath().resolve("file")).close();
        DiskFault fault = assertThrows(DiskFault.class, () -> fetch.open(FILE));
        assertEquals(DiskFault.Kind.EXISTS, fault.kind());
        assertArrayEquals(own, Files.readAllBytes(part()));
        assertThrows(DiskFault.class, () -> fetch.open(FILE), "nor is it at the next start");
        assertArrayEquals(own, Files.readAllBytes(part()));
    }

    private static void copy(Path from, Path to) throws Exception {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void remove(Path folder) throws Exception {
        try (var files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        }
    }

    /** Row H10: the whole folder. */
    @Test
    void aFolderThatIsRenamedMeanwhileEndsTheFetchWhichGoesOnThere() throws Exception {
        Path moved = dir.resolve("moved");
        try (FileHoldings holdings = fetch.open(FILE)) {
            begin(holdings);
            Path part = part().toRealPath();
            Files.move(fetch.out, moved);
            FILE.fetch(holdings, 5);
            DiskFault fault = fetch.events.failure();
            assertEquals(DiskFault.Kind.IO, fault.kind());
            assertEquals(part + " is gone while it is being fetched", fault.getMessage());
        }
        assertFalse(Files.exists(fetch.out), "no other one is made in its place");
        try (FileHoldings again = fetch.open(FILE)) {
            assertTrue(again.have().isEmpty());
        }
        try (FileHoldings there = FileHoldings.forFetch(
                fetch.store(), FILE.manifest, moved, FILE.all(), false, new Progress())) {
            assertEquals(6, there.have().count());
        }
    }
}
