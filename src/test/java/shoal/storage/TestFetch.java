package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import shoal.bytes.Bits;
import shoal.manifest.ManifestFile;

/** A store, and downloads into one folder: a test library. */
final class TestFetch implements AutoCloseable {
    final Path dir;
    final Path out;
    final Events events = new Events();
    Progress progress = new Progress();
    private Store store;

    TestFetch(Path dir) throws DiskFault {
        this.dir = dir;
        this.out = dir.resolve("out");
        this.store = Store.open(dir.resolve("state"));
    }

    Store store() {
        return store;
    }

    /** Opens a download, with this test's events as its listener; {@link #progress} is that of its opening. */
    FileHoldings open(TestContent content) throws Exception {
        return open(content, content.all(), false);
    }

    FileHoldings open(TestContent content, Bits wanted, boolean overwrite) throws Exception {
        progress = new Progress();
        FileHoldings holdings = FileHoldings.forFetch(store, content.manifest, out, wanted, overwrite, progress);
        holdings.listener(events);
        return holdings;
    }

    /** Fetches what is missing of all pieces. */
    void fetchAll(TestContent content, Holdings holdings) throws DiskFault {
        Bits have = holdings.have();
        int fetched = 0;
        for (int piece = have.nextClear(0); piece >= 0; piece = have.nextClear(piece + 1)) {
            if (holdings.canonical(piece) != piece) continue;
            content.fetch(holdings, piece);
            fetched++;
        }
        events.await(StorageEvent.Committed.class, fetched);
        holdings.finish();
    }

    /** Where a file of the content lies. */
    Path path(TestContent content, String name) {
        return (content.manifest.isSingleFile() ? out : out.resolve(content.manifest.name())).resolve(name);
    }

    void assertFetched(TestContent content) throws IOException {
        for (ManifestFile file : content.manifest.files()) {
            byte[] bytes = Files.readAllBytes(path(content, file.pathText()));
            assertArrayEquals(content.files.get(file.index()), bytes, file.pathText());
        }
        try (var all = Files.walk(out)) {
            assertEquals(List.of(), all.filter(path -> path.toString().endsWith(".part")).toList());
        }
    }

    /** The database is gone; files and logs stay. */
    void loseTheDatabase() throws Exception {
        store.close();
        for (String name : new String[] {"state.db", "state.db-wal", "state.db-shm"}) {
            Files.deleteIfExists(dir.resolve("state").resolve(name));
        }
        store = Store.open(dir.resolve("state"));
    }

    @Override
    public void close() {
        store.close();
    }
}
