package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A disk without room, without room for names, or to be read only, by means of a small file system in memory: only the
 * superuser can mount one.
 */
final class FullDiskIT {
    private static final TestContent FILE = TestContent.of("file", 256 << 10, Map.of("file", 5_000_000));

    @TempDir
    private Path dir;

    private Path small;

    @BeforeEach
    void mount() throws Exception {
        small = Files.createDirectory(dir.resolve("small"));
        String said = mount("-t", "tmpfs", "-o", "size=8m", "shoal-test");
        assumeTrue(said.isEmpty(), "skipped: no file system can be mounted here: " + said);
    }

    /** What went wrong; nothing if it did not. */
    private String mount(String... words) throws Exception {
        var command = new ArrayList<>(List.of("mount"));
        command.addAll(List.of(words));
        command.add(small.toString());
        Process mount = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return mount.waitFor() == 0 ? "" : said.isEmpty() ? "mount failed" : said;
    }

    @AfterEach
    void unmount() throws Exception {
        new ProcessBuilder("umount", "-l", small.toString()).inheritIO().start().waitFor();
    }

    /** Leaves this many bytes free. */
    private Path fill(long free) throws IOException {
        Path filler = small.resolve("filler");
        long room = Files.getFileStore(small).getUsableSpace();
        Files.write(filler, new byte[(int) (room - free)]);
        return filler;
    }

    private FileHoldings open(Store store, Events events) throws Exception {
        FileHoldings holdings = FileHoldings.forFetch(
                store, FILE.manifest, small.resolve("out"), FILE.all(), false, new Progress());
        holdings.listener(events);
        return holdings;
    }

    @Test
    void saysBeforehandThatThereIsNoRoom() throws Exception {
        fill(1 << 20);
        try (Store store = Store.open(dir.resolve("state"))) {
            DiskFault fault = assertThrows(DiskFault.class, () -> open(store, new Events()));
            assertEquals(DiskFault.Kind.FULL, fault.kind());
            String message = fault.getMessage();
            assertTrue(message.matches("disk full: need 4.8 MiB, have \\S+ [KM]iB at .*"), message);
        }
    }

    /** Row H5. */
    @Test
    void stopsWhenTheRoomIsGoneAndGoesOnWhenThereIsSome() throws Exception {
        try (Store store = Store.open(dir.resolve("state"))) {
            var events = new Events();
            int done = 0;
            Path filler;
            try (FileHoldings holdings = open(store, events)) {
                for (; done < 5; done++) FILE.fetch(holdings, done);
                events.await(StorageEvent.Committed.class, 5);
                filler = fill(64 << 10);
                DiskFault fault = assertThrows(DiskFault.class, () -> {
                    for (int piece = 5; piece < FILE.manifest.pieceCount(); piece++) FILE.fetch(holdings, piece);
                });
                assertEquals(DiskFault.Kind.FULL, fault.kind());
                assertTrue(fault.getMessage().startsWith("disk full: need 3.5 MiB, have "), fault.getMessage());
            }
            Files.delete(filler);
            try (FileHoldings holdings = open(store, events)) {
                assertTrue(holdings.have().count() >= 5, "nothing that was proven is lost");
                for (int piece = 0; piece < FILE.manifest.pieceCount(); piece++) {
                    if (!holdings.have().has(piece)) FILE.fetch(holdings, piece);
                }
                events.await(StorageEvent.FileDone.class);
                holdings.finish();
            }
            assertEquals(-1, Files.mismatch(small.resolve("out/file"), copy()));
        }
    }

