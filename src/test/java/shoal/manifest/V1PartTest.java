package shoal.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shoal.manifest.Torrents.PIECE;
import static shoal.manifest.Torrents.file;
import static shoal.manifest.Torrents.folder;
import static shoal.manifest.Torrents.info;
import static shoal.manifest.Torrents.pad;
import static shoal.manifest.Torrents.torrent;
import static shoal.manifest.Torrents.v1;
import static shoal.manifest.Torrents.with;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bencode.BDict;
import shoal.bencode.BList;
import shoal.bencode.BencodeLimits;
import shoal.bencode.BencodeReader;
import shoal.bencode.Bencoded;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.bytes.Sha1List;
import shoal.manifest.Vectors.Vector;

/** What clients that know v1 alone get of a hybrid. All who have the hybrid must make the same of it. */
final class V1PartTest {
    private static final BDict TREE = folder("a", file(100), "b", file(100));

    static List<Vector> hybrids() {
        return VectorsTest.hybrids();
    }

    private static BDict hybrid(Bencoded... files) {
        return with(info(TREE), i -> i.put("files", new BList(List.of(files))).put("pieces", new byte[40]));
    }

    private static Optional<V1Part> part(BDict info) throws Exception {
        return ManifestReader.read(torrent(info)).v1Part();
    }

    private static BDict dict(byte[] bytes) throws Exception {
        return BencodeReader.readDict(bytes, BencodeLimits.MANIFEST);
    }

    /** By hand: a rule that changes divides those who have the hybrid into two swarms. */
    @Test
    void isTheRestOfTheInfoDictionaryWithNumbersForPads() throws Exception {
        V1Part part = part(hybrid(v1(100, "a"), pad(PIECE - 100), v1(100, "b"), pad(PIECE - 100))).orElseThrow();
        assertEquals("d5:filesl"
                + "d6:lengthi100e4:pathl1:aee"
                + "d4:attr1:p6:lengthi16284e4:pathl4:.pad1:1ee"
                + "d6:lengthi100e4:pathl1:bee"
                + "d4:attr1:p6:lengthi16284e4:pathl4:.pad1:3ee"
                + "e4:name5:share12:piece lengthi16384e6:pieces40:" + "\0".repeat(40) + "e", part.info().text());
        assertEquals(InfoHash.ofHex("a613b2e40dcaf69caf6fd24510b7a2bddf7b2852"), part.hash());
    }

    @Test
    void isTheSameHoweverPadsWereCalled() throws Exception {
        BDict one = hybrid(v1(100, "a"), pad(PIECE - 100), v1(100, "b"));
        BDict named = with(pad(PIECE - 100), entry -> entry.put(
                "path", Torrents.strings("x", "y")));
        assertEquals(part(one), part(hybrid(v1(100, "a"), named, v1(100, "b"))));
        V1Part bitcomet = part(hybrid(v1(100, "a"), v1(PIECE - 100, "_____padding_file_0_x"), v1(100, "b")))
                .orElseThrow();
        assertTrue(bitcomet.info().text().contains("4:pathl4:.pad1:1e"), bitcomet.info()::text);
    }

    @ParameterizedTest
    @MethodSource("hybrids")
    void isRefusedForWhatItIsAndHasTheSamePieces(Vector vector) throws Exception {
        Manifest hybrid = ManifestReader.read(vector.hybridTorrent());
        V1Part part = hybrid.v1Part().orElseThrow();
        var e = assertThrows(ManifestException.class, () -> ManifestReader.readInfo(part.info().bytes()));
        assertEquals("it is for BitTorrent v1 only; one made for v2 (or both) is needed", e.getMessage());
        assertEquals(part, ManifestReader.readInfo(hybrid.info()).v1Part().orElseThrow());
        assertTrue(part.info().length() < hybrid.infoLength());
        BDict info = dict(part.info().bytes());
        BDict whole = dict(hybrid.info());
        for (String key : List.of("pieces", "piece length", "name", "length")) {
            assertEquals(whole.value(key), info.value(key), key);
        }
        assertFalse(info.has("file tree") || info.has("meta version"));
    }

    @Test
    void isWrittenWithTheTrackersAndWithoutLayers() throws Exception {
        Manifest manifest = new ManifestWriter("a", PIECE)
                .isHybrid(true)
                .file(List.of("a"), 5, new Hash(1, 2, 3, 4), false, Sha1List.wrap(new byte[Sha1List.HASH]))
                .trackers(List.of("http://192.0.2.1/announce"))
                .webSeed("http://192.0.2.1/a")
                .build();
        BDict torrent = dict(manifest.encodedV1Part().orElseThrow());
        assertEquals(manifest.v1Part().orElseThrow().info().text(),
                new String(torrent.dict("info").orElseThrow().encoded(), StandardCharsets.UTF_8));
        assertEquals("http://192.0.2.1/announce", torrent.string("announce").orElseThrow().text());
        assertTrue(torrent.has("url-list"));
        assertFalse(torrent.has("piece layers"));
        Magnet link = Magnet.ofV1Part(manifest, List.of()).orElseThrow();
        assertEquals(Optional.empty(), link.infoHash());
        assertEquals(manifest.v1Part().map(V1Part::hash), link.v1Hash());
        assertEquals(manifest.trackers().getFirst(), link.trackers());
    }

    @Test
    void thereIsNoneOfWhatIsNoHybridOrPrivate() throws Exception {
        BDict right = hybrid(v1(100, "a"), pad(PIECE - 100), v1(100, "b"));
        assertTrue(part(right).isPresent());
        assertEquals(Optional.empty(), part(info(TREE)));
        Manifest secret = ManifestReader.read(torrent(with(right, i -> i.put("private", 1))));
        assertTrue(secret.v1Hash().isPresent());
        assertEquals(Optional.empty(), secret.v1Part());
        assertEquals(Optional.empty(), secret.encodedV1Part());
        assertEquals(Optional.empty(), Magnet.ofV1Part(secret, List.of()));
    }

    @Test
    void thereIsNoneWhereAFileCouldLieUnderTheNameOfAPadOrOneLongerThanTheWhole() throws Exception {
        BDict tree = folder(".pad", folder("1", file(100)), "b", file(100));
        BDict there = with(info(tree), i -> i.put("files", new BList(List.of(
                v1(100, ".pad", "1"), pad(PIECE - 100), v1(100, "b")))).put("pieces", new byte[40]));
        assertTrue(ManifestReader.read(torrent(there)).v1Hash().isPresent());
        assertEquals(Optional.empty(), part(there));
        var files = new ArrayList<Bencoded>(List.of(v1(100, "a"), pad(PIECE - 100), v1(100, "b")));
        BDict empty = with(v1(0, "p"), entry -> entry.put("attr", "p"));
        for (int i = 0; i < 100; i++) files.add(empty);
        assertEquals(Optional.empty(), part(hybrid(files.toArray(Bencoded[]::new))));
    }
}
