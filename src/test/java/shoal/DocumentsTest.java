package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads what the documents and the tests promise of each other: a name that does not exist is no proof of anything. */
final class DocumentsTest {
    private static final Path HOME = Path.of(System.getProperty("shoal.home", ""));
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern CLASS = Pattern.compile("([a-z]+\\.)?[A-Z]\\w+");
    private static final Pattern ROW = Pattern.compile("(?:\\b[Rr]ows? |\")((?:[ABH]\\d{1,2}(?:, | and )?)+)");

    private static Map<String, String> tests() throws IOException {
        return HouseRules.read(HOME.resolve("src/test/java"));
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).toList();
    }

    /** What the rows of a table of BEPs name that there is not: classes of {@code house}, tests of {@code tests}. */
    private static List<String> missing(String table, Map<String, String> house, Map<String, String> tests) {
        var missing = new ArrayList<String>();
        for (String line : table.lines().filter(line -> line.matches("\\| *\\d+ *\\|.*")).toList()) {
            String[] cells = line.split("\\|", -1);
            if (cells.length != 7) missing.add("not five cells: " + line);
            else {
                missing.addAll(missingClasses(cells[3], house));
                missing.addAll(missingTests(cells[4] + cells[5], tests));
            }
        }
        return missing;
    }

    /** {@code room.Class}, or {@code Class} of the room that was named before, or {@code room}. */
    private static List<String> missingClasses(String cell, Map<String, String> house) {
        var missing = new ArrayList<String>();
        String room = "";
        for (String name : found(CODE, cell)) {
            if (name.matches("[a-z]+")) room = name;
            if (CLASS.matcher(name).matches() && name.contains(".")) room = name.substring(0, name.indexOf('.'));
            String file = name.matches("[a-z]+") ? "package-info" : name.substring(name.indexOf('.') + 1);
            if (!house.containsKey("shoal/" + room + "/" + file + ".java")) missing.add(room + ": " + name);
        }
        if (room.isEmpty()) missing.add("no class in:" + cell);
        return missing;
    }

    /** Classes of tests, methods of them, rooms of tests as {@code shoal.room}, documents. */
    private static List<String> missingTests(String cell, Map<String, String> tests) {
        var missing = new ArrayList<String>();
        for (String name : found(CODE, cell)) {
            boolean there = name.endsWith(".md")
                    ? Files.exists(HOME.resolve(name))
                    : name.startsWith("shoal.")
                            ? tests.keySet().stream().anyMatch(path -> path.startsWith(name.replace('.', '/') + "/"))
                            : Character.isUpperCase(name.charAt(0))
                                    ? tests.keySet().stream().anyMatch(path -> path.endsWith("/" + name + ".java"))
                                    : tests.values().stream().anyMatch(text -> text.contains("void " + name + "("));
            if (!there) missing.add(name);
        }
        return missing;
    }

    @Test
    void eachClassAndTestInTheTableOfBepsExists() throws IOException {
        String table = Files.readString(HOME.resolve("docs/BEPS.md"));
        Map<String, String> house = HouseRules.read(HOME.resolve("src/main/java"));
        assertEquals("", String.join("\n", missing(table, house, tests())));
        assertTrue(table.lines().filter(line -> line.matches("\\| *\\d+ *\\|.*")).count() > 20, "the table is found");
    }

    @Test
    void aNameInTheTableThatDoesNotExistIsFound() {
        Map<String, String> house = Map.of(
                "shoal/wire/Message.java", "", "shoal/wire/package-info.java", "", "shoal/swarm/Choker.java", "");
        Map<String, String> tests = Map.of("shoal/wire/MessageTest.java", "void reads() {");
        String good = "| 3 | x | `wire.Message`, `swarm.Choker`, `wire` | `MessageTest`, `shoal.wire` | `reads` |";
        assertEquals(List.of(), missing(good, house, tests));
        String bad = "| 3 | x | `wire.Message`, `Choker`, `swam` | `MessagesTest`, `shoal.air` | "
                + "`writes`, `docs/NO.md` |";
        assertEquals(List.of("wire: Choker", "swam: swam", "MessagesTest", "shoal.air", "writes", "docs/NO.md"),
                missing(bad, house, tests));
        assertEquals(List.of("no class in: - "), missing("| 3 | x | - | - | - |", house, tests));
    }

    private static Set<String> named(Stream<String> texts) {
        var rows = new TreeSet<String>();
        texts.forEach(text -> ROW.matcher(text).results().map(MatchResult::group)
                .forEach(some -> Pattern.compile("[ABH]\\d{1,2}").matcher(some).results()
                        .forEach(row -> rows.add(row.group()))));
        return rows;
    }

    /**
     * The catalogue of faults: A, manifests and bencoding, B, paths, and H, disks, crashes and the database. A test
     * says in words or in its rows which it provokes.
     */
    @Test
    void eachRowOfTheFaultsOfManifestsPathsAndDisksHasATestThatNamesIt() throws IOException {
        var expected = new TreeSet<String>();
        IntStream.rangeClosed(1, 19).forEach(row -> expected.add("A" + row));
        IntStream.rangeClosed(1, 14).forEach(row -> expected.add("B" + row));
        IntStream.rangeClosed(1, 20).forEach(row -> expected.add("H" + row));
        var sources = tests();
        sources.remove("shoal/DocumentsTest.java");
        expected.removeAll(named(sources.values().stream()));
        assertEquals(List.of(), List.copyOf(expected), "rows without a test");
    }

    @Test
    void rowsAreReadInEveryFormInWhichTestsNameThem() {
        String text = "/** Row B4. */ /** Rows A10, H17 and B1. */ raw(\"A1 depth bomb\", \"x A2\", 0xA3, A4)";
        assertEquals(new TreeSet<>(List.of("A1", "A10", "B1", "B4", "H17")), named(Stream.of(text)));
    }
}
