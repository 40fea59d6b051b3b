package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shoal.testing.Program.NO_TRACKER;
import static shoal.testing.Program.PATIENCE;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import shoal.bytes.Hash;
import shoal.discovery.CatalogueClient;
import shoal.manifest.CanonicalShare;
import shoal.testing.Libtorrent;
import shoal.testing.Program;

/** The real libtorrent as a peer of {@code ./shoal}, in both directions: v2 alone, each told the other's address. */
final class LibtorrentIT extends Processes {
    @BeforeAll
    static void needsLibtorrent() throws InterruptedException {
        Libtorrent.needed();
    }

    /** Pieces of 16 KiB make 641 of them: more than one hash request holds, and an odd block at the end. */
    @Test
    void fetchesAFileFromLibtorrentByManifest() throws Exception {
        Path file = file(folder.resolve("film.bin"), 10_500_123, 1);
        Path torrent = libtorrentManifest(file, 16384);
        try (Program seeder = seed(torrent, folder); Program fetch = fetch(torrent.toString(), seeder)) {
            assertFetched(fetch, file);
        }
    }

    @Test
    void fetchesAFileFromLibtorrentByMagnetAlone() throws Exception {
        Path file = file(folder.resolve("film.bin"), 10_500_123, 2);
        Path torrent = libtorrentManifest(file, 16384);
        try (Program seeder = seed(torrent, folder); Program fetch = fetch(magnet(torrent), seeder)) {
            assertFetched(fetch, file);
        }
    }

    @Test
    void fetchesATreeFromLibtorrentByManifest() throws Exception {
        Path tree = tree(folder.resolve("records"));
        Path torrent = libtorrentManifest(tree, 32768);
        try (Program seeder = seed(torrent, folder); Program fetch = fetch(torrent.toString(), seeder)) {
            assertFetched(fetch, tree);
        }
    }

    @Test
    void fetchesATreeFromLibtorrentByMagnetAlone() throws Exception {
        Path tree = tree(folder.resolve("records"));
        Path torrent = libtorrentManifest(tree, 32768);
        try (Program seeder = seed(torrent, folder); Program fetch = fetch(magnet(torrent), seeder)) {
            assertFetched(fetch, tree);
        }
    }

    @Test
    void repairsABlockFromLibtorrentThatHasHashedItsFiles() throws Exception {
        assertEquals(16_384, repaired());
    }

    /** It knows no leaves but of the pieces that it has read: one block more, and then it gives them. */
    @Test
    void repairsABlockFromLibtorrentThatHasNotHashedItsFiles() throws Exception {
        assertEquals(2 * 16_384, repaired("--unchecked"));
    }

    /** Damages a block of a file, has it repaired from libtorrent, and returns the bytes of blocks that came. */
    private long repaired(String... how) throws Exception {
        Path file = file(folder.resolve("film.bin"), 10_500_123, 5);
        Path torrent = libtorrentManifest(file, 262_144);
        Path copy = Files.copy(file, Files.createDirectories(folder.resolve("copy")).resolve("film.bin"));
        try (var damaged = new RandomAccessFile(copy.toFile(), "rw")) {
            damaged.seek(5_000_000);
            int old = damaged.read();
            damaged.seek(5_000_000);
            damaged.write(old ^ 1);
        }
        try (Program seeder = seed(torrent, folder, how)) {
            String port = seeder.await("READY port=([0-9]+)", PATIENCE).group(1);
            try (Program verify = shoal("home of verify", "verify", torrent.toString(), copy.toString(),
                    "--repair", "-t", NO_TRACKER, "--bind", "127.0.0.1", "--peer", "127.0.0.1:" + port, "--json")) {
                assertEquals(0, verify.exit(PATIENCE), verify::toString);
                assertTrue(verify.out().getFirst().contains("\"offset\":4997120,\"length\":16384,\"from\":\"127.0.0.1:"
                        + port), verify::toString);
                assertSame(file, copy);
                return Long.parseLong(verify.await("\"received\":(\\d+)", PATIENCE).group(1));
            }
        }
    }

    @Test
    void givesAFileToLibtorrentByManifest() throws Exception {
        Path file = file(folder.resolve("film.bin"), 10_500_123, 3);
        try (Shared shared = share(file); Program leecher = libtorrentFetch(shared.manifest, shared.port)) {
            assertGiven(leecher, file);
        }
    }

    @Test
    void givesAFileToLibtorrentByMagnetAlone() throws Exception {
        Path file = file(folder.resolve("film.bin"), 10_500_123, 4);
        try (Shared shared = share(file); Program leecher = libtorrentFetch(shared.magnet, shared.port)) {
            assertGiven(leecher, file);
        }
    }

    @Test
    void givesATreeToLibtorrentByManifest() throws Exception {
        Path tree = tree(folder.resolve("records"));
        try (Shared shared = share(tree); Program leecher = libtorrentFetch(shared.manifest, shared.port)) {
            assertGiven(leecher, tree);
        }
    }

    @Test
    void givesATreeToLibtorrentByMagnetAlone() throws Exception {
        Path tree = tree(folder.resolve("records"));
        try (Shared shared = share(tree); Program leecher = libtorrentFetch(shared.magnet, shared.port)) {
            assertGiven(leecher, tree);
        }
    }

