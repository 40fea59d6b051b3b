package shoal.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The real libtorrent, of the Python that {@code SHOAL_TEST_PYTHON} names. {@code docs/bench/lt.py} makes of it a
 * process that does one thing, on loopback unless told otherwise; one that gives or takes ends with who started it.
 */
public final class Libtorrent {
    private static final String PYTHON = System.getenv().getOrDefault("SHOAL_TEST_PYTHON", "/usr/bin/python3");

    private Libtorrent() {}

    /** Skips the test where there is none. */
    public static void needed() throws InterruptedException {
        Program.needed(PYTHON + " has no libtorrent: apt-get install python3-libtorrent",
                PYTHON, "-c", "import libtorrent");
    }

    /** The command that does what {@code words} say to {@code lt.py}. */
    public static List<String> command(String... words) {
        var command = new ArrayList<>(List.of(PYTHON, Program.checkout("docs/bench/lt.py").toString()));
        command.addAll(List.of(words));
        return command;
    }

    /** Starts it. */
    public static Program start(String... words) throws IOException {
        return Program.start(Map.of(), command(words));
    }

    /** Has it make the manifest {@code torrent}, of v2 alone unless {@code more} says otherwise. */
    public static void make(Path what, Path torrent, int pieceLength, String... more)
            throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of(
                "make", what.toString(), torrent.toString(), "--piece-length", String.valueOf(pieceLength)));
        words.addAll(List.of(more));
        try (Program make = start(words.toArray(String[]::new))) {
            assertEquals(0, make.exit(Program.PATIENCE), make::toString);
        }
    }

    /** The v2 hash of a manifest as it reads it: 64 digits. */
    public static String v2Hash(Path torrent) throws IOException, InterruptedException {
        return hash(torrent, "^([0-9a-f]{64})$");
    }

    /** The v1 hash of a hybrid: 40 digits. */
    public static String v1Hash(Path torrent) throws IOException, InterruptedException {
        return hash(torrent, "^([0-9a-f]{40})$");
    }

    private static String hash(Path torrent, String pattern) throws IOException, InterruptedException {
        try (Program hash = start("hash", torrent.toString())) {
            return hash.await(pattern, Program.PATIENCE).group(1);
        }
    }
}
