package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shoal.testing.Program.PATIENCE;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.PublisherKey;
import shoal.merkle.LeafHasher;
import shoal.testing.Program;

final class StoreTest {
    private static final Hash ROOT = new Hash(1, 2, 3, 4);
    private static final long LENGTH = 300 << 14;
    private static final FileStamp STAMP = new FileStamp(5, 6, 7);
    private static final Path FILE = Path.of("/some/file");

    @TempDir
    private Path dir;

    private Path database() {
        return dir.resolve("state.db");
    }

    private void sql(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database());
                var statement = connection.createStatement()) {
            for (String sql : statements) statement.execute(sql);
        }
    }

    private void remember() throws DiskFault {
        try (Store store = Store.open(dir)) {
            store.now(tables -> tables.places().put(FILE, ROOT, STAMP));
        }
    }

    private Optional<Hash> remembered() throws DiskFault {
        try (Store store = Store.open(dir)) {
            return store.ask(tables -> tables.places().root(FILE, STAMP));
        }
    }

    private List<Path> setAside() throws IOException {
        try (var files = Files.list(dir)) {
            return files.filter(file -> file.toString().contains(".corrupt-")).toList();
        }
    }

    @Test
    void remembersFilesByTheirStamp() throws DiskFault {
        remember();
        assertEquals(Optional.of(ROOT), remembered());
        try (Store store = Store.open(dir)) {
            for (FileStamp other : List.of(new FileStamp(4, 6, 7), new FileStamp(5, 7, 7), new FileStamp(5, 6, 8))) {
                assertEquals(Optional.empty(), store.ask(tables -> tables.places().root(FILE, other)));
            }
        }
    }

    @Test
    void remembersTheHighestNumberOfAPublishersNames() throws Exception {
        var alice = new PublisherKey(1, 2, 3, 4);
        try (Store store = Store.open(dir)) {
            assertEquals(5, store.highestSeen(alice, "film", 5));
            assertEquals(5, store.highestSeen(alice, "film", 4));
            assertEquals(1, store.highestSeen(alice, "other", 1));
            assertEquals(0, store.highestSeen(new PublisherKey(1, 2, 3, 5), "film", 0));
            assertEquals(6, store.highestSeen(alice, "film", 6));
        }
        try (Store store = Store.open(dir)) {
            assertEquals(6, store.highestSeen(alice, "film", 5), "also by another process, later");
        }
    }

    @Test
    void bringsADatabaseOfTheTimeBeforePublishersToTheLast() throws Exception {
        remember();
        sql("DROP TABLE name_seen", "PRAGMA user_version=2");
        assertEquals(Optional.of(ROOT), remembered());
        try (Store store = Store.open(dir)) {
            assertEquals(5, store.highestSeen(new PublisherKey(1, 2, 3, 4), "film", 5));
        }
    }

    @Test
    void believesNoRowThatADiskHasAltered() throws Exception {
        remember();
        sql("UPDATE place SET root = zeroblob(32)");
        assertEquals(Optional.empty(), remembered());
    }

    @Test
    void keepsLeavesOfAnyRange() throws DiskFault {
        HashList leaves = TestContent.leaves(TestContent.random(1, 300 << 14));
        try (Store store = Store.open(dir)) {
            store.now(tables -> {
                long id = tables.contents().id(ROOT, LENGTH);
                tables.contents().putLeaves(id, 10, leaves.slice(10, 70));
                tables.contents().putLeaves(id, 70, leaves.slice(70, 300));
            });
            store.ask(tables -> {
                long id = tables.contents().find(ROOT, LENGTH);
                assertEquals(Optional.of(leaves.slice(10, 300)), tables.contents().leaves(id, 10, 290));
                assertEquals(Optional.of(leaves.slice(127, 129)), tables.contents().leaves(id, 127, 2));
                assertEquals(Optional.empty(), tables.contents().leaves(id, 9, 2));
                assertEquals(Optional.empty(), tables.contents().leaves(id, 299, 2));
                return true;
            });
        }
    }

    @Test
    void keepsHolesInALeafGroupOfNoBytes() throws Exception {
        var zeros = new Hash[64];
        Arrays.fill(zeros, LeafHasher.zeroBlock());
        try (Store store = Store.open(dir)) {
            HashList all = HashList.of(zeros);
            store.now(tables -> tables.contents().putLeaves(tables.contents().id(ROOT, LENGTH), 64, all));
            store.ask(tables -> {
                assertEquals(
                        Optional.of(HashList.of(zeros)),
                        tables.contents().leaves(tables.contents().find(ROOT, LENGTH), 64, 64));
                return true;
            });
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database());
                var row = connection.createStatement().executeQuery("SELECT sum(length(hashes)) FROM leaves")) {
            assertEquals(0, row.getInt(1));
        }
    }

    @Test
    void proofReplacesWhatWasReceived() throws DiskFault {
        HashList leaves = TestContent.leaves(TestContent.random(2, 4 << 14));
        try (Store store = Store.open(dir)) {
            var part = new long[1];
            store.now(tables -> {
                part[0] = tables.parts().add(FILE, ROOT, STAMP);
                tables.parts().receive(part[0], 4094, leaves);
                tables.parts().receive(part[0], 9000, leaves.slice(0, 1));
            });
            var blocks = new BitSet();
            blocks.set(4094, 4098);
            blocks.set(1 << 20);
            store.now(tables -> tables.parts().prove(part[0], blocks));
            store.ask(tables -> {
                assertEquals(blocks, tables.parts().proven(part[0]));
                assertEquals(
                        List.of(new PartTable.Received(9000, leaves.slice(0, 1))), tables.parts().received(part[0]));
                assertEquals(part[0], tables.parts().find(FILE).orElseThrow().id());
                return true;
            });
            store.now(tables -> tables.parts().remove(FILE));
            store.ask(tables -> {
                assertTrue(tables.parts().proven(part[0]).isEmpty());
                assertTrue(tables.parts().received(part[0]).isEmpty());
                return true;
            });
        }
    }

    @Test
    void believesNoProvenBitsThatADiskHasAltered() throws Exception {
        var blocks = new BitSet();
        blocks.set(0, 100);
        try (Store store = Store.open(dir)) {
            store.now(tables -> tables.parts().prove(tables.parts().add(FILE, ROOT, STAMP), blocks));
        }
        sql("UPDATE proven SET bits = CAST(x'ff' || substr(bits, 2) AS BLOB)");
        try (Store store = Store.open(dir)) {
            long part = store.ask(tables -> tables.parts().find(FILE).orElseThrow().id());
            assertEquals(blocks, store.ask(tables -> tables.parts().proven(part)), "the same bits are the same");
        }
        sql("UPDATE proven SET bits = CAST(x'fe' || substr(bits, 2) AS BLOB)");
        try (Store store = Store.open(dir)) {
            long part = store.ask(tables -> tables.parts().find(FILE).orElseThrow().id());
            assertTrue(store.ask(tables -> tables.parts().proven(part)).isEmpty());
        }
    }

    @Test
    void sweepsWhatADeadProcessWasHashing() throws Exception {
        try (Store store = Store.open(dir)) {
            store.now(tables -> tables.contents().putLeaves(tables.contents().nameless(), 0, HashList.of(ROOT)));
        }
        sql("UPDATE content SET owner = 4194305", "INSERT INTO content (owner) VALUES (1)");
        try (Store store = Store.open(dir)) {
            store.now(tables -> tables.contents().sweep());
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database());
                var row = connection
                        .createStatement()
                        .executeQuery("SELECT (SELECT count(*) FROM leaves), (SELECT count(*) FROM content)")) {
            assertEquals(0, row.getInt(1));
            assertEquals(1, row.getInt(2), "another process's that lives");
        }
    }

    @Test
    void keepsTheLeavesOfADatabaseThatKnewNoLengths() throws Exception {
        try (Store store = Store.open(dir)) {
            var size = new FileStamp(LENGTH, 6, 7);
            store.now(tables -> {
                tables.contents().putLeaves(tables.contents().id(ROOT, LENGTH), 0, HashList.of(ROOT));
                tables.places().put(FILE, ROOT, size);
            });
        }
        sql("CREATE TABLE old (id INTEGER PRIMARY KEY, root BLOB UNIQUE, owner INTEGER) STRICT",
                "INSERT INTO old SELECT id, root, owner FROM content", "INSERT INTO old (root) VALUES (x'77')",
                "DROP TABLE content", "ALTER TABLE old RENAME TO content", "DROP TABLE name_seen",
                "PRAGMA user_version=1");
        try (Store store = Store.open(dir)) {
            store.ask(tables -> {
                long id = tables.contents().find(ROOT, LENGTH);
                assertEquals(Optional.of(HashList.of(ROOT)), tables.contents().leaves(id, 0, 1));
                return true;
            });
        }
    }

    /** Row H16. */
    @Test
    void leavesANewerDatabaseAsItIs() throws Exception {
        remember();
        sql("PRAGMA user_version=99");
        byte[] before = Files.readAllBytes(database());
        DiskFault fault = assertThrows(DiskFault.class, () -> Store.open(dir));
        assertEquals(DiskFault.Kind.NEWER, fault.kind());
        assertTrue(fault.getMessage().contains("newer Shoal"), fault.getMessage());
        assertArrayEquals(before, Files.readAllBytes(database()));
    }

    @Test
    void leavesAStrangersDatabaseAsItIs() throws Exception {
        sql("CREATE TABLE mine (a)", "INSERT INTO mine VALUES (1)");
        byte[] before = Files.readAllBytes(database());
        DiskFault fault = assertThrows(DiskFault.class, () -> Store.open(dir));
        assertEquals(DiskFault.Kind.EXISTS, fault.kind());
        assertArrayEquals(before, Files.readAllBytes(database()));
    }

    @Test
    void beginsAnewWithAnEmptyFile() throws Exception {
        Files.write(database(), new byte[0]);
        remember();
        assertEquals(Optional.of(ROOT), remembered());
        assertEquals(List.of(), setAside());
    }

    /** Row H12. */
    @ParameterizedTest
    @ValueSource(strings = {"garbage", "header", "truncated", "schema"})
    void setsADamagedDatabaseAside(String damage) throws Exception {
        remember();
        switch (damage) {
            case "garbage" -> Files.write(database(), TestContent.random(3, 50_000));
            case "header" -> overwrite(0, "No SQLite format".getBytes(StandardCharsets.US_ASCII));
            case "truncated" -> Files.write(database(), Arrays.copyOf(Files.readAllBytes(database()), 5000));
            default -> overwrite(100, TestContent.random(4, 900));
        }
        assertEquals(Optional.empty(), remembered());
        assertFalse(setAside().isEmpty(), "nothing is thrown away");
        remember();
        assertEquals(Optional.of(ROOT), remembered());
    }

    @Test
    void looksAtAllOfADatabaseInWhichItMetDamage() throws Exception {
        try (Store store = Store.open(dir)) {
            for (int i = 0; i < 3000; i++) {
                Path path = Path.of("/file" + i);
                store.later(tables -> tables.places().put(path, ROOT, STAMP), () -> {}, fault -> {});
            }
        }
        // the pages of the tables but not the first one, which holds the schema
        overwrite(4096 * 4, TestContent.random(5, 4096 * 30));
        try (Store store = Store.open(dir)) {
            DiskFault fault = assertThrows(DiskFault.class, () -> store.now(tables -> {
                for (int i = 0; i < 3000; i++) tables.places().put(Path.of("/file" + i), ROOT, STAMP);
            }));
            assertTrue(fault.getMessage().contains("damaged"), fault.getMessage());
        }
        assertEquals(List.of(), setAside());
        remember();
        assertFalse(setAside().isEmpty());
    }

    private void overwrite(long at, byte[] bytes) throws IOException {
        try (var file = new RandomAccessFile(database().toFile(), "rw")) {
            file.seek(at);
            file.write(bytes);
        }
    }

    /** Row H12, its log. */
    @Test
    void readsALogThatEndsInGarbageAsFarAsItIsGood() throws Exception {
        try (Store store = Store.open(dir)) {
            store.now(tables -> tables.places().put(FILE, ROOT, STAMP));
            // a copy of the state of a process that is killed now
            Path copy = Files.createDirectory(dir.resolve("copy"));
            Files.copy(database(), copy.resolve("state.db"));
            Path log = copy.resolve("state.db-wal");
            Files.copy(dir.resolve("state.db-wal"), log);
            Files.write(log, TestContent.random(6, 20_000), StandardOpenOption.APPEND);
            try (Store killed = Store.open(copy)) {
                assertEquals(Optional.of(ROOT), killed.ask(tables -> tables.places().root(FILE, STAMP)));
            }
        }
    }

    @Test
    void waitsForAnotherWriterAndLosesNothing() throws Exception {
        try (Store store = Store.open(dir);
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + database());
                var statement = other.createStatement()) {
            statement.execute("BEGIN EXCLUSIVE");
            assertEquals(Optional.empty(), store.ask(tables -> tables.places().root(FILE, STAMP)), "reading goes on");
            var committed = new CompletableFuture<String>();
            store.later(
                    tables -> tables.places().put(FILE, ROOT, STAMP),
                    () -> committed.complete("committed"),
                    committed::completeExceptionally);
            assertFalse(committed.isDone());
            statement.execute("COMMIT");
            assertEquals("committed", committed.get(30, TimeUnit.SECONDS));
        }
    }

    /** Row H14. */
    @Test
    void namesTheProcessThatHoldsTheDatabase() throws Exception {
        remember();
        try (Program child = ChildJvm.start(List.of(), LockingChild.class, "database", database())) {
            child.await("^LOCKED$", PATIENCE);
            try (Store store = Store.open(dir)) {
                DiskFault fault = assertThrows(
                        DiskFault.class, () -> store.now(tables -> tables.places().put(FILE, ROOT, STAMP)));
                assertEquals(DiskFault.Kind.IN_USE, fault.kind());
                assertTrue(fault.getMessage().contains("process " + child.process().pid()), fault.getMessage());
                child.kill();
                store.now(tables -> tables.places().put(FILE, ROOT, STAMP));
            }
        }
    }

    @Test
    void saysWhereItCannotWrite() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "");
        DiskFault fault = assertThrows(DiskFault.class, () -> Store.open(file.resolve("state")));
        assertTrue(fault.getMessage().contains(file.toString()), fault.getMessage());
    }

    /** Row H17. */
    @Test
    void needsAnSqliteWithoutTheBugThatDamagesDatabases() {
        assertThrows(IllegalStateException.class, () -> Database.Version.require("3.51.2"));
        assertThrows(IllegalStateException.class, () -> Database.Version.require("3.9.12"));
        Database.Version.require("3.51.3");
        Database.Version.require("4.0");
    }
}
