package shoal.manifest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shoal.manifest.Torrents.file;
import static shoal.manifest.Torrents.folder;
import static shoal.manifest.Torrents.info;
import static shoal.manifest.Torrents.root;
import static shoal.manifest.Torrents.torrent;
import static shoal.manifest.Torrents.with;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bencode.BDict;
import shoal.bencode.BInt;
import shoal.bencode.BList;
import shoal.bencode.BString;
import shoal.bencode.Bencoded;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.Merkle;

final class ManifestTest {
    private static final int PIECE = 1 << 16;

    /** Sizes around the edges of blocks and pieces (row A19). */
    private static final long[] SIZES = {
        0, 1, 16383, 16384, 16385, PIECE - 1, PIECE, PIECE + 1, 512L * PIECE, 512L * PIECE + 1, 513L * PIECE
    };

    @Test
    void everyPieceLiesInOneFileAndEveryByteInOnePiece() throws Exception {
        long seed = 77;
        var random = new SplittableRandom(seed);
        for (int round = 0; round < 30; round++) {
            var writer = new ManifestWriter("share", PIECE);
            int count = random.nextInt(1, 40);
            for (int i = 0; i < count; i++) {
                long length = SIZES[random.nextInt(SIZES.length)];
                writer.file(List.of("d" + random.nextInt(4), "f" + i), length, root(1000L * round + i), false);
            }
            checkPieces(writer.build(), "seed " + seed + " round " + round);
        }
    }

