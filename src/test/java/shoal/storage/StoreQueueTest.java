package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Hash;

/** What becomes of work that waits in the store's queue: each gets its answer, whatever happens to the others. */
final class StoreQueueTest {
    private static final Hash ROOT = new Hash(1, 2, 3, 4);
    private static final FileStamp STAMP = new FileStamp(5, 6, 7);
    private static final Path FILE = Path.of("/some/file");

    @TempDir
    private Path dir;

    @Test
    void takesBackAllOfABatchThatFails() throws DiskFault {
        try (Store store = Store.open(dir)) {
            assertThrows(DiskFault.class, () -> store.now(tables -> {
                tables.places().put(FILE, ROOT, STAMP);
                throw new SQLException("in the midst");
            }));
            assertEquals(Optional.empty(), store.ask(tables -> tables.places().root(FILE, STAMP)));
            store.now(tables -> tables.places().put(FILE, ROOT, STAMP));
            assertEquals(Optional.of(ROOT), store.ask(tables -> tables.places().root(FILE, STAMP)));
        }
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void outlivesABugInWhatItIsAsked() throws DiskFault {
        try (Store store = Store.open(dir)) {
            assertThrows(IllegalStateException.class, () -> store.ask(tables -> fail("a bug")));
            assertThrows(DiskFault.class, () -> store.now(tables -> fail("a bug")));
            store.now(tables -> tables.places().put(FILE, ROOT, STAMP));
            assertEquals(Optional.of(ROOT), store.ask(tables -> tables.places().root(FILE, STAMP)));
        }
    }

    @Test
    void commitsWhatIsQueuedBeforeItCloses() throws DiskFault {
        try (Store store = Store.open(dir)) {
            for (int i = 0; i < 5000; i++) {
                Path path = Path.of("/file" + i);
                store.later(tables -> tables.places().put(path, ROOT, STAMP), () -> {}, fault -> {});
            }
        }
        try (Store store = Store.open(dir)) {
            assertEquals(Optional.of(ROOT), store.ask(tables -> tables.places().root(Path.of("/file4999"), STAMP)));
        }
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void saysThatItIsClosedToWhoeverComesLater() throws DiskFault {
        Store store = Store.open(dir);
        store.close();
        store.close();
        assertThrows(DiskFault.class, () -> store.now(tables -> tables.places().remove(FILE)));
        DiskFault fault = assertThrows(DiskFault.class, () -> store.ask(tables -> tables.contents().find(ROOT, 1)));
        assertEquals("the database " + dir.resolve("state.db") + " is closed", fault.getMessage());
        store.tell(tables -> fail("there is nobody to do it"));
    }
}