    /** It knows nothing of the folder that we share, only the file's root and length. */
    @Test
    void givesAFileOfATreeToLibtorrentByItsCanonicalShareAlone() throws Exception {
        Path tree = tree(folder.resolve("records"));
        int length = 10_500_123;
        Path film = file(tree.resolve("films/beach.mkv"), length, 6);
        try (Shared shared = share(tree)) {
            String root = shared.program.await("^root\\s+([0-9a-f]{64})  films/beach.mkv$", PATIENCE).group(1);
            String magnet = "magnet:?xt=urn:btmh:1220" + CanonicalShare.of(Hash.ofHex(root), length).infoHash();
            try (Program leecher = libtorrentFetch(magnet, shared.port)) {
                assertEquals(0, leecher.exit(PATIENCE), leecher::toString);
                assertSame(film, folder.resolve("given").resolve(root));
            }
        }
    }

    /** It gives a folder in which the film is, and has never heard of any other share with it. */
    @Test
    void fetchesAFileFromALibtorrentThatHasItInAnotherShare() throws Exception {
        Path tree = tree(folder.resolve("records"));
        Path film = file(folder.resolve("film.bin"), 10_500_123, 7);
        Files.copy(film, Files.createDirectories(tree.resolve("films")).resolve("beach.mkv"));
        Path theirs = libtorrentManifest(tree, 32_768);
        Path ours = folder.resolve("ours.torrent");
        ended(0, "home of share", "share", film.toString(), "-t", NO_TRACKER, "-p", "256KiB", "--no-seed",
                "-o", ours.toString());
        String tracker = tracker("0");
        new CatalogueClient(URI.create(tracker)).register(Files.readAllBytes(theirs));
        try (Program seeder = seed(theirs, folder, "--tracker", tracker)) {
            seeder.await("READY", PATIENCE);
            Program fetch = ended(0, "home of fetch", "fetch", ours.toString(), "-t", tracker, "--bind", "127.0.0.1",
                    "-o", folder.resolve("fetched").toString(), "--json");
            assertSame(film, folder.resolve("fetched/film.bin"));
            assertEquals(10_500_123, number(fetch.out().getLast(), "received"), fetch::toString);
        }
    }

    @Test
    void makesTheSameManifestAsLibtorrent() throws Exception {
        Path tree = tree(folder.resolve("records"));
        Path theirs = libtorrentManifest(tree, 32768);
        Path ours = folder.resolve("ours.torrent");
        try (Program share = shoal("home of share", "share", tree.toString(), "-t", NO_TRACKER, "-p", "32KiB",
                "--no-seed", "-o", ours.toString())) {
            assertEquals(0, share.exit(PATIENCE), share::toString);
        }
        assertEquals(Libtorrent.v2Hash(theirs), Libtorrent.v2Hash(ours));
    }

    /** Ours that gives, with where its manifest is and its magnet link. */
    private record Shared(Program program, String manifest, String magnet, int port) implements AutoCloseable {
        @Override
        public void close() {
            program.close();
        }
    }

    private Shared share(Path what) throws IOException, InterruptedException {
        Program share = shoal(
                "home of share", "share", what.toString(), "-t", NO_TRACKER, "-p", "16KiB", "--bind", "127.0.0.1");
        String magnet = share.await("^magnet\\s+(\\S+)", PATIENCE).group(1);
        String manifest = share.await("^manifest\\s+(.+)$", PATIENCE).group(1);
        int port = Integer.parseInt(share.await("^READY.*?([0-9]+)$", PATIENCE).group(1));
        return new Shared(share, manifest, magnet, port);
    }

    private Program fetch(String what, Program seeder) throws IOException, InterruptedException {
        String port = seeder.await("READY port=([0-9]+)", PATIENCE).group(1);
        return shoal("home of fetch", "fetch", what, "-o", folder.resolve("fetched").toString(), "-t", NO_TRACKER,
                "--bind", "127.0.0.1", "--peer", "127.0.0.1:" + port);
    }

    private void assertFetched(Program fetch, Path original) throws IOException, InterruptedException {
        assertEquals(0, fetch.exit(PATIENCE), fetch::toString);
        assertSame(original, folder.resolve("fetched").resolve(original.getFileName()));
    }

    private void assertGiven(Program leecher, Path original) throws IOException, InterruptedException {
        assertEquals(0, leecher.exit(PATIENCE), leecher::toString);
        assertSame(original, folder.resolve("given").resolve(original.getFileName()));
    }

    private Path libtorrentManifest(Path what, int pieceLength) throws IOException, InterruptedException {
        Path torrent = folder.resolve("theirs.torrent");
        Libtorrent.make(what, torrent, pieceLength);
        return torrent;
    }

    private Program seed(Path torrent, Path parent, String... how) throws IOException {
        return libtorrent(Stream.concat(
                Stream.of("seed", torrent.toString(), parent.toString()), Stream.of(how)).toArray(String[]::new));
    }

    private Program libtorrentFetch(String what, int port) throws IOException {
        return libtorrent("fetch", what, folder.resolve("given").toString(), "--peer", "127.0.0.1:" + port);
    }

    private static String magnet(Path torrent) throws IOException, InterruptedException {
        return "magnet:?xt=urn:btmh:1220" + Libtorrent.v2Hash(torrent);
    }

    /** Empty files, sizes around blocks and pieces, equal files, deep folders, names that are not ASCII. */
    private static Path tree(Path root) throws IOException {
        int[] lengths = {0, 1, 16383, 16384, 16385, 32767, 32768, 32769, 100_000, 1_500_000};
        for (int length : lengths) file(root.resolve("sizes/" + length + ".bin"), length, length);
        file(root.resolve("twins/one"), 50_000, 7);
        file(root.resolve("twins/other"), 50_000, 7);
        file(root.resolve("deep/er/and/deep/er/still/Grüße 日本語 🐟.txt"), 70_000, 8);
        file(root.resolve("a name; with 'all' \"sorts\" of $things & more.txt"), 20_000, 9);
        return root;
    }
}
