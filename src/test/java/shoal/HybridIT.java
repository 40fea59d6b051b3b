package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shoal.testing.Program.NO_TRACKER;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shoal.testing.Bell;
import shoal.testing.Libtorrent;
import shoal.testing.Program;
import shoal.testing.Rtorrent;

/** Hybrids among real clients: libtorrent, which knows both hashes or but one, and rtorrent, which knows v1 alone. */
final class HybridIT extends Processes {

    /** What a share is called by. */
    enum By {
        MANIFEST,
        V1_HASH,
        V2_HASH,
        BOTH_HASHES
    }

    private record Names(Path manifest, String v1, String v2) {
        String by(By by) {
            return switch (by) {
                case MANIFEST -> manifest.toString();
                case V1_HASH -> "magnet:?xt=urn:btih:" + v1;
                case V2_HASH -> "magnet:?xt=urn:btmh:1220" + v2;
                case BOTH_HASHES -> "magnet:?xt=urn:btih:" + v1 + "&xt=urn:btmh:1220" + v2;
            };
        }
    }

    private static Names names(Path torrent) throws Exception {
        return new Names(torrent, Libtorrent.v1Hash(torrent), Libtorrent.v2Hash(torrent));
    }

    private Names theirs(Path what) throws Exception {
        Path torrent = folder.resolve("theirs.torrent");
        Libtorrent.make(what, torrent, 32_768, "--hybrid");
        return names(torrent);
    }

    private Names ours(Path what, String home) throws Exception {
        Path torrent = folder.resolve("ours.torrent");
        ended(0, home, "share", what.toString(), "--hybrid", "-p", "32KiB", "-t", NO_TRACKER, "--no-seed", "-o",
                torrent.toString());
        return names(torrent);
    }

    private Path file() throws IOException {
        return file(folder.resolve("data/film.bin"), 5_250_123, 1);
    }

    /** Empty files, sizes around blocks and pieces, equal files, a program, names that are not ASCII. */
    private Path tree() throws IOException {
        Path root = folder.resolve("data/records");
        for (int length : new int[] {0, 1, 16384, 16385, 32767, 32768, 32769, 100_000, 9_500_000}) {
            file(root.resolve("sizes/" + length + ".bin"), length, length);
        }
        file(root.resolve("twins/one"), 50_000, 7);
        file(root.resolve("twins/other"), 50_000, 7);
        file(root.resolve("deep/er/Grüße 日本語 🐟.txt"), 70_000, 8);
        assertTrue(file(root.resolve("run.sh"), 20_000, 9).toFile().setExecutable(true));
        file(root.resolve("zero"), 0, 0);
        return root;
    }

    /** rtorrent 0.9.8 takes no two pad files of one length, which have one name: "Duplicate filename found". */
    private Path treeOfDifferentGaps() throws IOException {
        Path root = folder.resolve("data/records");
        for (int length : new int[] {0, 1, 16384, 16385, 40_000, 1_500_000, 9_500_000}) {
            file(root.resolve("sizes/" + length + ".bin"), length, length);
        }
        return root;
    }

