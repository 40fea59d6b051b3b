package shoal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import shoal.testing.FakePeer;
import shoal.testing.FakeShare;
import shoal.testing.Manner;
import shoal.testing.Program;
import shoal.wire.Message;

/** Whole processes, as a user starts them: tracker, seeders, fetchers, on loopback. */
final class CommandsIT extends Processes {
    private static final Path MODULES = Path.of(System.getProperty("java.home"), "lib", "modules");

    @Test
    void sharesFindsFetchesAndVerifiesTheJdksOwnFile() throws Exception {
        String tracker = tracker("0");
        Program seeder = seeder("seeder", MODULES, tracker);
        String hash = seeder.await("^hash +([0-9a-f]{64})$", LONG).group(1);
        String root = seeder.await("^root +([0-9a-f]{64})  modules$", LONG).group(1);
        String manifest = seeder.await("^manifest +(.*)$", LONG).group(1);

        assertTrue(ended(0, "other", "search", "mod", "-t", tracker).toString().contains(hash));
        assertTrue(ended(0, "other", "show", "modules", "-t", tracker).toString().contains(root));
        assertTrue(ended(0, "other", "peers", "root:" + root, "-t", tracker).toString().contains("100 %"));
        Path out = folder.resolve("out");
        Program fetch = ended(
                0, "other", "fetch", "modules", "-t", tracker, "--bind", "127.0.0.1", "-o", out.toString());
        assertEquals(List.of(out.resolve("modules").toString()), fetch.out());
        assertEquals(-1, Files.mismatch(MODULES, out.resolve("modules")));
        Program again = ended(0, "other", "fetch", hash, "-o", out.toString());
        assertTrue(again.toString().contains("here already"), again.toString());

        ended(0, "other", "verify", manifest, out.toString());
        try (var file = new RandomAccessFile(out.resolve("modules").toFile(), "rw")) {
            file.seek(5 * MIB);
            file.write(file.read() + 1);
        }
        Program bad = ended(1, "other", "verify", manifest, out.resolve("modules").toString());
        assertTrue(bad.out().contains("  bytes 5242880 to 5259263 are bad (16384 bytes)"), bad.toString());
    }

    @Test
    void oneFlippedBitOfALargeFileIsRepairedBySixteenKibibytes() throws Exception {
        Path file = random("large.bin", 3, 100);
        String tracker = tracker("0");
        Program seeder = seeder("seeder", file, tracker);
        String manifest = seeder.await("^manifest +(.*)$", LONG).group(1);
        Path copy = Files.copy(file, Files.createDirectories(folder.resolve("copy")).resolve("large.bin"));
        assertEquals("OK 1 file, 100.0 MiB", ended(0, "other", "verify", manifest, copy.toString()).out().getLast());
        try (var damaged = new RandomAccessFile(copy.toFile(), "rw")) {
            damaged.seek(77 * MIB + 5);
            int old = damaged.read();
            damaged.seek(77 * MIB + 5);
            damaged.write(old ^ 64);
        }
        String[] words = {"verify", manifest, copy.toString(), "--repair", "-t", tracker, "--bind", "127.0.0.1",
            "--json"};
        Program repair = ended(0, "other", words);
        assertTrue(repair.out().getFirst().contains("\"path\":\"large.bin\",\"offset\":" + 77 * MIB
                + ",\"length\":16384,\"from\":\"127.0.0.1:"), repair.toString());
        assertEquals(16_384, number(repair.out().getLast(), "repaired"));
        assertEquals(16_384, number(repair.out().getLast(), "received"));
        assertEquals(-1, Files.mismatch(file, copy));

        Files.delete(copy);
        seeder.close();
        Program alone = ended(1, "other", "verify", manifest, folder.resolve("copy").toString(), "--repair", "-t",
                tracker, "--bind", "127.0.0.1", "--wait", "1");
        assertTrue(alone.out().getLast().startsWith("FAILED 1 of 1 file"), alone.toString());
        assertFalse(Files.exists(copy));
    }

