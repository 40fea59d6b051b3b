package shoal.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder whose files are hashed, and the store that knows them then. */
abstract class HashedFolder {
    static final int PIECE = 64 << 10;

    /** What one thread takes of a large file at once. */
    static final int SPAN = 8 << 20;

    @TempDir
    Path dir;

    Path files;
    Store store;

    @BeforeEach
    void open() throws Exception {
        files = Files.createDirectory(dir.resolve("files"));
        store = Store.open(dir.resolve("state"));
    }

    @AfterEach
    void close() {
        store.close();
    }
}