    private static void checkPieces(Manifest manifest, String when) {
        int piece = 0;
        long bytes = 0;
        for (ManifestFile file : manifest.files()) {
            assertEquals(piece, file.firstPiece(), when);
            long inFile = 0;
            while (inFile < file.length()) {
                assertEquals(file, manifest.fileOf(piece), when);
                assertTrue(file.hasPiece(piece));
                assertEquals(inFile, manifest.pieceOffset(piece), when);
                int size = manifest.pieceSize(piece);
                assertEquals(Math.min(PIECE, file.length() - inFile), size, when);
                assertEquals((size + 16383) / 16384, manifest.blocksIn(piece), when);
                inFile += size;
                piece++;
            }
            assertEquals(piece, file.endPiece(), when);
            assertFalse(file.hasPiece(piece), when);
            bytes += inFile;
        }
        assertEquals(piece, manifest.pieceCount(), when);
        assertEquals(bytes, manifest.length(), when);
        int beyond = piece;
        assertThrows(IndexOutOfBoundsException.class, () -> manifest.fileOf(beyond), when);
        assertThrows(IndexOutOfBoundsException.class, () -> manifest.fileOf(-1), when);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 16383, 16384, 16385, 49152, 65535, 65536, 65537, 131072, 200_000})
    void aPieceIsProvenByTheLayerOrTheRootAtItsHeight(long length) throws Exception {
        HashList leaves = Vectors.leaves(Vectors.content(0, (int) length));
        Hash root = Merkle.root(leaves, length);
        var writer = new ManifestWriter("f", PIECE).file(List.of("f"), length, root, false);
        if (length > PIECE) writer.layer(root, Vectors.layer(leaves, PIECE));
        Manifest manifest = writer.build();
        for (int piece = 0; piece < manifest.pieceCount(); piece++) {
            HashList mine = leaves.slice(piece * 4, piece * 4 + manifest.blocksIn(piece));
            assertEquals(manifest.pieceHash(piece).orElseThrow(), Merkle.fold(mine, 0, manifest.pieceHeight(piece)));
        }
    }

    @Test
    void takesALayerOnlyIfItLeadsToItsRootAndElseStaysAsItWas() throws Exception {
        HashList layer = HashList.of(root(1), root(2), root(3));
        Hash root = Merkle.fold(layer, 2, 2);
        Manifest bare = new ManifestWriter("f", PIECE).file(List.of("f"), 3 * PIECE, root, false).build();
        byte[] before = bare.encoded();
        assertFalse(bare.hasAllLayers());
        assertEquals(List.of(root), bare.missingLayers());
        assertEquals(Optional.empty(), bare.pieceHash(1));
        for (HashList wrong : List.of(
                HashList.of(root(1), root(2), root(4)),
                HashList.of(root(2), root(1), root(3)),
                HashList.of(root(1), root(2)),
                HashList.of(root(1), root(2), root(3), Merkle.pad(2)),
                HashList.EMPTY)) {
            assertThrows(ManifestException.class, () -> bare.withLayers(Map.of(root, wrong)));
        }
        assertThrows(ManifestException.class, () -> bare.withLayers(Map.of(root(9), layer)));
        assertArrayEquals(before, bare.encoded());
        Manifest whole = bare.withLayers(Map.of(root, layer));
        assertTrue(whole.hasAllLayers());
        assertEquals(List.of(), whole.missingLayers());
        assertEquals(Optional.of(root(2)), whole.pieceHash(1));
        assertEquals(Optional.empty(), bare.layer(root));
        assertEquals(bare, whole);
        assertEquals(Optional.of(layer), ManifestReader.read(whole.encoded()).layer(root));
    }

    @Test
    void filesWithOneRootShareOneLayer() throws Exception {
        HashList layer = HashList.of(root(1), root(2));
        Hash root = Merkle.fold(layer, 2, 1);
        Manifest manifest = new ManifestWriter("twins", PIECE)
                .file(List.of("a"), 2 * PIECE, root, false)
                .file(List.of("b"), 2 * PIECE, root, false)
                .layer(root, layer)
                .build();
        assertTrue(manifest.hasAllLayers());
        assertEquals(manifest.pieceHash(1), manifest.pieceHash(3));
        int rest = "d4:info12:piece layersd32:64:ee".length() + Hash.BYTES + 2 * Hash.BYTES;
        assertEquals(manifest.info().length + rest, manifest.encoded().length);
    }

    @Test
    void loadsWithNoLayersOrSomeOfThem() throws Exception {
        HashList layer = HashList.of(root(1), root(2));
        Hash root = Merkle.fold(layer, 0, 1);
        BDict tree = folder("a", file(20_000, root), "b", file(20_001, root(5)));
        Manifest none = ManifestReader.read(BDict.builder().put("info", info(tree)).build().encoded());
        assertEquals(List.of(root, root(5)), none.missingLayers());
        Manifest some = ManifestReader.read(torrent(info(tree), BDict.builder()
                .put(BString.wrap(root.bytes()), BString.wrap(layer.bytes()))
                .build()));
        assertEquals(List.of(root(5)), some.missingLayers());
        assertEquals(Optional.of(layer), some.layer(root));
    }

    @Test
    void keepsWhatStandsBesideTheInfoAndSortsIt() throws Exception {
        Manifest manifest = new ManifestWriter("f", PIECE)
                .file(List.of("f"), 1, root(1), true)
                .trackers(List.of("http://one/announce", "http://two/announce"))
                .trackers(List.of("udp://three:80"))
                .webSeed("http://seed/f")
                .comment("für alle")
                .createdBy("Shoal")
                .creationDate(Instant.ofEpochSecond(1_700_000_000))
                .isPrivate(true)
                .build();
        Manifest read = ManifestReader.read(manifest.encoded());
        assertArrayEquals(manifest.encoded(), read.encoded());
        assertEquals(List.of(List.of("http://one/announce", "http://two/announce"), List.of("udp://three:80")),
                read.trackers());
        assertEquals(List.of("http://seed/f"), read.webSeeds());
        assertEquals(Optional.of("für alle"), read.comment());
        assertEquals(Optional.of("Shoal"), read.createdBy());
        assertEquals(Optional.of(Instant.ofEpochSecond(1_700_000_000)), read.creationDate());
        assertTrue(read.isPrivate());
        assertTrue(read.files().getFirst().executable());
        assertEquals(List.of(List.of("udp://x")), read.withTrackers(List.of(List.of("udp://x"))).trackers());
    }

    @Test
    void leavesOutWhatIsWrongBesideTheInfo() throws Exception {
        byte[] torrent = with(BDict.builder().put("info", info(folder("a", file(1)))).build(), top -> top
                .put("announce", "http://single/announce")
                .put("announce-list", new BList(List.of(new BInt(1), new BList(List.of(new BInt(2), BString.of(" "))))))
                .put("url-list", "http://seed/")
                .put("comment", 5)
                .put("created by", "")
                .put("creation date", Long.MAX_VALUE)
                .put("nodes", new BList(List.of(new BInt(1))))
                .put("unknown", BDict.builder().build())).encoded();
        Manifest manifest = ManifestReader.read(torrent);
        assertEquals(List.of(List.of("http://single/announce")), manifest.trackers());
        assertEquals(List.of("http://seed/"), manifest.webSeeds());
        assertEquals(Optional.empty(), manifest.comment());
        assertEquals(Optional.empty(), manifest.createdBy());
        assertEquals(Optional.empty(), manifest.creationDate());
    }

    @Test
    void refusesAnAbsurdNumberOfTrackers() {
        var urls = new ArrayList<Bencoded>();
        for (int i = 0; i < 1001; i++) urls.add(BString.of("http://t" + i));
        byte[] torrent = BDict.builder()
                .put("info", info(folder("a", file(1))))
                .put("announce-list", new BList(List.of(new BList(urls))))
                .build()
                .encoded();
        var e = assertThrows(ManifestException.class, () -> ManifestReader.read(torrent));
        assertEquals("it names more than 1000 trackers", e.getMessage());
    }

    @Test
    void hashesTheInfoAsItStandsInTheFileAndNotAsItWouldBeWritten() throws Exception {
        byte[] info = with(info(folder("a", file(1))), i -> i.put("x-unknown", "kept").put("source", "here")).encoded();
        Manifest manifest = ManifestReader.read(("d4:info" + new String(info, ISO_8859_1) + "e").getBytes(ISO_8859_1));
        assertArrayEquals(info, manifest.info());
        assertEquals(manifest.infoHash(), ManifestReader.readInfo(info).infoHash());
        assertTrue(new String(manifest.encoded(), ISO_8859_1).contains("9:x-unknown4:kept"));
    }

    /** Row B6. */
    @Test
    void skipsSymbolicLinksAndSaysWhich() throws Exception {
        BDict link = Torrents.node(BDict.builder()
                .put("attr", "l")
                .put("symlink path", Torrents.strings("..", "..", "etc", "passwd"))
                .build());
        Manifest manifest = ManifestReader.read(torrent(info(folder("a", file(1), "b", link, "c", file(2)))));
        assertEquals(List.of("a", "c"), manifest.files().stream().map(ManifestFile::pathText).toList());
        assertEquals(List.of("b"), manifest.symlinks());
    }

    @Test
    void toleratesARootOnAnEmptyFileAsLibtorrentDoes() throws Exception {
        BDict empty = Torrents.node(BDict.builder().put("length", 0).put("pieces root", root(1).bytes()).build());
        Manifest manifest = ManifestReader.read(torrent(info(folder("a", empty))));
        assertEquals(Hash.ZERO, manifest.files().getFirst().root());
        assertEquals(0, manifest.pieceCount());
        assertTrue(manifest.hasAllLayers());
    }

    @Test
    void ordersFilesByTheBytesOfTheirNamesFolderByFolder() throws Exception {
        String[] paths = {"b", "a/z", "a.b", "a/a/x", "B", "ä", "\ud83d\ude00", "\uff5e", "a-"};
        Manifest manifest = Torrents.named("share", paths);
        assertEquals(List.of("B", "a/a/x", "a/z", "a-", "a.b", "b", "ä", "\uff5e", "\ud83d\ude00"),
                manifest.files().stream().map(ManifestFile::pathText).toList());
    }

    @Test
    void theWriterRefusesWhatTheReaderWould() {
        assertRefused("there are two files called \"a\"", "a", "a");
        assertRefused("\"a/b\" lies in what is a file itself", "a", "a/b");
        assertRefused("there are two files called \"a\"", "a/b", "a");
        assertRefused("a name is empty", "a//b");
        assertRefused("the name \"..\" would lead out of its folder", "a/../b");
        assertRefused("the name \"x\\ud83d\" is not Unicode", "x\ud83d");
        assertRefused("there are no files in it");
        var e = assertThrows(ManifestException.class,
                () -> new ManifestWriter("f", 20_000).file(List.of("f"), 1, root(1), false).build());
        assertEquals("its piece length 20000 is not a power of two from 16384 to 536870912", e.getMessage());
    }

    private static void assertRefused(String message, String... paths) {
        assertEquals(message, assertThrows(ManifestException.class, () -> Torrents.named("s", paths)).getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 16384", "1, 16384", "16384, 16384", "1048576, 16384", "4194303, 16384", "4194304, 32768",
        "1073741824, 524288", "4294967296, 1048576", "107374182400, 4194304", "1099511627776, 16777216",
        "281474976710656, 16777216", "9223372036854775807, 16777216",
    })
    void thePieceLengthGrowsWithTheRootOfTheSize(long total, int pieceLength) {
        assertEquals(pieceLength, PieceLengths.automatic(total));
        assertTrue(PieceLengths.isValid(pieceLength));
    }

    @Test
    void theCanonicalShareOfOneFileIsTheSameForEveryone() throws Exception {
        byte[] hello = "hello\n".getBytes(ISO_8859_1);
        Hash root = Vectors.leaves(hello).at(0);
        assertEquals("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03", root.hex());
        Manifest manifest = new ManifestWriter(root.hex(), PieceLengths.automatic(hello.length))
                .file(List.of(root.hex()), hello.length, root, false)
                .build();
        String hash = manifest.infoHash().hex();
        assertTrue(hash.startsWith("b31e6161") && hash.endsWith("4201a88"), hash);
    }

    @Test
    void aManifestOfEmptyFilesIsWholeAtOnce() throws Exception {
        Manifest manifest = new ManifestWriter("empty", PIECE)
                .file(List.of("a"), 0, Hash.ZERO, false)
                .file(List.of("b"), 0, root(1), false)
                .build();
        assertEquals(0, manifest.pieceCount());
        assertEquals(0, manifest.length());
        assertEquals(2, ManifestReader.read(manifest.encoded()).files().size());
        assertThrows(IndexOutOfBoundsException.class, () -> manifest.fileOf(0));
    }
}
