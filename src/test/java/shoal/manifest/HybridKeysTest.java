package shoal.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import static shoal.manifest.Torrents.without;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bencode.BDict;
import shoal.bencode.BInt;
import shoal.bencode.BList;
import shoal.bencode.Bencoded;

/** Hybrids whose two file lists tell of the same files load, all others do not (row A14 of the catalogue of faults). */
final class HybridKeysTest {
    private static final long A = 10_000;
    private static final long B = 20_000;
    private static final long C = 3 * PIECE;
    private static final BDict TREE =
            folder("a", file(A), "empty", file(0), "sub", folder("b", file(B), "c", file(C)));

    private static BDict hybrid(int pieces, Bencoded... files) {
        return with(info(TREE), i -> i.put("files", new BList(List.of(files))).put("pieces", new byte[20 * pieces]));
    }

    private static BDict right() {
        return hybrid(6, v1(A, "a"), pad(PIECE - A), v1(0, "empty"), v1(B, "sub", "b"), pad(2 * PIECE - B),
                v1(C, "sub", "c"));
    }

    private static BDict single(String name, long length, int pieces) {
        return with(info(folder("a", file(B))), i -> i.put("length", length)
                .put("pieces", new byte[20 * pieces])
                .put("name", name));
    }

    static Stream<Arguments> rightOnes() {
        BDict bitcomet = v1(2 * PIECE - B, "_____padding_file_0_if you see this file");
        BDict tail = with(info(folder("a", file(A), "b", file(B))), i -> i
                .put("files", new BList(List.of(v1(A, "a"), pad(PIECE - A), v1(B, "b"), pad(2 * PIECE - B))))
                .put("pieces", new byte[60]));
        BDict noTail = with(tail, i -> i.put(
                "files", new BList(List.of(v1(A, "a"), pad(PIECE - A), v1(B, "b")))));
        return Stream.of(
                Arguments.of("pads between files", right()),
                Arguments.of("a pad behind the last file", tail),
                Arguments.of("no pad behind the last file", noTail),
                Arguments.of("BitComet's pads", hybrid(6, v1(A, "a"), pad(PIECE - A), v1(B, "sub", "b"), bitcomet,
                        v1(C, "sub", "c"))),
                Arguments.of("empty files elsewhere", hybrid(6, v1(0, "empty"), v1(A, "a"), pad(PIECE - A),
                        v1(B, "sub", "b"), pad(2 * PIECE - B), v1(C, "sub", "c"), v1(0, "another"))),
                Arguments.of("two pads in a row", hybrid(6, v1(A, "a"), pad(PIECE - A - 1), pad(1), v1(B, "sub", "b"),
                        pad(2 * PIECE - B), v1(C, "sub", "c"))),
                Arguments.of("one file", single("a", B, 2)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rightOnes")
    void loadsWithAV1Hash(String name, BDict info) throws Exception {
        Manifest manifest = ManifestReader.read(torrent(info));
        assertTrue(manifest.v1Hash().isPresent(), name);
        assertEquals(manifest.files(), ManifestReader.readInfo(manifest.info()).files());
    }

    static Stream<Arguments> wrongOnes() {
        String differ = "the file lists of BitTorrent v1 and v2 in it do not match: ";
        return Stream.of(
                Arguments.of("name", hybrid(6, v1(A, "x"), pad(PIECE - A), v1(B, "sub", "b"), pad(2 * PIECE - B),
                        v1(C, "sub", "c")), differ + "\"x\" against \"a\""),
                Arguments.of("folder", hybrid(6, v1(A, "a"), pad(PIECE - A), v1(B, "b"), pad(2 * PIECE - B),
                        v1(C, "sub", "c")), differ + "\"b\" against \"sub/b\""),
                Arguments.of("size", hybrid(6, v1(A + 1, "a"), pad(PIECE - A - 1), v1(B, "sub", "b"),
                        pad(2 * PIECE - B), v1(C, "sub", "c")), differ + "\"a\" has 10001 against 10000 bytes"),
                Arguments.of("order", hybrid(6, v1(B, "sub", "b"), pad(2 * PIECE - B), v1(A, "a"), pad(PIECE - A),
                        v1(C, "sub", "c")), differ + "\"sub/b\" against \"a\""),
                Arguments.of("v2_bad_file_alignment", hybrid(5, v1(A, "a"), v1(B, "sub", "b"), v1(C, "sub", "c")),
                        differ + "\"sub/b\" starts at 10000, not at 16384"),
                Arguments.of("a pad too long", hybrid(6, v1(A, "a"), pad(2 * PIECE - A), v1(B, "sub", "b"),
                        pad(2 * PIECE - B), v1(C, "sub", "c")), differ + "\"sub/b\" starts at 32768, not at 16384"),
                Arguments.of("a pad too long at the end", hybrid(7, v1(A, "a"), pad(PIECE - A), v1(B, "sub", "b"),
                        pad(2 * PIECE - B), v1(C, "sub", "c"), pad(4 * PIECE - C)), differ + "7 against 6 pieces"),
                Arguments.of("one too few", hybrid(3, v1(A, "a"), pad(PIECE - A), v1(B, "sub", "b")),
                        differ + "\"sub/c\" is missing in the v1 list"),
                Arguments.of("one too many", hybrid(6, v1(A, "a"), pad(PIECE - A), v1(B, "sub", "b"),
                        pad(2 * PIECE - B), v1(C, "sub", "c"), v1(1, "d")), differ + "\"d\" is not in the file tree"),
                Arguments.of("no piece hashes", without(right(), "pieces"),
                        "v1 keys: pieces is missing or no string"),
                Arguments.of("too few piece hashes", with(right(), i -> i.put("pieces", new byte[100])),
                        "v1 keys: pieces has 100 bytes, not 120"),
                Arguments.of("half a piece hash", with(right(), i -> i.put("pieces", new byte[110])),
                        "v1 keys: pieces has 110 bytes, not 120"),
                Arguments.of("both a length and files", with(right(), i -> i.put("length", 5)),
                        "v1 keys: there is not one of length and files"),
                Arguments.of("neither", with(info(TREE), i -> i.put("pieces", new byte[120])),
                        "v1 keys: there is not one of length and files"),
                Arguments.of("files is a number", with(right(), i -> i.put("files", 5)), "v1 keys: files is no list"),
                Arguments.of("a file is a number", hybrid(6, new BInt(5)), "v1 keys: a file is no dictionary"),
                Arguments.of("no path", hybrid(6, without(v1(A, "a"), "path")), "v1 keys: a file has no path"),
                Arguments.of("a path of numbers", hybrid(6, with(v1(A, "a"), f -> f.put("path",
                        new BList(List.of(new BInt(1)))))), "v1 keys: a path has no strings"),
                Arguments.of("a negative pad", hybrid(6, v1(A, "a"), pad(-1)),
                        "v1 keys: \".pad/-1\" has no length that could be right"),
                Arguments.of("a huge pad", hybrid(6, v1(A, "a"), pad(Long.MAX_VALUE)),
                        "v1 keys: \".pad/9223372036854775807\" has no length that could be right"),
                Arguments.of("one file of another name", single("b", B, 2), differ + "\"b\" against \"a\""),
                Arguments.of("one file of another length", single("a", B + 1, 2),
                        differ + "\"a\" has 20001 against 20000 bytes"),
                Arguments.of("a length that is text", with(single("a", B, 2), i -> i.put("length", "1")),
                        differ + "\"a\" has -1 against 20000 bytes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongOnes")
    void refusesTwoDifferentContentsUnderOneName(String name, BDict info, String message) {
        var e = assertThrows(ManifestException.class, () -> ManifestReader.read(torrent(info)), name);
        assertEquals(message, e.getMessage());
    }

    @Test
    void manyPadsCannotOverflowTheirSum() {
        var files = new Bencoded[40_000];
        Arrays.fill(files, pad(1L << 48));
        var e = assertThrows(ManifestException.class, () -> ManifestReader.read(torrent(hybrid(6, files))));
        assertEquals("v1 keys: \".pad/281474976710656\" has no length that could be right", e.getMessage());
    }
}