    @Test
    void whatIsOnTheDiskUnderAnotherNameIsNotFetched() throws Exception {
        Path film = random("film.bin", 4, 5);
        Path mine = Files.createDirectories(folder.resolve("mine")).resolve("an old film.avi");
        Files.copy(film, mine);
        String manifest = ended(0, "seeder", "share", film.toString(), "--no-seed", "-t", "http://127.0.0.1:1/announce")
                .await("^manifest +(.*)$", LONG).group(1);
        assertEquals("1 file, 5.0 MiB known, 5.0 MiB of them read",
                ended(0, "other", "add", folder.resolve("mine").toString()).out().getLast());
        Path out = folder.resolve("out");
        Program fetch = ended(0, "other", "fetch", manifest, "-o", out.toString(), "--json");
        assertEquals(5 * MIB, number(fetch.out().getLast(), "taken"));
        assertEquals(0, number(fetch.out().getLast(), "received"));
        assertEquals(-1, Files.mismatch(film, out.resolve("film.bin")));

        String listed = ended(0, "other", "ls").out().getFirst();
        assertTrue(listed.matches("[0-9a-f]{64}  whole +5\\.0 MiB  " + out.resolve("film.bin")), listed);
        String hash = listed.substring(0, 64);
        assertEquals(List.of(mine.toString(), out.resolve("film.bin").toString()),
                ended(0, "other", "where", hash).out());
        assertEquals(List.of("deleting " + out.resolve("film.bin"), "forgot " + hash + " film.bin"),
                ended(0, "other", "rm", "film.bin", "--delete").out());
        assertFalse(Files.exists(out.resolve("film.bin")));
        assertTrue(Files.exists(mine));
        ended(3, "other", "rm", "film.bin");
        assertEquals(List.of(), ended(0, "other", "ls").out());
    }

    @Test
    void anEditedFileCostsTheBlocksThatWereEdited() throws Exception {
        Path film = random("film.bin", 6, 20);
        Path old = Files.copy(film, Files.createDirectories(folder.resolve("old")).resolve("film.bin"));
        try (var file = new RandomAccessFile(old.toFile(), "rw")) {
            file.seek(7 * MIB);
            file.write(new byte[20_000]);
            file.setLength(20 * MIB - 5);
        }
        String tracker = tracker("0");
        seeder("seeder", film, tracker);
        Path out = folder.resolve("out");
        Program fetch = ended(0, "other", "fetch", "film.bin", "-t", tracker, "--bind", "127.0.0.1", "--json",
                "-o", out.toString(), "--base", old.toString());
        assertEquals(3 * 16_384, number(fetch.out().getLast(), "received"));
        assertEquals(-1, Files.mismatch(film, out.resolve("film.bin")));
    }

    @Test
    void aNameIsFetchedFromItsPublisherThoughAnotherGivesItToSomethingElse() throws Exception {
        Path alices = Files.createDirectories(folder.resolve("a")).resolve("film@home");
        Path bobs = Files.createDirectories(folder.resolve("b")).resolve("film@home");
        Files.writeString(alices, "the first cut");
        Files.writeString(bobs, "something else");
        String tracker = tracker("0");
        Program first = seeder("alice", alices, tracker);
        String alice = first.await("^publisher +([0-9a-f]{64})$", LONG).group(1);
        String only = ended(0, "other", "search", "film", "-t", tracker).out().getFirst();
        assertTrue(only.endsWith("  " + alice.substring(0, 16) + "  film@home"), only);
        ended(0, "other", "fetch", "film@home", "-t", tracker, "--bind", "127.0.0.1", "-o", folder + "/plain");

        String bob = seeder("bob", bobs, tracker, "--json").await("\"publisher\":\"([0-9a-f]{64})\"", LONG).group(1);
        Program ambiguous = ended(2, "other", "fetch", "film@home", "-t", tracker);
        assertTrue(ambiguous.toString().contains("\"film@home\"  by " + bob.substring(0, 16)), ambiguous.toString());
        fetched("the first cut", "film@home@" + alice, tracker);
        fetched("something else", "film@home@" + bob.substring(0, 16), tracker);

        first.close();
        Files.writeString(alices, "the director's cut");
        Program second = seeder("alice", alices, tracker);
        assertEquals(alice, second.await("^publisher +(.*)$", LONG).group(1));
        fetched("the director's cut", "film@home@" + alice, tracker);
        ended(3, "other", "fetch", "film@home@" + "0".repeat(16), "-t", tracker);
    }

