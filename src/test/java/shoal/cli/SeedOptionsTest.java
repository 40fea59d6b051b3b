package shoal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How giving ends, and what a command of the user's is told at the end of a fetch. */
@Timeout(120)
class SeedOptionsTest {
    /** A port below 1024 that nobody here listens at. */
    private static final String NOBODY = "http://127.0.0.1:1/announce";

    @TempDir
    private Path dir;

    /** A command in this process: its exit code, and what it said so far. */
    private final class Run {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final FutureTask<Integer> end;

        Run(String home, String... words) {
            var environment = Map.of("SHOAL_HOME", dir.resolve(home).toString(), "SHOAL_BIND", "127.0.0.1",
                    "SHOAL_NO_LAN", "true", "SHOAL_NO_DHT", "true");
            var terminal = new Terminal(
                    new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), environment, false);
            Callable<Integer> command = () -> Main.run(terminal, words);
            end = new FutureTask<>(command);
            Thread.ofPlatform().daemon().start(end);
        }

        Matcher await(String pattern) throws Exception {
            Pattern compiled = Pattern.compile(pattern, Pattern.MULTILINE);
            while (true) {
                Matcher matcher = compiled.matcher(out.toString(UTF_8));
                if (matcher.find()) return matcher;
                if (end.isDone()) throw new AssertionError("it ended without " + pattern + ": " + err.toString(UTF_8));
                Thread.onSpinWait();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"90s,90", "30m,1800", "12h,43200", "7d,604800", "1h30m,5400", "0s,0"})
    void readsTimes(String text, long seconds) {
        assertEquals(Duration.ofSeconds(seconds), Times.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "m", "1.5h", "-1h", "1 h", "1w", "9999999999999999999d"})
    void refusesWhatIsNoTime(String text) {
        assertThrows(IllegalArgumentException.class, () -> Times.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "--download-limit,500", "--upload-limit,fast", "--slots,0", "--slots,201", "--seed-ratio,0",
        "--seed-ratio,NaN", "--seed-time,5"
    })
    void aValueThatMakesNoSenseIsUsageBeforeAnythingIsDone(String option, String value) throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "content");
        var run = new Run("home", "share", file.toString(), option, value, "-t", NOBODY);
        assertEquals(2, run.end.get(), option);
        String said = run.err.toString(UTF_8);
        assertTrue(said.startsWith("shoal: " + option + " " + value), said);
        assertFalse(Files.exists(dir.resolve("home/data")));
    }

    @Test
    void givingEndsWithTheRatioAndTheTimeAndTheCommandIsToldByItsEnvironmentAlone() throws Exception {
        String name = "a'; touch hacked; $(touch hacked) `touch hacked`.bin";
        Path file = Files.write(dir.resolve(name), new byte[300_000]);
        var share = new Run("one", "share", file.toString(), "-t", NOBODY, "--seed-ratio", "1");
        String port = share.await("^READY port (\\d+)").group(1);
        String manifest = share.await("^manifest +(.*)$").group(1);
        Path told = dir.resolve("told");
        Path out = dir.resolve("out");
        var words = new ArrayList<>(List.of("fetch", manifest, "--peer", "127.0.0.1:" + port, "-t", NOBODY));
        words.addAll(List.of("-o", out.toString(), "--sequential", "--keep-seeding", "--seed-time", "0s", "--json"));
        words.addAll(List.of("--on-done",
                "cd '" + dir + "'; env | grep ^TR_ > told; cmp \"$TR_TORRENT_DIR/$TR_TORRENT_NAME\" \"" + dir
                        + "/$TR_TORRENT_NAME\" && exit 42"));
        var fetch = new Run("two", words.toArray(String[]::new));
        assertEquals(0, fetch.end.get(), () -> fetch.err.toString(UTF_8));
        assertEquals(0, share.end.get(), "what was there has been given once");
        assertTrue(fetch.err.toString(UTF_8).contains("--on-done ended with exit code 42"), fetch.err.toString(UTF_8));
        assertTrue(fetch.out.toString(UTF_8).contains("{\"event\":\"onDone\",\"exit\":42}"));
        List<String> variables = Files.readAllLines(told);
        assertTrue(variables.contains("TR_TORRENT_NAME=" + name), variables.toString());
        assertTrue(variables.contains("TR_TORRENT_DIR=" + out), variables.toString());
        assertTrue(variables.contains("TR_TORRENT_BYTES_DOWNLOADED=300000"), variables.toString());
        assertTrue(variables.stream().anyMatch(line -> line.matches("TR_TORRENT_HASH=[0-9a-f]{40}")));
        try (var all = Files.walk(dir)) {
            assertTrue(all.noneMatch(path -> path.endsWith("hacked")));
        }
    }
}
