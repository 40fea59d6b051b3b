package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import shoal.testing.Program;

/**
 * Two people share one file of 64 MiB without knowing of each other: one alone and in long pieces, one in a folder and
 * in short ones. Each has but half of it. No catalogue knows either share; all that they have in common is a tracker.
 */
final class OtherSwarmsIT extends Processes {
    private static final int MEBIBYTES = 64;
    private static final String NO_TRACKER = "http://127.0.0.1:9/announce";

    private Path film;
    private String tracker;
    private String root;
    private Path alone;
    private Program ann;
    private Program ben;

    @BeforeEach
    void shareHalfEach() throws Exception {
        film = random("film.bin", 11, MEBIBYTES);
        Path holiday = Files.createDirectories(folder.resolve("holiday/films"));
        Files.copy(film, holiday.resolve("beach.mkv"));
        Files.writeString(folder.resolve("holiday/notes.txt"), "It rained.");
        alone = folder.resolve("alone.torrent");
        Path within = folder.resolve("within.torrent");
        Program made = ended(0, "maker", "share", film.toString(), "--no-seed", "-t", NO_TRACKER, "-p", "1MiB",
                "-o", alone.toString());
        Matcher said = made.await("^root +([0-9a-f]{64}) ", LONG);
        root = said.group(1);
        ended(0, "maker", "share", folder.resolve("holiday").toString(), "--no-seed", "-t", NO_TRACKER, "-p", "64KiB",
                "-o", within.toString());
        tracker = tracker("0");
        half(folder.resolve("ann/film.bin.part"), 0);
        half(folder.resolve("ben/holiday/films/beach.mkv.part"), 1);
        Files.copy(folder.resolve("holiday/notes.txt"), folder.resolve("ben/holiday/notes.txt"));
        ann = give("ann", alone);
        ben = give("ben", within);
    }

    /** Writes each second mebibyte of the film; where the others belong are zeros. */
    private void half(Path path, int first) throws Exception {
        Files.createDirectories(path.getParent());
        try (var from = new RandomAccessFile(film.toFile(), "r"); var to = new RandomAccessFile(path.toFile(), "rw")) {
            to.setLength(MEBIBYTES * MIB);
            var bytes = new byte[(int) MIB];
            for (int i = first; i < MEBIBYTES; i += 2) {
                from.seek(i * MIB);
                from.readFully(bytes);
                to.seek(i * MIB);
                to.write(bytes);
            }
        }
    }

    private Program give(String who, Path manifest) throws Exception {
        return shoal(who + "'s home", "fetch", manifest.toString(), "-o", folder.resolve(who).toString(),
                "-t", tracker, "--bind", "127.0.0.1", "--keep-seeding", "--json");
    }

    private String fetched(String what, String name) throws Exception {
        Path out = folder.resolve("out");
        Program fetch = ended(0, "cid's home", "fetch", what, "-o", out.toString(), "-t", tracker,
                "--bind", "127.0.0.1", "--json");
        assertEquals(-1, Files.mismatch(film, out.resolve(name)));
        return fetch.out().getLast();
    }

    @Test
    void aThirdGetsAllOfItAndTheTwoCompleteEachOther() throws Exception {
        String end = fetched(alone.toString(), "film.bin");
        assertReceived(MEBIBYTES, end);
        for (Program each : List.of(ann, ben)) {
            assertReceived(MEBIBYTES / 2, each.await("\"event\":\"done\".*", LONG).group());
        }
        assertEquals(-1, Files.mismatch(film, folder.resolve("ben/holiday/films/beach.mkv")));
    }

    /** Nothing came twice, but for a little at the end; what came last of a peer that has gone is not counted. */
    private static void assertReceived(int mebibytes, String end) {
        assertEquals(mebibytes, number(end, "received") / (double) MIB, mebibytes / 20.0, end);
    }

    @Test
    void theRootAndTheLengthAreEnough() throws Exception {
        Program unknown = ended(3, "cid's home", "fetch", "root:" + root, "-t", tracker);
        assertTrue(unknown.toString().contains("root:" + root + ":BYTES"), unknown.toString());
        fetched("root:" + root + ":" + MEBIBYTES * MIB, root);
    }
}
