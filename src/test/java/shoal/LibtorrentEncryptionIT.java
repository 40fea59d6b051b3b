package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static shoal.testing.Program.NO_TRACKER;
import static shoal.testing.Program.PATIENCE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shoal.testing.Libtorrent;
import shoal.testing.Program;

/**
 * The real libtorrent that speaks to nobody unless encrypted ({@code forced}), as a peer of {@code ./shoal}. Levels: 2
 * is RC4 alone, 3 plain text behind the handshake as well.
 */
final class LibtorrentEncryptionIT {
    @TempDir
    private Path folder;

    private Path file;
    private Path torrent;

    @BeforeAll
    static void needsLibtorrent() throws InterruptedException {
        Libtorrent.needed();
    }

    @BeforeEach
    void makesAFile() throws IOException, InterruptedException {
        var bytes = new byte[5_300_123];
        new SplittableRandom(11).nextBytes(bytes);
        file = Files.write(folder.resolve("film.bin"), bytes);
        torrent = folder.resolve("film.torrent");
        Libtorrent.make(file, torrent, 16_384);
    }

    private static Program forced(int level, String... arguments) throws IOException {
        var all = new ArrayList<>(List.of(arguments));
        for (String setting : List.of("in_enc_policy=0", "out_enc_policy=0", "allowed_enc_level=" + level,
                "seeding_outgoing_connections=true")) {
            all.addAll(List.of("--set", setting));
        }
        return Libtorrent.start(all.toArray(String[]::new));
    }

    private Program ours(String home, String encryption, Path out, String... more) throws IOException {
        var all = new ArrayList<>(List.of("fetch", torrent.toString(), "-t", NO_TRACKER, "--bind", "127.0.0.1",
                "--encryption", encryption, "-o", out.toString(), "--wait", "60", "--json"));
        all.addAll(List.of(more));
        return Program.shoal(folder.resolve("home of " + home), all.toArray(String[]::new));
    }

    private static String at(Program libtorrent) throws IOException, InterruptedException {
        return "127.0.0.1:" + libtorrent.await("READY port=([0-9]+)", PATIENCE).group(1);
    }

    private static String atOurs(Program fetch) throws IOException, InterruptedException {
        return "127.0.0.1:" + fetch.await("\"port\":([0-9]+)", PATIENCE).group(1);
    }

    private void assertDone(Program leecher, Path out) throws IOException, InterruptedException {
        assertEquals(0, leecher.exit(PATIENCE), leecher::toString);
        assertEquals(-1, Files.mismatch(file, out.resolve("film.bin")));
    }

    @ParameterizedTest
    @CsvSource({"2, allow", "3, allow", "2, prefer", "3, prefer", "2, require", "3, require"})
    void fetchesFromLibtorrentThatItDials(int level, String encryption) throws Exception {
        Path out = folder.resolve("fetched");
        try (Program seeder = forced(level, "seed", torrent.toString(), folder.toString());
                Program fetch = ours("fetch", encryption, out, "--peer", at(seeder))) {
            assertDone(fetch, out);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, allow", "3, allow", "2, require", "3, require"})
    void fetchesFromLibtorrentThatDialsIt(int level, String encryption) throws Exception {
        Path out = folder.resolve("fetched");
        try (Program fetch = ours("fetch", encryption, out);
                Program seeder = forced(
                        level, "seed", torrent.toString(), folder.toString(), "--peer", atOurs(fetch))) {
            at(seeder);
            assertDone(fetch, out);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, allow", "3, allow", "2, prefer", "2, require", "3, require"})
    void givesToLibtorrentThatDialsIt(int level, String encryption) throws Exception {
        Path out = folder.resolve("given");
        try (Program seeder = ours("seed", encryption, folder, "--keep-seeding");
                Program leecher = forced(
                        level, "fetch", torrent.toString(), out.toString(), "--peer", atOurs(seeder))) {
            assertDone(leecher, out);
        }
    }

    @Test
    void whoRequiresEncryptionFindsNobodyInALibtorrentWithoutItAndSaysSo() throws Exception {
        try (Program seeder = Libtorrent.start("seed", torrent.toString(), folder.toString())) {
            String peer = at(seeder);
            try (Program fetch = Program.shoal(folder.resolve("home"), "fetch", torrent.toString(), "-t", NO_TRACKER,
                    "--bind", "127.0.0.1", "--encryption", "require", "-o", folder.resolve("none").toString(),
                    "--peer", peer, "--wait", "3")) {
                assertEquals(5, fetch.exit(PATIENCE), fetch::toString);
                fetch.awaitError(peer + " hangs up on an encrypted handshake, and --encryption is require", PATIENCE);
            }
        }
    }

    @Test
    void whoHasItOffIsNotFoundByALibtorrentThatIsForced() throws Exception {
        try (Program seeder = forced(3, "seed", torrent.toString(), folder.toString());
                Program fetch = Program.shoal(folder.resolve("home"), "fetch", torrent.toString(), "-t", NO_TRACKER,
                        "--bind", "127.0.0.1", "--encryption", "off", "-o", folder.resolve("none").toString(),
                        "--peer", at(seeder), "--wait", "3")) {
            assertEquals(5, fetch.exit(PATIENCE), fetch::toString);
        }
    }
}
