package shoal.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shoal.manifest.Torrents.named;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DiskNamesTest {
    private static List<String> paths(Manifest manifest) throws ManifestException {
        return DiskNames.relativePaths(manifest).stream()
                .map(path -> path.toString().replace(File.separatorChar, '/'))
                .toList();
    }

    @Test
    void oneFileAtTheRootStandsAloneUnderItsOwnName() throws Exception {
        assertEquals(List.of("film.mkv"), paths(named("another name", "film.mkv")));
    }

    @Test
    void allElseLiesInAFolderOfTheSharesName() throws Exception {
        assertEquals(List.of("share/a", "share/b/c"), paths(named("share", "b/c", "a")));
        assertEquals(List.of("share/only/film.mkv"), paths(named("share", "only/film.mkv")));
        assertEquals(List.of("share/share/film.mkv"), paths(named("share", "share/film.mkv")));
    }

    @Test
    void anEmptyFolderBesideAFileMakesItATree() throws Exception {
        Manifest manifest = ManifestReader.read(Torrents.torrent(
                Torrents.info(Torrents.folder("a", Torrents.file(1), "empty", Torrents.folder()))));
        assertEquals(List.of("share/a"), paths(manifest));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "foo... bar", "...", "..a", "a..", " a", "a ", "a.", "-rf", "~", "$HOME", "%2e%2e", "`id`", "*?<>|:\"",
        "<img src=x onerror=alert(1)>", "日本語", "e\u0301", "👨\u200d👩\u200d👧", "CON", "nul.txt",
    })
    void awkwardNamesAreKeptAsTheyAre(String name) throws Exception {
        assertEquals(List.of(name), paths(named("share", name)));
        assertEquals(List.of("share/d/" + name, "share/z"), paths(named("share", "d/" + name, "z")));
    }

    @Test
    void aBackslashIsPartOfANameWhereItSeparatesNothing() throws Exception {
        Path path = DiskNames.relativePaths(named("share", "..\\..\\x")).getFirst();
        assertEquals(1, path.getNameCount());
        assertEquals(path, path.normalize());
    }

    static Stream<Arguments> refused() {
        String ascii = "x".repeat(256);
        String cjk = "語".repeat(86);
        String both = " are one name where case and accents' spelling do not count";
        String folder = "needs it to be a folder where case does not count";
        return Stream.of(
                Arguments.of("B9 256 bytes", new String[] {ascii},
                        "the name " + shown(ascii) + " has 256 bytes, more than 255"),
                Arguments.of("B9 300 bytes", new String[] {"a", "d/" + "y".repeat(300)},
                        "the name " + shown("y".repeat(300)) + " has 300 bytes, more than 255"),
                Arguments.of("B9 86 letters of 3 bytes", new String[] {cjk}, "the name \"" + cjk
                        + "\" has 258 bytes, more than 255"),
                Arguments.of("B7 case", new String[] {"README", "readme"}, "\"README\" and \"readme\"" + both),
                Arguments.of("B7 case in a folder", new String[] {"d/A", "D/a"}, "\"D/a\" and \"d/A\"" + both),
                Arguments.of("B7 ß and SS", new String[] {"straße", "STRASSE"}, "\"STRASSE\" and \"straße\"" + both),
                Arguments.of("B7 Greek sigmas", new String[] {"ΟΔΟΣ", "οδος"}, "\"ΟΔΟΣ\" and \"οδος\"" + both),
                Arguments.of("B8 NFC and NFD", new String[] {"\u00e9.txt", "e\u0301.txt"},
                        "\"e\u0301.txt\" and \"\u00e9.txt\"" + both),
                Arguments.of("B8 both at once", new String[] {"\u00c9", "e\u0301"},
                        "\"e\u0301\" and \"\u00c9\"" + both),
                Arguments.of("A13 a and A/b", new String[] {"a", "A/b"}, "\"a\" is a file, but \"A/b\" " + folder),
                Arguments.of("A13 deeper", new String[] {"X/Y", "x/y/z"}, "\"X/Y\" is a file, but \"x/y/z\" " + folder),
                Arguments.of("A16 newline", new String[] {"a\nb"},
                        "the name \"a\\u000ab\" has control characters in it"),
                Arguments.of("A16 escape", new String[] {"\u001b[2J", "b"},
                        "the name \"\\u001b[2J\" has control characters in it"),
                Arguments.of("A16 DEL", new String[] {"a\u007f"}, "the name \"a\\u007f\" has control characters in it"),
                Arguments.of("A16 C1", new String[] {"a\u009b"}, "the name \"a\\u009b\" has control characters in it"),
                Arguments.of("A6 U+202E", new String[] {"\u202egpj.exe"},
                        "the name \"\\u202egpj.exe\" has control characters in it"));
    }

    private static String shown(String name) {
        return "\"" + name.substring(0, 60) + "..." + name.substring(name.length() - 40) + "\"";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesWithOneLine(String row, String[] paths, String message) throws Exception {
        Manifest manifest = named("share", paths);
        var e = assertThrows(ManifestException.class, () -> DiskNames.relativePaths(manifest), row);
        assertEquals(message, e.getMessage());
    }

    @Test
    void theSharesNameCountsOnlyWhereItBecomesAFolder() throws Exception {
        assertEquals(List.of("a"), paths(named("bad\u0007name", "a")));
        Manifest tree = named("bad\u0007name", "a", "b");
        var e = assertThrows(ManifestException.class, () -> DiskNames.relativePaths(tree));
        assertEquals("the name \"bad\\u0007name\" has control characters in it", e.getMessage());
    }

    @Test
    void foldersMayDifferInCaseAsLongAsNoFilesCollide() throws Exception {
        assertEquals(List.of("share/Doc/a", "share/doc/b"), paths(named("share", "Doc/a", "doc/b")));
    }

    /** Row B3. */
    @Test
    void warnsOfNamesThatAnotherSystemCannotStore() throws Exception {
        Manifest manifest = named("share", "CON", "nul.txt", "d/COM1", "lpt².log", "x.", "x ", "a:b", "q?",
                "back\\slash", "console", "com", "COM10", "fine.txt", "nul/fine");
        List<String> warnings = DiskNames.warnings(manifest.files().stream().map(ManifestFile::path).toList());
        for (String bad : List.of("CON", "nul.txt", "COM1", "lpt².log", "x.", "x ", "a:b", "q?", "back\\slash",
                "nul")) {
            assertTrue(warnings.stream().anyMatch(w -> w.startsWith('"' + bad + "\" ")), bad);
        }
        assertEquals(10, warnings.size(), warnings::toString);
        assertFalse(warnings.stream().anyMatch(w -> w.contains("fine")));
    }
}
