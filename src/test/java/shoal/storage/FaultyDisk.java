package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The library {@code src/test/native/disk.c}, which a child process is started with: it records what the process writes
 * below a folder, and lets calls fail.
 */
record FaultyDisk(Path library) {
    /** How a call fails. */
    enum Kind {
        SHORT_WRITE(0),
        EIO(5),
        ENOSPC(28),
        /** As after a remount because of errors, which opened files do not prevent. */
        EROFS(30);

        private final int errno;

        Kind(int errno) {
            this.errno = errno;
        }
    }

    /** Compiles it into {@code folder}; where that cannot be, the test is skipped. */
    static FaultyDisk compile(Path folder) throws IOException, InterruptedException {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "skipped: the library is for Linux");
        boolean isThere = Files.isExecutable(Path.of("/usr/bin/cc"));
        assumeTrue(isThere, "skipped: there is no /usr/bin/cc to compile src/test/native/disk.c with");
        Path library = folder.resolve("disk.so");
        Path source = Path.of(System.getProperty("shoal.home", "")).resolve("src/test/native/disk.c").toAbsolutePath();
        Process cc = new ProcessBuilder("/usr/bin/cc", "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared",
                "-fPIC", "-o", library.toString(), source.toString())
                .inheritIO()
                .start();
        assertEquals(0, cc.waitFor(), "cc " + source);
        return new FaultyDisk(library);
    }

    /** What a process is started with, for its work below {@code root} to be recorded in {@code log}, if any. */
    Map<String, String> environment(Path root, Path... log) {
        var environment = new HashMap<>(Map.of("LD_PRELOAD", library.toString(), "SHOAL_DISK_ROOT", root.toString()));
        for (Path path : log) environment.put("SHOAL_DISK_LOG", path.toString());
        return environment;
    }

    /**
     * The same for a process in which a call fails; at its end {@code told} says how many calls there were, and which
     * failed first, if one did.
     */
    Map<String, String> environment(Path root, int call, Kind kind, boolean once, Path told) {
        Map<String, String> environment = environment(root);
        environment.put("SHOAL_DISK_FAULT", call + " " + kind.errno + " " + (once ? 1 : 2));
        environment.put("SHOAL_DISK_TOLD", told.toString());
        return environment;
    }

    /** In the child: from now on, lets the call with this number fail, or that one and all later ones. */
    static void fail(Path root, int call, Kind kind, boolean once) throws IOException {
        order(root, call + " " + kind.errno + " " + (once ? 1 : 2));
    }

    /** In the child: no call fails any more. Returns the number of calls since, and the one that failed, if one did. */
    static String heal(Path root) throws IOException {
        return order(root, "0 0 0");
    }

    private static String order(Path root, String words) throws IOException {
        try (var in = new FileInputStream(root.resolve("@fault " + words).toFile())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
