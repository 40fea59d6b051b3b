package shoal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private int run(Map<String, String> environment, String... args) {
        var terminal = new Terminal(
                new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), environment, false);
        return Main.commandLine(terminal)
                .setOut(new PrintWriter(out, true, UTF_8))
                .setErr(new PrintWriter(err, true, UTF_8))
                .execute(args);
    }

    private int run(String... args) {
        return run(Map.of(), args);
    }

    private String errors() {
        return err.toString(UTF_8);
    }

    private String results() {
        return out.toString(UTF_8);
    }

    @Test
    void saysWhichVersionItIs() {
        assertEquals(0, run("--version"));
        assertTrue(results().matches("shoal \\d+\\.\\d+\\.\\d+\\S*\\R"), results());
        assertFalse(results().contains("${"));
    }

    @Test
    void onlyTheCommandThatIsTypedIsRead() {
        Main.commandLine(Terminal.ofProcess()).getSubcommands().values().forEach(line -> {
            String name = line.getCommandName();
            assertEquals(List.of(name), Main.needed(name, "--help"), name);
        });
        int all = Main.needed().size();
        assertEquals(all, Main.needed("--json", "show").size());
        assertEquals(all, Main.needed("get", "NAME").size(), "by its other name");
        assertEquals(all, Main.needed("sahre").size(), "so that the right ones can be suggested");
    }

    @Test
    void withoutACommandItShowsTheUsageAndExitsWithTwo() {
        assertEquals(2, run());
        assertTrue(errors().contains("Usage: shoal"), errors());
    }

    @Test
    void everyCommandHelpsWithExamples() {
        for (String command : Main.commandLine(Terminal.ofProcess()).getSubcommands().keySet()) {
            out.reset();
            assertEquals(0, run(command, "--help"), command);
            assertTrue(results().contains("Usage: shoal "), results());
            assertTrue(results().contains("Examples:\n"), results());
            assertFalse(results().contains("${"), results());
        }
    }

    @Test
    void aWrongOptionIsOneLineAndWhereHelpIs() {
        assertEquals(2, run("search", "--zzzzzz"));
        assertEquals("shoal: Unknown option: '--zzzzzz'\nTry 'shoal search --help'.\n", errors());
    }

    @Test
    void aMisspeltCommandIsGuessed() {
        assertEquals(2, run("serach"));
        assertTrue(errors().contains("shoal search"), errors());
    }

    @Test
    void aManifestThatIsNotThereIsOneLine() {
        assertEquals(3, run("show", "./none.torrent"));
        assertEquals("shoal: there is no manifest ./none.torrent\n", errors());
        assertEquals("", results());
    }

    @Test
    void whatVerifyCannotCheckIsTwo() {
        assertEquals(2, run(Map.of("SHOAL_HOME", folder.toString()), "verify", "./none.torrent"));
    }

    @Test
    void anErrorIsAlsoALineOfJson() {
        assertEquals(26, run("--json", "show", "src/test/java/"));
        assertEquals("{\"event\":\"error\",\"code\":26,\"message\":\"src/test/java is a folder and no manifest\"}\n"
                .replace("java is", "java: is"), results());
    }

    @Test
    void showPrintsWhatAManifestSays() {
        assertEquals(0, run("show", "src/test/resources/vectors/vec4.32768.torrent"));
        assertTrue(results().contains("\nhash      "
                + "acc406048368ead53388333be1e8572db94e8fae275d502cf20096353f31e920\n"));
        assertTrue(results().contains("\nfile      " + "-".repeat(64) + "             0  alpha/two.txt\n"), results());
    }

    @Test
    void optionsComeFromTheEnvironmentToo() {
        String manifest = "src/test/resources/vectors/vec4.32768.torrent";
        assertEquals(0, run(Map.of("SHOAL_JSON", "true"), "show", manifest));
        assertTrue(results().startsWith("{\"name\":\"vec4\""), results());
        out.reset();
        assertEquals(0, run(Map.of("SHOAL_JSON", "1"), "show", "--json", manifest));
        assertTrue(results().startsWith("{\"name\":\"vec4\""), "given twice it is not taken back");
        out.reset();
        assertEquals(0, run(Map.of("SHOAL_JSON", "true"), "show", "--json=false", manifest));
        assertTrue(results().startsWith("name "), "the command line counts more");
        out.reset();
        assertEquals(2, run(Map.of("SHOAL_LIMIT", "7", "SHOAL_SEARCH_LIMIT", "many"), "search"));
        assertTrue(errors().contains("'many'"), "the command's own counts more");
    }

    @Test
    void aTrackerThatIsNoneIsUsage() {
        assertEquals(2, run("search", "-t", "wss://tracker.example.org:6969"));
        assertTrue(errors().startsWith("shoal: not an http or udp tracker: wss://"), errors());
        assertEquals(2, run("search", "-t", "udp://tracker.example.org"));
        assertTrue(errors().contains("a udp tracker without a port: udp://tracker.example.org"), errors());
        assertEquals(2, run(Map.of("SHOAL_TRACKER", "no url at all"), "search"));
    }

    @Test
    void completesForEachShell() {
        for (String shell : List.of("bash", "zsh")) {
            out.reset();
            assertEquals(0, run("completion", shell));
            assertTrue(results().contains("complete -F _complete_shoal"), shell);
        }
        out.reset();
        assertEquals(0, run("completion", "fish"));
        assertTrue(results().contains("-n '__fish_seen_subcommand_from fetch' -l keep-seeding"), results());
        assertEquals(2, run("completion", "tcsh"));
    }

    private int configured(Map<String, String> more, String text, String... args) throws IOException {
        Files.createDirectories(folder.resolve("config"));
        Files.writeString(folder.resolve("config/config.toml"), text);
        var environment = new HashMap<>(more);
        environment.put("SHOAL_HOME", folder.toString());
        return Main.run(new Terminal(
                new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), environment, false), args);
    }

    /** A tracker that is none tells by the complaint about it that it was heard. */
    @Test
    void theCommandLineCountsMoreThanTheEnvironmentAndThatMoreThanTheFile() throws IOException {
        String file = "tracker = ['ftp://file']";
        assertEquals(2, configured(Map.of(), file, "search"));
        assertTrue(errors().contains("ftp://file"), errors());
        assertEquals(2, configured(Map.of("SHOAL_TRACKER", "ftp://variable"), file, "search"));
        assertTrue(errors().contains("ftp://variable"), errors());
        assertEquals(2, configured(Map.of("SHOAL_TRACKER", "ftp://variable"), file, "search", "-t", "ftp://word"));
        assertTrue(errors().contains("ftp://word"), errors());
    }

    @Test
    void aWrongValueInTheFileIsToldWithItsLine() throws IOException {
        assertEquals(2, configured(Map.of(), "\nport = 'x'", "fetch", "y"));
        assertTrue(errors().contains("config.toml, line 2: ") && errors().contains("'x'"), errors());
        assertEquals(2, configured(Map.of(), "nonsense = 1", "search"));
        assertTrue(errors().contains("config.toml, line 1: there is no option"), errors());
        assertEquals(0, configured(Map.of(), "nonsense = 1", "search", "--no-config", "--help"));
    }
}
