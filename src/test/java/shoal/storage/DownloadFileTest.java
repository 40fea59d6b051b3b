package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shoal.testing.Program.PATIENCE;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shoal.testing.Program;

/** Two at one download. */
final class DownloadFileTest {
    private static final TestContent FILE = TestContent.of("file", 64 << 10, Map.of("file", 100_000));
    private static final TestContent OTHER = TestContent.of("file", 64 << 10, Map.of("file", 100_001));

    @TempDir
    private Path dir;

    /** Row H15. */
    @Test
    void tellsTheSecondProcessWhoIsAtItAndLetsItInWhenThatOneDies() throws Exception {
        try (var fetch = new TestFetch(dir)) {
            Files.createDirectories(fetch.out);
            Path target = fetch.out.toRealPath().resolve("file");
            try (Program child = ChildJvm.start(
                    List.of(), LockingChild.class, "download", fetch.store().dir(), target)) {
                child.await("^LOCKED$", PATIENCE);
                DiskFault fault = assertThrows(DiskFault.class, () -> fetch.open(FILE));
                assertEquals(DiskFault.Kind.IN_USE, fault.kind());
                assertEquals(target + " is being fetched by process " + child.process().pid(), fault.getMessage());
                assertThrows(DiskFault.class, () -> fetch.open(FILE), "and tells it again");
                child.kill();
                try (FileHoldings holdings = fetch.open(FILE)) {
                    fetch.fetchAll(FILE, holdings);
                    fetch.assertFetched(FILE);
                }
            }
        }
    }

    /** Rows H17 and H20: a second look at a locked file must not give the lock away. */
    @Test
    void letsNobodyElseInThisProcessIn() throws Exception {
        try (var fetch = new TestFetch(dir)) {
            try (FileHoldings holdings = fetch.open(FILE)) {
                assertTrue(holdings.have().isEmpty());
                DiskFault fault = assertThrows(DiskFault.class, () -> fetch.open(FILE));
                assertTrue(fault.getMessage().contains("this process"), fault.getMessage());
                assertThrows(DiskFault.class, () -> fetch.open(OTHER), "nor another share of that name");
            }
            // the lock was not lost by the looks of others: it went with its holder
            try (FileHoldings holdings = fetch.open(FILE)) {
                fetch.fetchAll(FILE, holdings);
            }
            DiskFault fault = assertThrows(DiskFault.class, () -> fetch.open(OTHER));
            assertEquals(DiskFault.Kind.EXISTS, fault.kind());
            fetch.assertFetched(FILE);
        }
    }

    @Test
    void keepsTwoDownloadsApartThatGoToDifferentPlaces() throws Exception {
        TestContent sibling = TestContent.of("other", 64 << 10, Map.of("a", 100_000, "b", 7));
        try (var fetch = new TestFetch(dir);
                FileHoldings one = fetch.open(FILE);
                FileHoldings two = fetch.open(sibling)) {
            fetch.fetchAll(FILE, one);
            fetch.fetchAll(sibling, two);
            assertTrue(Files.exists(fetch.path(sibling, "b")));
        }
    }
}
