package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shoal.testing.Program.NO_TRACKER;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.testing.Libtorrent;
import shoal.testing.Program;

/** The real libtorrent gives a file that was damaged behind its back, and another one has it whole. */
final class DamagedSeederIT extends Processes {
    private static final String LOOPBACK = "127.0.0.1:";
    private static final int LENGTH = 10_500_123;
    private static final int PIECE = 262_144;
    private static final int BLOCK = 16_384;

    @BeforeAll
    static void needsLibtorrent() throws InterruptedException {
        Libtorrent.needed();
    }

    /**
     * The damaged one is alone at first, so that something bad comes for certain; the whole one is there when that was
     * found. Unchecked, the damaged one knows no leaves; checked, it knows the right ones and so can convict itself.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isFoundOutAndBannedAndTheRestIsFetchedFromAnother(boolean checked) throws Exception {
        Path whole = file(folder.resolve("whole/film.bin"), LENGTH, 3);
        Path torrent = folder.resolve("film.torrent");
        Libtorrent.make(whole, torrent, PIECE);
        Path copy = Files.copy(whole, Files.createDirectories(folder.resolve("damaged")).resolve("film.bin"));
        if (!checked) damage(copy);
        Program liar = checked
                ? libtorrent("seed", torrent.toString(), copy.getParent().toString())
                : libtorrent("seed", torrent.toString(), copy.getParent().toString(), "--unchecked",
                        // else it looks at a piece before it gives it, and sees what is wrong
                        "--set", "disable_hash_checks=true");
        String damaged = LOOPBACK + liar.await("READY port=([0-9]+)", LONG).group(1);
        if (checked) damage(copy);
        Path out = folder.resolve("out");
        Program fetch = shoal("fetcher", "fetch", torrent.toString(), "-o", out.toString(), "-t", NO_TRACKER, "--bind",
                "127.0.0.1", "--peer", damaged, "--wait", "60", "--json", "-v");
        String ours = LOOPBACK + fetch.await("\"port\":([0-9]+)", LONG).group(1);
        fetch.awaitError(Pattern.quote(damaged) + ".* is banned: it sent ", LONG);
        Program other = libtorrent("seed", torrent.toString(), whole.getParent().toString(), "--peer", ours,
                "--set", "seeding_outgoing_connections=true");
        other.await("READY", LONG);
        assertEquals(0, fetch.exit(LONG), fetch::toString);
        assertEquals(-1, Files.mismatch(whole, out.resolve("film.bin")));

        List<String> bans = fetch.err().stream().filter(line -> line.contains(" is banned: ")).toList();
        assertTrue(bans.stream().allMatch(line -> line.contains(damaged)), fetch::toString);
        String done = fetch.out().getLast();
        assertTrue(done.contains("\"event\":\"done\""), done);
        assertTrue(number(done, "wasted") >= BLOCK, done);
        if (checked) assertTrue(number(done, "badBlocks") >= 1, done);
        Matcher report = Pattern.compile("\\{[^{}]*\"peer\":\"" + damaged + "\"[^{}]*\"ended\":\"it sent [^{}]*bad")
                .matcher(done);
        assertTrue(report.find(), done);
        assertEquals(1, done.split("\"ended\":\"it sent ", -1).length - 1, done);
        // what the damaged one gave in vain is a part of what it had sent when it was found out
        assertTrue(number(done, "wasted") <= number(report.group(), "received"), done);
        assertTrue(number(done, "received") - number(done, "wasted") >= LENGTH, done);
    }

    /** One byte in a block of each piece, in the first block or another. */
    private static void damage(Path file) throws Exception {
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
            for (int piece = 0; piece * PIECE < LENGTH; piece++) {
                int at = Math.min(LENGTH - 1, piece * PIECE + piece % 16 * BLOCK + 100);
                bytes.seek(at);
                int old = bytes.read();
                bytes.seek(at);
                bytes.write(~old);
            }
        }
    }
}