    private void fetched(String content, String what, String tracker) throws Exception {
        Path out = Files.createTempDirectory(folder, "out");
        ended(0, "other", "fetch", what, "-t", tracker, "--bind", "127.0.0.1", "-o", out.toString());
        assertEquals(content, Files.readString(out.resolve("film@home")));
    }

    @Test
    void carriesATreeOfAwkwardNames() throws Exception {
        Path tree = Files.createDirectories(folder.resolve("a tree"));
        var random = new SplittableRandom(7);
        for (int i = 0; i < 3000; i++) {
            Path part = Files.createDirectories(tree.resolve("part " + i / 100));
            var bytes = new byte[i % 50 == 0 ? 0 : random.nextInt(1, 40_000)];
            random.nextBytes(bytes);
            Files.write(part.resolve("file-" + i), bytes);
        }
        Path deep = tree;
        for (int i = 0; i < 20; i++) deep = deep.resolve("level" + i);
        Files.createDirectories(deep);
        for (String name : List.of("-rf", "a'b\"c", "$(echo x)", "\u00e4\u00f6\u00fc", "\u65e5\u672c\u8a9e",
                "\ud83d\udc1f",
                "x".repeat(200), "trailing.", " lead", "a;b", "*", "back\\slash", ".hidden")) {
            Files.writeString(deep.resolve(name), name);
        }
        Files.createSymbolicLink(tree.resolve("link"), Path.of("/etc/passwd"));
        String tracker = tracker("0");
        Program seeder = seeder("seeder", tree, tracker);
        assertTrue(seeder.toString().contains("link\": a symbolic link"), seeder.toString());
        assertTrue(seeder.toString().contains("shoal: \"trailing.\" "), "row B3: " + seeder);
        Path out = folder.resolve("out");
        Program fetch = ended(
                0, "other", "fetch", "a tree", "-t", tracker, "--bind", "127.0.0.1", "-o", out.toString());
        assertEquals(List.of(out.resolve("a tree").toString()), fetch.out());
        Files.delete(tree.resolve("link"));
        assertEquals(contents(tree), contents(out.resolve("a tree")));
        ended(0, "other", "verify", "a tree", out.toString(), "-t", tracker);
        Program again = ended(0, "seeder2", "share", tree.toString(), "--no-seed", "-q", "-t", tracker);
        assertEquals(seeder.await("^hash .*", LONG).group(), again.await("^hash .*", LONG).group());
    }

