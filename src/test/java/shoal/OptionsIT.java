package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import shoal.bencode.BDict;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestWriter;
import shoal.merkle.Merkle;
import shoal.testing.Program;

/** What single options and signals do, in whole processes as a user starts them. */
final class OptionsIT extends Processes {
    /** Nothing listens there: the catalogue is not asked in these tests, or must not matter. */
    private static final String NOBODY = "http://127.0.0.1:1/announce";

    /** Takes minutes to hash and no room. */
    private static final long GIANT = 512L << 30;

    private Path giant(String place) throws IOException {
        Path file = folder.resolve(place);
        Files.createDirectories(file.getParent());
        try (var giant = new RandomAccessFile(file.toFile(), "rw")) {
            giant.setLength(GIANT);
        }
        return file;
    }

    /** A manifest for the giant file, of hashes that are not its. */
    private Path giantManifest() throws IOException, ManifestException {
        int pieceLength = 64 << 20;
        var random = new SplittableRandom(5);
        var hashes = new Hash[(int) (GIANT / pieceLength)];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = new Hash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
        }
        HashList layer = HashList.of(hashes);
        Hash root = Merkle.rootOfLayer(layer, GIANT, pieceLength);
        var writer = new ManifestWriter("giant.bin", pieceLength);
        writer.file(List.of("giant.bin"), GIANT, root, false);
        writer.layer(root, layer);
        return Files.write(folder.resolve("giant.torrent"), writer.build().encoded());
    }

    @Test
    void aSignalEndsHashingInFiveSeconds() throws Exception {
        String file = giant("here/giant.bin").toString();
        String manifest = giantManifest().toString();
        Program share = shoal("share", "share", file, "--no-seed", "-t", NOBODY);
        Program verify = shoal("verify", "verify", manifest, file);
        Program fetch = shoal("fetch", "fetch", manifest, "-o", folder.resolve("here").toString());
        share.awaitError("^hashing: ", LONG);
        verify.awaitError("^verifying: ", LONG);
        fetch.awaitError("^checking what is here: ", LONG);
        signal("INT", share);
        assertEquals(130, share.exit(SIGNALLED), share.toString());
        signal("TERM", verify);
        assertEquals(143, verify.exit(SIGNALLED), verify.toString());
        signal("INT", fetch);
        assertEquals(7, fetch.exit(SIGNALLED), fetch.toString());
        for (Program each : List.of(share, verify, fetch)) {
            assertEquals(List.of(), each.out());
            assertFalse(each.toString().contains("Exception"), each.toString());
            assertFalse(each.toString().contains("bug"), each.toString());
        }
    }

    private Path tree() throws IOException {
        Path tree = folder.resolve("photos");
        for (String name : List.of("one.jpg", "two.png", "raw/one.raw", "raw/deep/two.raw", "raw/three.jpg", "empty")) {
            Path file = tree.resolve(name);
            Files.createDirectories(file.getParent());
            var bytes = new byte[name.equals("empty") ? 0 : 50_000 + name.hashCode() % 10_000];
            new SplittableRandom(name.hashCode()).nextBytes(bytes);
            Files.write(file, bytes);
        }
        return tree;
    }

    private static List<String> files(Path tree) throws IOException {
        try (var all = Files.walk(tree)) {
            return all.filter(Files::isRegularFile).map(tree::relativize).map(Path::toString).sorted().toList();
        }
    }

    @Test
    void verifyLooksWhereItWasSharedOrFetchedTo() throws Exception {
        Path tree = tree();
        Program seeder = seeder("seeder", tree, tracker("0"), "-n", "photos of 2026");
        String hash = seeder.await("^hash +([0-9a-f]{64})$", LONG).group(1);
        String manifest = seeder.await("^manifest +(.*)$", LONG).group(1);
        Program shared = ended(0, "seeder", "verify", hash);
        assertEquals(List.of("OK 6 files"), shared.out().stream().map(line -> line.replaceAll(",.*", "")).toList());
        assertEquals(List.of("Looking at " + tree), shared.err());

        Path out = folder.resolve("out");
        String from = "127.0.0.1:" + seeder.await("^READY port (\\d+)", LONG).group(1);
        ended(0, "other", "fetch", manifest, "--from", from, "--bind", "127.0.0.1", "-o", out.toString());
        ended(0, "other", "verify", hash);
        Files.write(out.resolve("photos of 2026/raw/one.raw"), new byte[] {1});
        Program bad = ended(1, "other", "verify", hash);
        assertTrue(bad.out().getFirst().startsWith("raw/one.raw: FAILED: it has 1 bytes"), bad.toString());
        Program again = ended(1, "other", "verify", manifest);
        assertEquals(bad.out(), again.out());

        Path one = Files.move(folder.resolve("photos/one.jpg"), folder.resolve("one.jpg"));
        Program file = ended(0, "seeder", "share", one.toString(), "--no-seed", "-n", "other name", "-t", NOBODY);
        String fileHash = file.await("^hash +([0-9a-f]{64})$", LONG).group(1);
        assertTrue(ended(0, "seeder", "verify", fileHash).out().getFirst().startsWith("OK 1 file, "));
        Program gone = ended(1, "seeder", "verify", hash);
        assertTrue(gone.out().contains("one.jpg: FAILED: it is missing"), gone.toString());
    }

    @Test
    void selectFetchesWhatMatchesAndNothingElse() throws Exception {
        Path tree = tree();
        String tracker = tracker("0");
        seeder("seeder", tree, tracker);
        Path out = folder.resolve("out");
        List<String> some = List.of("fetch", "photos", "-t", tracker, "--bind", "127.0.0.1", "-o", out.toString());
        Program jpegs = ended(0, "other", words(some, "--select", "*.jpg"));
        assertEquals(List.of(out.resolve("photos").toString()), jpegs.out());
        assertEquals(List.of("one.jpg", "raw/three.jpg"), files(out.resolve("photos")));
        ended(0, "other", words(some, "-s", "raw/*.raw", "-s", "empty"));
        assertEquals(List.of("empty", "one.jpg", "raw/one.raw", "raw/three.jpg"), files(out.resolve("photos")));
        String[] verify = {"verify", "photos", "-t", tracker};
        Program right = ended(0, "other", words(List.of(verify), "-s", "*.jpg", "-s", "empty"));
        assertTrue(right.out().getLast().startsWith("OK 3 files, "), right.toString());
        assertEquals("FAILED 2 of 6 files", ended(1, "other", verify).out().getLast());
        Program one = ended(0, "other", words(some, "--select", "raw/**/two.*"));
        assertEquals(List.of(out.resolve("photos/raw/deep/two.raw").toString()), one.out());
        Program none = ended(3, "other", words(some, "--select", "*.gif"));
        assertTrue(none.err().getLast().contains("none of the 6 files is selected"), none.toString());
        Program bad = ended(2, "other", words(some, "--select", "[a"));
        assertTrue(bad.err().getFirst().startsWith("shoal: --select [a is no pattern"), bad.toString());
        ended(0, "other", words(some));
        assertEquals(files(tree), files(out.resolve("photos")));
        for (String file : files(tree)) {
            assertEquals(-1, Files.mismatch(tree.resolve(file), out.resolve("photos").resolve(file)), file);
        }
    }

    private static String[] words(List<String> first, String... more) {
        var words = new ArrayList<>(first);
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    @Test
    void keepSeedingGivesWhatWasFetchedUntilItIsStopped() throws Exception {
        Path file = random("some.bin", 3, 8);
        Program seeder = seeder("seeder", file, tracker("0"));
        String manifest = seeder.await("^manifest +(.*)$", LONG).group(1);
        String from = "127.0.0.1:" + seeder.await("^READY port (\\d+)", LONG).group(1);
        Path second = folder.resolve("second");
        List<String> keep = List.of("fetch", manifest, "--bind", "127.0.0.1", "--json", "--keep-seeding", "-t", NOBODY,
                "-o", second.toString());
        Program fetched = shoal("second", words(keep, "--from", from));
        String port = fetched.await("\"begun\",\"port\":(\\d+)", LONG).group(1);
        fetched.await("\"event\":\"done\"", LONG);
        seeder.close();
        fetchFrom(port, manifest, "third");
        signal("INT", fetched);
        assertEquals(130, fetched.exit(SIGNALLED), fetched.toString());

        Program resumed = shoal("second", words(keep));
        resumed.await("\"event\":\"done\".*\"received\":0,", LONG);
        fetchFrom(resumed.await("\"begun\",\"port\":(\\d+)", LONG).group(1), manifest, "fourth");
        assertEquals(-1, Files.mismatch(file, folder.resolve("fourth/some.bin")));
        signal("TERM", resumed);
        assertEquals(143, resumed.exit(SIGNALLED), resumed.toString());
    }

    private void fetchFrom(String port, String manifest, String name) throws Exception {
        Program fetch = ended(0, name, "fetch", manifest, "--from", "127.0.0.1:" + port, "--bind", "127.0.0.1",
                "--json", "-o", folder.resolve(name).toString());
        assertEquals(8 * MIB, number(fetch.out().getLast(), "received"));
    }

    /** An info dictionary with files of one byte at these paths; {@code /} makes folders. */
    private Path hostile(String file, String... names) throws IOException {
        BDict leaf = BDict.builder().put("length", 1).put("pieces root", "r".repeat(32)).build();
        var tree = BDict.builder();
        for (String name : names) tree.put(name, BDict.builder().put("", leaf).build());
        BDict info = BDict.builder().put("file tree", tree.build()).put("meta version", 2).put("name", "share")
                .put("piece length", 16_384).build();
        return Files.write(folder.resolve(file), BDict.builder().put("info", info).build().encoded());
    }

    /** Rows B1, B2, B7 and B9, through whole processes: the rest of these rows is tested where they are read. */
    @Test
    void namesThatCannotBeUsedAreRefusedInOneLineAndNothingIsWritten() throws Exception {
        Path out = Files.createDirectories(folder.resolve("deep/out"));
        record Row(Path manifest, String says) {}
        for (Row row : List.of(
                new Row(hostile("up.torrent", ".."), "the name \"..\" would lead out of its folder"),
                new Row(hostile("root.torrent", "/etc/x"), "the name \"/etc/x\" has a / in it"),
                new Row(hostile("nul.torrent", "a\0b"), "the name \"a\\u0000b\" has a NUL in it"),
                new Row(hostile("case.torrent", "README", "readme"),
                        "\"README\" and \"readme\" are one name where case and accents' spelling do not count"),
                new Row(hostile("long.torrent", "a", "y".repeat(300)), "has 300 bytes, more than 255"))) {
            String manifest = row.manifest().toString();
            Program fetch = ended(26, "home", "fetch", manifest, "-o", out.toString(), "-t", NOBODY);
            Program verify = ended(2, "home", "verify", manifest, out.toString());
            for (Program each : List.of(fetch, verify)) {
                assertEquals(1, each.err().size(), each.toString());
                String said = each.err().getFirst();
                assertTrue(said.startsWith("shoal: " + manifest + ": ") && said.endsWith(row.says()), said);
            }
        }
        assertEquals(List.of(), files(folder.resolve("deep")));
    }

    /** Row B14. */
    @Test
    void aFileThatIsTooLongForItsFileSystemIsSaidInOneLineAndGoesOnElsewhere() throws Exception {
        Path file = random("long.bin", 4, 24);
        Program seeder = seeder("seeder", file, tracker("0"));
        String manifest = seeder.await("^manifest +(.*)$", LONG).group(1);
        String from = "127.0.0.1:" + seeder.await("^READY port (\\d+)", LONG).group(1);
        Path out = folder.resolve("out");
        String[] words = {"fetch", manifest, "--from", from, "--bind", "127.0.0.1", "-o", out.toString()};
        Program tooLong = limited(16 * MIB, words);
        assertEquals(17, tooLong.exit(LONG), tooLong.toString());
        assertEquals(1, tooLong.err().size(), tooLong.toString());
        assertTrue(tooLong.err().getFirst().contains("cannot write " + out), tooLong.toString());
        ended(0, "other", words);
        assertEquals(-1, Files.mismatch(file, out.resolve("long.bin")));
    }

    /** The same with files of so many bytes at most, as a file system may have them. */
    private Program limited(long bytes, String... words) throws IOException {
        var command = new ArrayList<>(List.of("sh", "-c", "ulimit -f " + bytes / 512 + "; exec \"$@\"", "limited"));
        command.addAll(Program.command(words));
        return program(Program.start(Program.environment(folder.resolve("other")), command));
    }
}
