package shoal;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import shoal.testing.Program;

/** Bytes that go bad on the disk of who gives them, while size and time of their file stay as they were. */
final class ScrubIT extends Processes {
    private static void rot(Path file) throws Exception {
        FileTime time = Files.getLastModifiedTime(file);
        try (var rotten = new RandomAccessFile(file.toFile(), "rw")) {
            rotten.seek(MIB + 5);
            rotten.write(rotten.read() + 1);
        }
        Files.setLastModifiedTime(file, time);
    }

    @Test
    void whatGoesBadUnderASeederThatScrubsIsNamedAndNotGivenAnyMore() throws Exception {
        Path file = random("film.bin", 9, 3);
        String tracker = tracker("0");
        seeder("seeder", file, tracker, "-p", "1MiB").close();
        rot(file);
        Program seeder = seeder("seeder", file, tracker, "-p", "1MiB", "--scrub");
        seeder.awaitError("bytes 1048576 to 2097151 of film.bin are no longer what was shared", LONG);
        Program fetch = shoal("other", "fetch", "film.bin", "-t", tracker, "--bind", "127.0.0.1", "--json", "-o",
                folder.resolve("out").toString());
        fetch.await("\"done\":" + 2 * MIB + ",.*\"badBlocks\":0,", LONG);
    }

    @Test
    void whatGoesBadUnderAFetcherThatGivesItOnAndScrubsIsNamedAndNotGivenAnyMore() throws Exception {
        Path file = random("film.bin", 10, 3);
        String tracker = tracker("0");
        Program seeder = seeder("seeder", file, tracker, "-p", "1MiB");
        Path out = folder.resolve("out");
        String[] words = {"fetch", "film.bin", "-t", tracker, "--bind", "127.0.0.1", "-o", out.toString(),
            "--keep-seeding", "--scrub"};
        Program first = shoal("other", words);
        first.await("film.bin$", LONG);
        signal("TERM", first);
        first.exit(SIGNALLED);
        rot(out.resolve("film.bin"));
        Program again = shoal("other", words);
        again.awaitError("bytes 1048576 to 2097151 of film.bin are no longer what was shared", LONG);
        seeder.close();
        Program third = shoal("third", "fetch", "film.bin", "-t", tracker, "--bind", "127.0.0.1", "--json", "-o",
                folder.resolve("third out").toString());
        third.await("\"done\":" + 2 * MIB + ",.*\"badBlocks\":0,", LONG);
    }
}