    private static Map<String, String> contents(Path tree) throws IOException {
        var contents = new TreeMap<String, String>();
        try (var all = Files.walk(tree)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                var bytes = Files.readAllBytes(path);
                contents.put(tree.relativize(path).toString(), bytes.length + " " + Arrays.hashCode(bytes));
            }
        }
        return contents;
    }

    @Test
    void errorsAreOneLineWithTheirCode() throws Exception {
        Path text = Files.writeString(folder.resolve("text.torrent"), "no manifest");
        String nobody = "http://127.0.0.1:1/announce";
        record Row(int code, String says, List<String> words) {}
        for (Row row : List.of(
                new Row(2, "Missing required parameter", List.of("fetch")),
                new Row(2, "is not a power of two",
                        List.of("share", text.toString(), "-p", "17K", "--no-seed", "-t", nobody)),
                new Row(2, "--port 70000", List.of("fetch", "x", "--port", "70000")),
                new Row(17, "there is no", List.of("share", folder.resolve("none").toString(), "-t", nobody)),
                new Row(3, "there is no manifest", List.of("show", folder.resolve("none.torrent").toString())),
                new Row(6, "cannot be asked", List.of("fetch", "a name", "-t", nobody)),
                new Row(6, "cannot be asked", List.of("search", "-t", nobody)),
                new Row(26, "text.torrent: ", List.of("fetch", text.toString())),
                new Row(27, "magnet", List.of("fetch", "magnet:?dn=x")),
                new Row(2, "text.torrent: ", List.of("verify", text.toString())))) {
            Program program = ended(row.code(), "home", row.words().toArray(String[]::new));
            assertTrue(program.err().getFirst().startsWith("shoal: "), program.toString());
            assertTrue(program.err().getFirst().contains(row.says()), program.toString());
            assertFalse(program.toString().contains("\tat "), program.toString());
            assertEquals(List.of(), program.out());
        }
    }

    @Test
    void aSignalEndsEveryCommandInFiveSeconds() throws Exception {
        Path file = random("small.bin", 1, 1);
        Program tracker = shoal("tracker", "tracker", "--bind", "127.0.0.1", "--port", "0");
        String url = tracker.await("^READY (\\S+)$", LONG).group(1);
        Program seeder = seeder("seeder", file, url);
        signal("TERM", seeder);
        assertEquals(143, seeder.exit(SIGNALLED), seeder.toString());
        String manifest = seeder.await("^manifest +(.*)$", LONG).group(1);
        Program fetch = shoal("other", "fetch", manifest, "-o", folder.resolve("out").toString(), "--json",
                "--bind", "127.0.0.1");
        fetch.await("\"begun\"", LONG);
        Program second = ended(11, "other", "fetch", manifest, "-o", folder.resolve("out").toString());
        assertTrue(second.toString().contains("process " + fetch.process().pid()), second.toString());
        signal("INT", fetch);
        assertEquals(7, fetch.exit(SIGNALLED), fetch.toString());
        assertTrue(fetch.out().getLast().contains("\"interrupted\""), fetch.toString());
        signal("INT", tracker);
        assertEquals(130, tracker.exit(SIGNALLED), tracker.toString());
    }

    @Test
    void killsOfTheFetcherLoseNothingThatWasProven() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new SplittableRandom(seed);
        Path file = random("big.bin", seed, 192);
        String tracker = tracker("0");
        seeder("seeder1", file, tracker);
        seeder("seeder2", file, tracker);
        long proven = 0;
        long came = 0;
        long twice = 0;
        for (int kills = 0; kills < 3; kills++) {
            Program fetch = shoal("other", "fetch", "big.bin", "-t", tracker, "--bind", "127.0.0.1", "--json",
                    "-o", folder.resolve("out").toString());
            long until = (long) (192 * MIB * (kills + random.nextDouble()) / 3.5);
            Matcher killedAt = fetch.await("\"event\":\"(progress|done)\".*\"done\":(\\d{8,}),\"wanted\":[1-9]", LONG);
            while (Long.parseLong(killedAt.group(2)) < until && killedAt.group(1).equals("progress")) {
                String next = "\"done\":(?!" + killedAt.group(2) + ",)";
                fetch.await(next, LONG);
                String last = fetch.out().getLast();
                killedAt = Pattern.compile("\"event\":\"(\\w+)\".*\"done\":(\\d+)").matcher(last);
                assertTrue(killedAt.find(), last);
            }
            fetch.close();
            fetch.exit(LONG);
            String last = fetch.out().getLast();
            long resumed = number(last, "resumed");
            assertTrue(resumed >= proven, "kept " + resumed + " of " + proven + ", seed " + seed);
            twice += Math.max(0, came - resumed);
            proven = number(last, "done");
            came = resumed + number(last, "received");
        }
        Program fetch = ended(0, "other", "fetch", "big.bin", "-t", tracker, "--bind", "127.0.0.1", "--json",
                "-o", folder.resolve("out").toString());
        long resumed = number(fetch.out().getLast(), "resumed");
        assertTrue(resumed >= proven, "kept " + resumed + " of " + proven + ", seed " + seed);
        twice += Math.max(0, came - resumed);
        assertTrue(twice <= 3 * MIB, twice + " bytes twice after three kills, seed " + seed);
        assertEquals(-1, Files.mismatch(file, folder.resolve("out/big.bin")));
    }

    /** The requests for blocks that a peer has heard, in their order. */
    private static List<Message.Request> requests(FakePeer peer) {
        return peer.conversations().stream().flatMap(talk -> talk.heard().stream())
                .filter(Message.Request.class::isInstance).map(Message.Request.class::cast).toList();
    }

    @Test
    void blocksOfAPieceThatWasNotFinishedAreNotFetchedAgainAfterAKill() throws Exception {
        FakeShare share = FakeShare.ofFile(12, (int) MIB, (int) (4 * MIB));
        Path manifest = Files.write(folder.resolve("file.torrent"), share.manifest().encoded());
        String[] words = {"fetch", manifest.toString(), "--bind", "127.0.0.1", "--json", "-o",
            folder.resolve("out").toString(), "--from", ""};
        int answered = 100;
        long bytes = answered * 16_384L;
        List<Message.Request> first;
        try (FakePeer stalls = FakePeer.of(share).withManner(Manner.stallingAfter(answered)).listen()) {
            words[words.length - 1] = stalls.endpoint().toString();
            Program fetch = shoal("other", words);
            fetch.await("\"received\":" + bytes + ",", LONG);
            fetch.close();
            first = requests(stalls).subList(0, answered);
        }
        try (FakePeer honest = FakePeer.of(share).listen()) {
            words[words.length - 1] = honest.endpoint().toString();
            Program fetch = ended(0, "other", words);
            assertEquals(bytes, number(fetch.out().getLast(), "resumed"));
            List<Message.Request> second = requests(honest);
            assertEquals(List.of(), second.stream().filter(first::contains).toList());
            assertEquals(4 * MIB - bytes, second.size() * 16_384L);
        }
        assertArrayEquals(share.content(0), Files.readAllBytes(folder.resolve("out/file.bin")));
    }

    @Test
    void oneSeederDiesOneStopsOneLiesAndTheTrackerIsRestarted() throws Exception {
        FakeShare share = FakeShare.ofFile(11, 1 << 18, (int) (96 * MIB));
        share.writeTo(folder);
        Path file = folder.resolve("file.bin");
        Program first = shoal("tracker", "tracker", "--bind", "127.0.0.1", "--port", "0");
        String tracker = first.await("^READY (\\S+)$", LONG).group(1);
        Program dies = seeder("seeder1", file, tracker, "-p", "256K");
        Program stops = seeder("seeder2", file, tracker, "-p", "256K");
        seeder("seeder3", file, tracker, "-p", "256K");
        try (FakePeer liar = FakePeer.of(share).withManner(Manner.lyingAtTimes(5, 0.3)).listen()) {
            Program fetch = shoal("other", "fetch", "file.bin", "-t", tracker, "--bind", "127.0.0.1", "--json",
                    "--peer", liar.endpoint().toString(), "-o", folder.resolve("out").toString());
            fetch.await("\"done\":[1-9]", LONG);
            signal("STOP", stops);
            dies.close();
            first.close();
            assertEquals(tracker, tracker(tracker.replaceFirst(".*:(\\d+)/.*", "$1")));
            assertEquals(0, fetch.exit(LONG), fetch.toString());
            signal("CONT", stops);
        }
        assertEquals(-1, Files.mismatch(file, folder.resolve("out/file.bin")));
    }
}
