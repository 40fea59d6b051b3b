package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class TargetFolderTest {
    @TempDir
    private Path dir;

    private Path outside;
    private Path inside;
    private TargetFolder folder;

    @BeforeEach
    void open() throws Exception {
        outside = Files.createDirectory(dir.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        inside = dir.resolve("in/side");
        folder = TargetFolder.open(inside);
    }

    @AfterEach
    void closeAndLookOutside() throws IOException {
        folder.close();
        assertEquals("secret", Files.readString(outside.resolve("secret")));
        try (var files = Files.list(outside)) {
            assertEquals(List.of(outside.resolve("secret")), files.toList());
        }
    }

    private static void assertUnsafe(Executable call) {
        DiskFault fault = assertThrows(DiskFault.class, call);
        assertEquals(DiskFault.Kind.UNSAFE, fault.kind(), fault.getMessage());
        assertTrue(fault.getMessage().contains("symbolic link"), fault.getMessage());
    }

    @Test
    void makesFilesAndTheirFolders() throws Exception {
        try (FileChannel channel = folder.make(Path.of("a/b/c"))) {
            channel.write(ByteBuffer.wrap(new byte[5]), 0);
        }
        assertEquals(5, Files.size(inside.resolve("a/b/c")));
        folder.rename(Path.of("a/b/c"), Path.of("a/b/d"));
        assertEquals(5, folder.stamp(Path.of("a/b/d")).orElseThrow().size());
        folder.makeExecutable(Path.of("a/b/d"));
        assertTrue(Files.isExecutable(inside.resolve("a/b/d")));
        folder.syncFolder(Path.of("a/b"));
        folder.remove(Path.of("a/b/d"));
        folder.remove(Path.of("a/b/d"));
        assertTrue(folder.stamp(Path.of("a/b/d")).isEmpty());
    }

    @Test
    void keepsManyFoldersApart() throws Exception {
        for (int i = 0; i < 100; i++) folder.make(Path.of("folder" + i, "file")).close();
        for (int i = 0; i < 100; i++) {
            folder.rename(Path.of("folder" + i, "file"), Path.of("folder" + i, "file" + i));
            assertTrue(Files.exists(inside.resolve("folder" + i).resolve("file" + i)));
        }
    }

    @Test
    void goesDeeperThanItKeepsFoldersOpen() throws Exception {
        Path deep = Path.of("d");
        for (int i = 0; i < 80; i++) deep = deep.resolve("d");
        folder.make(deep.resolve("file")).close();
        assertTrue(Files.exists(inside.resolve(deep).resolve("file")));
    }

    /** Row B4, before the transfer. */
    @Test
    void followsNoLinkInTheWay() throws Exception {
        Files.createSymbolicLink(inside.resolve("a"), outside);
        assertUnsafe(() -> folder.make(Path.of("a/new")));
        assertUnsafe(() -> folder.open(Path.of("a/secret"), true));
        assertUnsafe(() -> folder.remove(Path.of("a/secret")));
        folder.make(Path.of("mine")).close();
        assertUnsafe(() -> folder.rename(Path.of("mine"), Path.of("a/secret")));
        assertUnsafe(() -> folder.makeExecutable(Path.of("a/secret")));
    }

    @Test
    void followsNoLinkInThePlaceOfAFile() throws Exception {
        Files.createSymbolicLink(inside.resolve("file"), outside.resolve("secret"));
        Files.createSymbolicLink(inside.resolve("dangling"), outside.resolve("new"));
        assertUnsafe(() -> folder.make(Path.of("file")));
        assertUnsafe(() -> folder.open(Path.of("file"), true));
        assertUnsafe(() -> folder.stamp(Path.of("file")));
        assertUnsafe(() -> folder.make(Path.of("dangling")));
    }

    @Test
    void staysInTheFolderThatItOpenedWhenALinkTakesItsPlace() throws Exception {
        folder.make(Path.of("a/one")).close();
        Files.move(inside.resolve("a"), inside.resolve("moved"));
        Files.createSymbolicLink(inside.resolve("a"), outside);
        // by way of the folder that is open: where it went to, and not where the link leads
        folder.make(Path.of("a/two")).close();
        assertTrue(Files.exists(inside.resolve("moved/two")));
    }

    /** Row B4, while it runs. */
    @Test
    void isNotFooledByLinksThatComeAndGo() throws Exception {
        Path link = inside.resolve("x");
        var swapper = Thread.ofPlatform().start(() -> {
            try {
                for (int i = 0; i < 3000; i++) {
                    Files.createSymbolicLink(link, outside);
                    Files.delete(link);
                }
            } catch (IOException e) {
                // a folder of ours was made there: the end of the game
            }
        });
        for (int i = 0; swapper.isAlive(); i++) {
            try {
                folder.make(Path.of("x", "file" + i)).close();
                break;
            } catch (DiskFault fault) {
                // refused, as it should be while there is a link
            }
        }
        swapper.join();
    }

    @Test
    void refusesWhatIsNoFolderOrNoFile() throws Exception {
        Files.writeString(dir.resolve("file"), "");
        DiskFault fault = assertThrows(DiskFault.class, () -> TargetFolder.open(dir.resolve("file")));
        assertEquals(DiskFault.Kind.EXISTS, fault.kind());
        Files.createDirectory(inside.resolve("sub"));
        fault = assertThrows(DiskFault.class, () -> folder.stamp(Path.of("sub")));
        assertEquals(DiskFault.Kind.EXISTS, fault.kind());
        Files.writeString(inside.resolve("plain"), "");
        assertThrows(DiskFault.class, () -> folder.make(Path.of("plain/below")));
    }
}