    @Test
    void isTheHybridThatLibtorrentMakes() throws Exception {
        Libtorrent.needed();
        Path folderOfOne = file(folder.resolve("data/folder/only.bin"), 100_000, 3).getParent();
        Path program = file(folder.resolve("data/program.sh"), 40_000, 4);
        assertTrue(program.toFile().setExecutable(true));
        for (Path what : List.of(file(), tree(), folderOfOne, program)) {
            Names theirs = theirs(what);
            Names ours = ours(what, "share");
            assertEquals(theirs.v1, ours.v1, what.toString());
            assertEquals(theirs.v2, ours.v2, what.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void fetchesATreeFromLibtorrent(By by) throws Exception {
        fetchesFromLibtorrent(tree(), by);
    }

    @ParameterizedTest
    @EnumSource
    void fetchesAFileFromLibtorrent(By by) throws Exception {
        fetchesFromLibtorrent(file(), by);
    }

    private void fetchesFromLibtorrent(Path what, By by) throws Exception {
        Libtorrent.needed();
        Names names = theirs(what);
        Program seeder = libtorrent("seed", names.manifest.toString(), String.valueOf(what.getParent()));
        String port = seeder.await("READY port=([0-9]+)", LONG).group(1);
        ended(0, "fetch", "fetch", names.by(by), "-o", folder.resolve("got").toString(), "-t", NO_TRACKER, "--bind",
                "127.0.0.1", "--peer", "127.0.0.1:" + port);
        assertSame(what, folder.resolve("got").resolve(what.getFileName()));
    }

    @ParameterizedTest
    @EnumSource
    void givesATreeToLibtorrent(By by) throws Exception {
        givesToLibtorrent(tree(), by);
    }

    @ParameterizedTest
    @EnumSource
    void givesAFileToLibtorrent(By by) throws Exception {
        givesToLibtorrent(file(), by);
    }

    /** It has one thread for the disk: docs/BEPS.md says why it stops at times if it has more. */
    private void givesToLibtorrent(Path what, By by) throws Exception {
        Libtorrent.needed();
        Names names = ours(what, "share");
        Program share = seeder("share", what, NO_TRACKER, "--hybrid", "-p", "32KiB");
        String port = share.await("^READY.*?([0-9]+)$", LONG).group(1);
        Program leecher = libtorrent("fetch", names.by(by), folder.resolve("got").toString(), "--peer",
                "127.0.0.1:" + port, "--set", "aio_threads=1");
        assertEquals(0, leecher.exit(LONG), leecher::toString);
        assertSame(what, folder.resolve("got").resolve(what.getFileName()));
    }

    /** It can do v2, and must not be taken for one who knows that this share is a hybrid. */
    @Test
    void givesToLibtorrentThatKnowsThePartForV1Alone() throws Exception {
        Libtorrent.needed();
        Path what = tree();
        Path manifest = folder.resolve("ours.torrent");
        Program share = seeder("share", what, NO_TRACKER, "--hybrid", "-p", "32KiB", "-o", manifest.toString());
        String port = share.await("^READY.*?([0-9]+)$", LONG).group(1);
        Program leecher = libtorrent("fetch", folder.resolve("ours.v1.torrent").toString(),
                folder.resolve("got").toString(), "--peer", "127.0.0.1:" + port);
        assertEquals(0, leecher.exit(LONG), leecher::toString);
        assertSame(what, folder.resolve("got").resolve(what.getFileName()));
    }

    @Test
    void goesThroughAClientOfV1AsATree() throws Exception {
        goesThroughRtorrent(treeOfDifferentGaps(), "ours.torrent");
    }

    @Test
    void goesThroughAClientOfV1AsAFile() throws Exception {
        goesThroughRtorrent(file(), "ours.torrent");
    }

    @Test
    void goesThroughAClientOfV1AsATreeWithGapsOfOneLengthByThePartForV1() throws Exception {
        goesThroughRtorrent(tree(), "ours.v1.torrent");
    }

    /** It finds us through our tracker by a v1 hash, takes all of it, and is then the only one who has it. */
    private void goesThroughRtorrent(Path what, String taken) throws Exception {
        Rtorrent.needed();
        String tracker = tracker("0");
        Path manifest = folder.resolve("ours.torrent");
        Program share = seeder("share", what, tracker, "--hybrid", "-p", "32KiB", "-o", manifest.toString());
        Path pipe = folder.resolve("finished");
        Program finished = program(Bell.hang(pipe));
        Path theirs = folder.resolve("theirs");
        program(Program.start(Rtorrent.ENVIRONMENT, Rtorrent.command(
                folder, theirs, "127.0.0.1", folder.resolve(taken), pipe)));
        finished.await("finished", LONG);
        assertSame(what, theirs.resolve(what.getFileName()));
        share.close();
        ended(0, "fetch", "fetch", manifest.toString(), "-o", folder.resolve("got").toString(), "-t", tracker,
                "--bind", "127.0.0.1");
        assertSame(what, folder.resolve("got").resolve(what.getFileName()));
    }
}
