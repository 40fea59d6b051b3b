package shoal.storage;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with a store and a folder to fetch to. */
abstract class TestDownloads {
    @TempDir
    Path dir;

    TestFetch fetch;

    @BeforeEach
    final void open() throws DiskFault {
        fetch = new TestFetch(dir);
    }

    @AfterEach
    final void closeFetch() {
        fetch.close();
    }
}
