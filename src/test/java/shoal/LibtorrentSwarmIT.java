package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shoal.testing.Program.NO_TRACKER;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import shoal.testing.Libtorrent;
import shoal.testing.Program;

/** Swarms of three, ours and libtorrent's, in which two can find each other by peer exchange (BEP 11) alone. */
final class LibtorrentSwarmIT extends Processes {
    private static final String LOOPBACK = "127.0.0.1";

    @BeforeAll
    static void needsLibtorrent() throws InterruptedException {
        Libtorrent.needed();
    }

    /** Who gives all, and a port at which it does. */
    private record Seeder(String manifest, String port) {}

    private Seeder seeder(Path path) throws Exception {
        Program share = shoal("seeder", "share", path.toString(), "-t", NO_TRACKER, "--bind", LOOPBACK, "-p", "64KiB");
        String manifest = share.await("^manifest\\s+(.+)$", LONG).group(1);
        return new Seeder(manifest, share.await("^READY port ([0-9]+)", LONG).group(1));
    }

    /** The one in the middle has nothing and asks for nothing, so that all must come from the one that it tells of. */
    @Test
    void libtorrentTellsUsOfAPeer() throws Exception {
        Path file = random("film.bin", 1, 20);
        Seeder seeder = seeder(file);
        String port = String.valueOf(freePort());
        libtorrent("fetch", seeder.manifest, folder.resolve("slow").toString(), "--port", port, "--find", "pex",
                "--peer", LOOPBACK + ":" + seeder.port, "--set", "close_redundant_connections=false", "--idle");
        Program fetch = shoal("fetcher", "fetch", seeder.manifest, "-o", folder.resolve("out").toString(), "--json",
                "-t", NO_TRACKER, "--bind", LOOPBACK, "--peer", LOOPBACK + ":" + port);
        String done = fetch.await("\"event\":\"done\"", LONG).group();
        assertEquals(0, fetch.exit(LONG), fetch::toString);
        assertTrue(fetch.out().stream().anyMatch(line -> line.contains(done) && line.contains(":" + seeder.port)),
                fetch::toString);
        assertEquals(-1, Files.mismatch(file, folder.resolve("out/film.bin")));
    }

    /** The one in the middle is ours: it has one file of two, and the other is at the peer that it tells of. */
    @Test
    void weTellLibtorrentOfAPeer() throws Exception {
        Path films = Files.createDirectory(folder.resolve("films"));
        Path one = random("films/one.bin", 2, 1);
        Path two = random("films/two.bin", 3, 1);
        Seeder made = seeder(films);
        String port = String.valueOf(freePort());
        Program seeds = libtorrent("seed", made.manifest, folder.toString(), "--port", port,
                "--set", "close_redundant_connections=false");
        seeds.await("READY", LONG);
        Program middle = shoal("middle", "fetch", made.manifest, "-o", folder.resolve("half").toString(), "--json",
                "-t", NO_TRACKER, "--bind", LOOPBACK, "--peer", LOOPBACK + ":" + port, "-s", "one.bin",
                "--keep-seeding");
        String begun = middle.await("\"event\":\"begun\".*?\"port\":(\\d+)", LONG).group(1);
        middle.await("\"event\":\"done\"", LONG);
        Program fetch = libtorrent("fetch", made.manifest, folder.resolve("out").toString(), "--find", "pex",
                "--peer", LOOPBACK + ":" + begun, "--timeout", "100",
                // else it may have left the one in the middle, which has nothing more for it, before that has told it
                "--set", "close_redundant_connections=false");
        assertEquals(0, fetch.exit(LONG), () -> fetch + "\n" + middle);
        assertEquals(-1, Files.mismatch(one, folder.resolve("out/films/one.bin")));
        assertEquals(-1, Files.mismatch(two, folder.resolve("out/films/two.bin")));
    }
}
