package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class ScanTest {
    @TempDir
    private Path dir;

    private static Set<String> names(Scan scan) {
        var names = new TreeSet<String>();
        for (ScannedFile file : scan.files()) names.add(String.join("/", file.name()));
        return names;
    }

    @Test
    void findsAllFilesOfATree() throws Exception {
        Files.createDirectories(dir.resolve("t/a/b/c"));
        Files.createDirectories(dir.resolve("t/empty"));
        Files.writeString(dir.resolve("t/a/b/c/deep"), "deep");
        Files.writeString(dir.resolve("t/ .odd name."), "");
        Files.writeString(dir.resolve("t/.hidden"), "hidden");
        Files.writeString(dir.resolve("t/gr\u00fc\u00dfe \u65e5\u672c"), "x");
        Scan scan = Scan.of(List.of(dir.resolve("t")));
        assertEquals(Set.of("a/b/c/deep", " .odd name.", ".hidden", "gr\u00fc\u00dfe \u65e5\u672c"), names(scan));
        assertEquals(11, scan.length());
        assertEquals(List.of(), scan.skipped());
    }

    @Test
    void findsEachFileOfManyFoldersOnce() throws Exception {
        var expected = new HashSet<String>();
        for (int i = 0; i < 300; i++) {
            String folder = "f" + i % 7 + "/" + "deeper/".repeat(i % 5) + i;
            Files.createDirectories(dir.resolve("t").resolve(folder));
            for (int file = 0; file < i % 4; file++) {
                Files.writeString(dir.resolve("t").resolve(folder).resolve("x" + file), "");
                expected.add(folder + "/x" + file);
            }
        }
        Scan scan = Scan.of(List.of(dir.resolve("t")));
        assertEquals(expected, names(scan));
        assertEquals(expected.size(), scan.files().size());
    }

    @Test
    void saysWhichOfManyFoldersIsTooDeep() throws Exception {
        for (int i = 0; i < 50; i++) Files.createDirectories(dir.resolve("t/" + i + "/sub"));
        Files.createDirectories(dir.resolve("t/7" + "/a".repeat(100)));
        DiskFault fault = assertThrows(DiskFault.class, () -> Scan.of(List.of(dir.resolve("t"))));
        assertTrue(fault.getMessage().contains("deeper than 100 folders"), fault.getMessage());
    }

    @Test
    void callsAFileByItsNameAndSeveralPathsByTheirs() throws Exception {
        Path one = Files.writeString(dir.resolve("one"), "1");
        Files.createDirectory(dir.resolve("two"));
        Files.writeString(dir.resolve("two/three"), "333");
        assertEquals(Set.of("one"), names(Scan.of(List.of(one))));
        assertEquals(Set.of("one", "two/three"), names(Scan.of(List.of(one, dir.resolve("two/../two")))));
    }

    @Test
    void seesWhichFilesArePrograms() throws Exception {
        Path program = Files.writeString(dir.resolve("run"), "#!/bin/sh\n");
        assertFalse(Scan.of(List.of(program)).files().getFirst().executable());
        assumeTrue(program.toFile().setExecutable(true), "this file system has no programs");
        assertTrue(Scan.of(List.of(program)).files().getFirst().executable());
    }

    /** Row B5. */
    @Test
    void followsNoLinksAndSaysSo() throws Exception {
        Files.createDirectory(dir.resolve("t"));
        Files.writeString(dir.resolve("secret"), "secret");
        Files.createSymbolicLink(dir.resolve("t/link"), dir.resolve("secret"));
        Files.createSymbolicLink(dir.resolve("t/loop"), dir.resolve("t"));
        Files.writeString(dir.resolve("t/file"), "");
        Scan scan = Scan.of(List.of(dir.resolve("t")));
        assertEquals(Set.of("file"), names(scan));
        assertEquals(2, scan.skipped().size());
        assertTrue(scan.skipped().getFirst().contains("symbolic link"), scan.skipped().getFirst());
    }

    /** Row B12. */
    @Test
    @Timeout(30)
    void doesNotWaitForAPipe() throws Exception {
        Path pipe = dir.resolve("pipe");
        Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
        assumeTrue(made.waitFor() == 0, "no mkfifo here");
        Files.writeString(dir.resolve("file"), "");
        Scan scan = Scan.of(List.of(dir));
        assertEquals(Set.of("file"), names(scan));
        assertEquals(1, scan.skipped().size());
    }

    @Test
    void saysWhatIsNotThere() {
        DiskFault fault = assertThrows(DiskFault.class, () -> Scan.of(List.of(dir.resolve("nothing"))));
        assertTrue(fault.getMessage().contains("nothing"), fault.getMessage());
    }

    @Test
    void refusesANameThatIsNoUnicode() throws Exception {
        // a byte that no UTF-8 has: only a shell can make such a name
        String script = "printf x > \"$(printf 'bad\\377name')\"";
        Process made = new ProcessBuilder("sh", "-c", script).directory(dir.toFile()).start();
        assumeTrue(made.waitFor() == 0, "this file system has only Unicode names");
        DiskFault fault = assertThrows(DiskFault.class, () -> Scan.of(List.of(dir)));
        assertTrue(fault.getMessage().contains("not UTF-8"), fault.getMessage());
    }

    @Test
    void stampsAFileWithTheInodeThatTheSystemKnowsItBy() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "12345");
        assumeTrue(Files.getFileStore(file).supportsFileAttributeView("posix"), "this system has no inodes");
        FileStamp stamp = Scan.of(List.of(file)).files().getFirst().stamp();
        assertEquals(Files.getAttribute(file, "unix:ino"), stamp.inode());
        assertEquals(5, stamp.size());
        assertEquals(stamp, FileStamp.of(file));
    }
}