    private Path copy() throws IOException {
        return Files.write(dir.resolve("copy"), FILE.files.getFirst());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4 << 10, 40 << 10, 300 << 10, 1100 << 10})
    void losesNothingWhenTheDatabaseHasNoRoom(int free) throws Exception {
        var events = new Events();
        Path state = small.resolve("state");
        Path filler;
        try (Store store = Store.open(state)) {
            try (FileHoldings holdings = elsewhere(store, events)) {
                FILE.fetch(holdings, 0);
                events.await(StorageEvent.Committed.class);
                filler = fill(free);
                try {
                    for (int piece = 1; piece < FILE.manifest.pieceCount(); piece++) FILE.fetch(holdings, piece);
                    holdings.finish();
                } catch (DiskFault fault) {
                    assertEquals(DiskFault.Kind.FULL, fault.kind(), fault.getMessage());
                }
            }
        }
        Files.delete(filler);
        try (Store store = Store.open(state);
                FileHoldings holdings = elsewhere(store, events)) {
            assertTrue(holdings.have().has(0));
            finish(holdings);
            assertEquals(-1, Files.mismatch(dir.resolve("out/file"), copy()));
        }
    }

    /** Row H6. All that a fetch makes lies on the disk: the database and its log, what is under way, the part. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void saysThatThereIsNoRoomForAnotherNameAndGoesOnWhenThereIs(int names) throws Exception {
        assertEquals("", mount("-o", "remount,nr_inodes=" + names));
        var events = new Events();
        boolean isDone = false;
        try (Store store = Store.open(small.resolve("state"));
                FileHoldings holdings = open(store, events)) {
            for (int piece = 0; piece < 5; piece++) FILE.fetch(holdings, piece);
            holdings.finish();
            isDone = true;
        } catch (DiskFault fault) {
            assertEquals(DiskFault.Kind.FULL, fault.kind(), fault.getMessage());
            String message = fault.getMessage();
            assertTrue(message.startsWith("disk full: need ") && message.contains(small.toString()), message);
            assertTrue(message.endsWith("(no inodes left, or a quota?)"), message);
        }
        assertEquals(names > 8, isDone, "a name for each of eight files and folders and the top");
        assertEquals("", mount("-o", "remount,nr_inodes=100"));
        try (Store store = Store.open(small.resolve("state"));
                FileHoldings holdings = open(store, events)) {
            finish(holdings);
        }
        assertEquals(-1, Files.mismatch(small.resolve("out/file"), copy()));
    }

    private void finish(FileHoldings holdings) throws Exception {
        for (int piece = 0; piece < FILE.manifest.pieceCount(); piece++) {
            if (!holdings.have().has(piece)) FILE.fetch(holdings, piece);
        }
        holdings.finish();
    }

    /** Row H7. */
    @Test
    void saysThatADiskMayNotBeWrittenAndLosesNothingOfWhatIsOnIt() throws Exception {
        var events = new Events();
        Store.open(small.resolve("state")).close();
        try (Store store = Store.open(dir.resolve("state"));
                FileHoldings holdings = open(store, events)) {
            for (int piece = 0; piece < 5; piece++) FILE.fetch(holdings, piece);
            events.await(StorageEvent.Committed.class, 5);
        }
        assertEquals("", mount("-o", "remount,ro"));
        assertReadOnly(small.resolve("state/state.db"),
                assertThrows(DiskFault.class, () -> Store.open(small.resolve("state")).close()));
        try (Store store = Store.open(dir.resolve("state"))) {
            DiskFault fault = assertThrows(DiskFault.class, () -> {
                try (FileHoldings holdings = open(store, events)) {
                    finish(holdings);
                }
            });
            assertReadOnly(small.resolve("out"), fault);
        }
        assertEquals("", mount("-o", "remount,rw"));
        try (Store store = Store.open(dir.resolve("state"));
                FileHoldings holdings = open(store, events)) {
            assertEquals(5, holdings.have().count());
            finish(holdings);
        }
        assertEquals(-1, Files.mismatch(small.resolve("out/file"), copy()));
    }

    private static void assertReadOnly(Path where, DiskFault fault) {
        assertEquals(DiskFault.Kind.IO, fault.kind());
        String message = fault.getMessage();
        assertTrue(message.contains(where.toString()) && message.contains("ead-only"), message);
    }

    private FileHoldings elsewhere(Store store, Events events) throws Exception {
        FileHoldings holdings = FileHoldings.forFetch(
                store, FILE.manifest, dir.resolve("out"), FILE.all(), false, new Progress());
        holdings.listener(events);
        return holdings;
    }
}
