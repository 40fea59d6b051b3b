package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the house and its signs; and, with planted violations, shows that every rule can go red. */
final class HouseRulesTest {
    private static final String GOOD = """
            package shoal.wire;

            import shoal.bytes.Hash;

            /** Nothing like shoal.node.Node here, and no {@code thread.interrupt()}. */
            final class Good implements Runnable {
                private static final String WORDS = "shoal.swarm.Swarm says 'System.out' // and /* so on";
                private static final char QUOTE = '"';

                record Pair(Hash first, byte count) {}

                @Override
                public String getVersion() {
                    return getClass().getName() + map.get(QUOTE);
                }

                String get(int index) {
                    return getOther(index);
                }
            }
            """;

    private static String sign(String room, String mayImport) {
        return """
                /**
                 * The room of %1$s.
                 *
                 * <p>May import: %2$s.
                 */
                @NullMarked
                package shoal.%1$s;

                import org.jspecify.annotations.NullMarked;
                """.formatted(room, mayImport);
    }

    private static Map<String, String> house() {
        var house = new HashMap<String, String>();
        house.put("shoal/bytes/package-info.java", sign("bytes", "nothing"));
        house.put("shoal/wire/package-info.java", sign("wire", "bytes, notbuiltyet"));
        house.put("shoal/node/package-info.java", sign("node", "bytes, wire"));
        house.put("shoal/wire/Good.java", GOOD);
        return house;
    }

    private static void refuses(String complaint, String path, String text) {
        var house = house();
        house.put(path, text);
        List<String> broken = HouseRules.broken(house);
        assertEquals(1, broken.size(), broken::toString);
        assertTrue(broken.get(0).startsWith(path) && broken.get(0).contains(complaint), broken::toString);
    }

    private static void refusesInWire(String complaint, String code) {
        refuses(complaint, "shoal/wire/Bad.java", "package shoal.wire;\n\n" + code + "\n");
    }

    @Test
    void thisHouseKeepsItsRules() throws IOException {
        Map<String, String> sources = HouseRules.read(Path.of(System.getProperty("shoal.home", ""), "src/main/java"));
        assertTrue(sources.containsKey("shoal/cli/package-info.java"), "the sources are found");
        assertEquals("", String.join("\n", HouseRules.broken(sources)));
    }

    @Test
    void aHouseInOrderIsLeftInPeace() {
        assertEquals(List.of(), HouseRules.broken(house()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "import shoal.node.Node;\nfinal class Bad {}",
        "import static shoal.node.Node.start;\nfinal class Bad {}",
        "final class Bad { shoal.node.Node node; }",
    })
    void refusesAForeignImport(String code) {
        refusesInWire("uses shoal.node", code);
    }

    @Test
    void refusesAnImportFromTheFloorAbove() {
        refuses("uses shoal.wire", "shoal/bytes/Bad.java", "package shoal.bytes;\nimport shoal.wire.Good;\n");
    }

    @Test
    void refusesCodeOutsideEveryRoom() {
        refuses("stands in no room", "shoal/Bad.java", "package shoal;\nfinal class Bad {}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"src/test/java", "src/bench/java"})
    void testsAndBenchmarksKeepTheRulesOfShape(String root) throws IOException {
        Map<String, String> sources = HouseRules.read(Path.of(System.getProperty("shoal.home", ""), root));
        assertTrue(sources.size() > 3, "the sources are found");
        assertEquals("", String.join("\n", HouseRules.misshapen(sources)));
    }

    @Test
    void refusesALongLineInATest() {
        var house = Map.of("shoal/wire/BadTest.java", "\n" + " ".repeat(121) + "\n\t");
        assertEquals(List.of("shoal/wire/BadTest.java: line 2 is longer than 120 columns",
                "shoal/wire/BadTest.java: line 3 has a tab"), HouseRules.misshapen(house));
    }

    @Test
    void refusesARoomWithoutASign() {
        var house = house();
        house.put("shoal/attic/Old.java", "package shoal.attic;\nfinal class Old {}\n");
        assertEquals(List.of("shoal/attic/package-info.java: the room has no sign"), HouseRules.broken(house));
    }

    @Test
    void refusesASignThatDoesNotSayWhatTheRoomMayImport() {
        refuses("no line 'May import", "shoal/attic/package-info.java",
                "/** Old. */\n@NullMarked package shoal.attic;");
    }

    @Test
    void refusesARoomThatIsNotNullMarked() {
        refuses("not @NullMarked", "shoal/attic/package-info.java", sign("attic", "bytes").replace("@NullMarked", ""));
    }

    @Test
    void refusesACycleOfSignsAndNamesOnlyItsRooms() {
        var house = house();
        house.put("shoal/bytes/package-info.java", sign("bytes", "wire"));
        assertEquals(
                List.of("shoal: these rooms stand on each other, a cycle: [bytes, wire]"), HouseRules.broken(house));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "final class PeerManager {}",
        "record HashUtil(int a) {}",
        "enum NetUtils {}",
        "final class PeerImpl implements Peer {}",
        "interface FetchService {}",
        "interface IPeer {}",
    })
    void refusesANameThatSaysNothing(String code) {
        refusesInWire("says nothing", code);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "    public int getPort() {",
        "    static <T> Map<String, T> getAll(int a) {",
        "    byte[] getBytes(",
        "@Deprecated\n    int getPort();",
    })
    void refusesAGetPrefix(String method) {
        refusesInWire("no get prefix", "interface Bad {\n" + method + "\n}");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "record Bad(int a, byte[] hash) {}",
        "record Bad<T extends Comparable<T>>(T a, @Nullable(\"x\") byte [] hash) {}",
        "record Bad(int a, byte... hash) {}",
        "record Bad(\n    List<byte[]> hashes) {}",
    })
    void refusesBytesInARecord(String code) {
        refusesInWire("holds a byte[]", code);
    }

    /** Row H19: who interrupts a thread in a file closes that file for all threads. */
    @ParameterizedTest
    @ValueSource(strings = {"reader.interrupt();", "threads.shutdownNow();", "answer.cancel(true);"})
    void refusesAnInterrupt(String statement) {
        refusesInWire("never interrupt", "final class Bad {{ " + statement + " }}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"System.out.println();", "System.err.print(1);", "e.printStackTrace();"})
    void refusesPrintingBelowTheCommands(String statement) {
        refusesInWire("only cli prints", "final class Bad {{ " + statement + " }}");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Files.delete(path);",
        "Thread.startVirtualThread(task);",
        "long now = System.nanoTime();",
        "var now = Instant.now();",
        "SocketChannel.open();",
    })
    void refusesTheWorldOnTheLowerFloors(String statement) {
        refusesInWire("floors 0 to 2", "final class Bad {{ " + statement + " }}");
    }

    @Test
    void refusesAFileOfTwoThoughts() {
        refusesInWire("401 lines", "\n".repeat(398) + "final class Bad {}");
    }

    @Test
    void refusesALongLineAndATab() {
        refusesInWire("line 3 is longer than 120", " ".repeat(121));
        refusesInWire("line 3 has a tab", "\t");
    }
}
