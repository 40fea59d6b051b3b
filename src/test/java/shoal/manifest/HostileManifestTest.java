package shoal.manifest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shoal.manifest.Torrents.file;
import static shoal.manifest.Torrents.folder;
import static shoal.manifest.Torrents.info;
import static shoal.manifest.Torrents.node;
import static shoal.manifest.Torrents.root;
import static shoal.manifest.Torrents.torrent;
import static shoal.manifest.Torrents.with;
import static shoal.manifest.Torrents.without;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bencode.BDict;
import shoal.bencode.BList;
import shoal.bencode.BString;
import shoal.bencode.Bencoded;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.Merkle;

/**
 * Manifests that do harm or are broken: rows A and B of the catalogue of faults, and libtorrent's own list of bad
 * torrents as far as it can be made by hand. Each is refused with one line.
 */
final class HostileManifestTest {
    private static final BDict GOOD = info(folder("a", file(1)));
    private static final HashList TWO = HashList.of(new Hash(1, 1, 1, 1), new Hash(2, 2, 2, 2));
    private static final Hash TWO_ROOT = Merkle.fold(TWO, 0, 1);
    /** A file of two pieces. */
    private static final BDict LAYERED = info(folder("big", file(16385, TWO_ROOT)));

    /**
     * One manifest.
     *
     * @param name its row in the catalogue, or libtorrent's name for it
     * @param bytes makes it
     * @param message what the user is to be told
     */
    record Row(String name, Supplier<byte[]> bytes, String message) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Row raw(String name, String text, String message) {
        return new Row(name, () -> text.getBytes(ISO_8859_1), message);
    }

    private static Row bad(String name, BDict info, String message) {
        return new Row(name, () -> torrent(info), message);
    }

    /** A row whose file tree is wrong. */
    private static Row tree(String name, BDict tree, String message) {
        return bad(name, info(tree), message);
    }

    /** A row with one file of these properties. */
    private static Row properties(String name, Bencoded properties, String message) {
        return tree(name, folder("a", node(properties)), message);
    }

    private static Row layers(String name, Bencoded layers, String message) {
        return new Row(name, () -> torrent(LAYERED, layers), message);
    }

    private static Bencoded layer(Hash root, byte[] hashes) {
        return BDict.builder().put(BString.wrap(root.bytes()), BString.wrap(hashes)).build();
    }

    private static BDict deep(int folders) {
        BDict tree = file(1);
        for (int i = 0; i < folders; i++) tree = folder("d", tree);
        return tree;
    }

    static List<Row> rows() {
        var rows = new ArrayList<Row>();
        bencoding(rows);
        versions(rows);
        sizes(rows);
        roots(rows);
        pieceLayers(rows);
        trees(rows);
        names(rows);
        return rows;
    }

    private static void bencoding(List<Row> rows) {
        rows.add(raw("nothing", "", "there is nothing in it"));
        rows.add(raw("a web page", "<!DOCTYPE html>",
                "it is not bencoded: a value cannot start with byte 60 (at byte 0)"));
        rows.add(raw("a list", "le", "it is not bencoded: a dictionary is expected"));
        rows.add(raw("no info", "d8:announce3:urle", "there is no info dictionary in it"));
        rows.add(raw("info is text", "d4:info3:abce", "its info is no dictionary"));
        rows.add(raw("A1 depth bomb, v2_deep_recursion", "d4:info" + "l".repeat(20_000) + "e".repeat(20_000) + "e",
                "it is not bencoded: nested deeper than 100 (at byte 106)"));
        rows.add(raw("A2 token bomb", "l" + "0:".repeat(3_000_001) + "e",
                "it is not bencoded: more than 3000000 values (at byte 5999999)"));
        rows.add(raw("A3 lying length", "d4:info99999999999:",
                "it is not bencoded: the length of a string has too many digits (at byte 17)"));
        rows.add(raw("A4 v2_overlong_integer", "d4:infod12:meta versioni02eee",
                "it is not bencoded: an integer starts with 0 (at byte 26)"));
        rows.add(raw("A5 v2_unordered_files", "d4:infod9:file treed1:bde1:adeeee",
                "it is not bencoded: keys do not ascend: \"a\" (at byte 28)"));
        rows.add(new Row("A5 twice the same key", () -> new String(torrent(GOOD), ISO_8859_1)
                .replace("4:name5:share", "4:name5:share4:name5:share").getBytes(ISO_8859_1),
                "it is not bencoded: keys do not ascend: \"name\" (at byte 127)"));
        rows.add(new Row("A5 something behind it", () -> (new String(torrent(GOOD), ISO_8859_1) + "\n")
                .getBytes(ISO_8859_1), "it is not bencoded: 1 bytes left over (at byte 162)"));
    }

    private static void versions(List<Row> rows) {
        rows.add(bad("A7 version 3, before all else", with(GOOD, i -> i.put("meta version", 3).put("piece length", 7)),
                "its meta version 3 is newer than this program, which knows 2"));
        rows.add(bad("A7 version 1", with(GOOD, i -> i.put("meta version", 1)), "its meta version is 1, not 2"));
        rows.add(bad("A7 version -1", with(GOOD, i -> i.put("meta version", -1)), "its meta version is -1, not 2"));
        rows.add(bad("A7 version as text", with(GOOD, i -> i.put("meta version", "2")),
                "its meta version is no integer"));
        rows.add(bad("no version", without(GOOD, "meta version"), "it has a file tree, but no meta version"));
        rows.add(bad("BitTorrent v1 only", without(without(with(GOOD, i -> i.put("pieces", "x").put("length", 1)),
                "meta version"), "file tree"),
                "it is for BitTorrent v1 only; one made for v2 (or both) is needed"));
        rows.add(bad("empty info", BDict.builder().build(), "its info has neither a meta version nor files"));
        rows.add(bad("no tree", without(GOOD, "file tree"), "there is no file tree in it"));
        rows.add(bad("a tree that is a list", with(GOOD, i -> i.put("file tree", new BList(List.of()))),
                "there is no file tree in it"));
        rows.add(bad("no name", without(GOOD, "name"), "it has no name"));
        rows.add(bad("a number as name", with(GOOD, i -> i.put("name", 5)), "its name is no string"));
    }

    private static void sizes(List<Row> rows) {
        for (long length : new long[] {0, -1, 8192, 24576, 32767, 1L << 30, Integer.MAX_VALUE, 1L << 31, 1L << 40,
                Long.MIN_VALUE}) {
            rows.add(bad("A8 piece length " + length, with(GOOD, i -> i.put("piece length", length)),
                    "its piece length " + length + " is not a power of two from 16384 to 536870912"));
        }
        rows.add(bad("A8 no piece length", without(GOOD, "piece length"), "it has no piece length"));
        rows.add(bad("A8 piece length as text", with(GOOD, i -> i.put("piece length", "16384")),
                "its piece length is no integer"));
        rows.add(tree("A9 length -1", folder("a", file(-1)), "file \"a\": its length is -1"));
        rows.add(tree("A9 length 2^63-1, v2_large_file", folder("a", file(Long.MAX_VALUE)),
                "file \"a\": with its 9223372036854775807 bytes there are more than 281474976710656"));
        rows.add(bad("A9 two files past 2^63", with(info(folder("a", file(1L << 47), "b", file(Long.MAX_VALUE - 5))),
                i -> i.put("piece length", 512 << 20)),
                "file \"b\": with its 9223372036854775802 bytes there are more than 281474976710656"));
        rows.add(raw("A9 length of 65 bits", "d4:infod9:file treed1:ad0:d6:lengthi18446744073709551616eeeeee",
                "it is not bencoded: an integer does not fit 64 bits (at byte 55)"));
        rows.add(tree("A10 2^47 bytes in pieces of 16 KiB, v2_large_offset", folder("a", file(1L << 47)),
                "file \"a\": with its 8589934592 pieces of 16384 bytes there are more than 2097152"));
        rows.add(tree("A10 one piece too many", folder("a", file(16384L << 21), "b", file(1)),
                "file \"b\": with its 1 pieces of 16384 bytes there are more than 2097152"));
    }

    private static void roots(List<Row> rows) {
        rows.add(properties("A11 no root", folder("length", Torrents.integer(1)),
                "file \"a\": its pieces root is missing"));
        for (int size : new int[] {0, 20, 31, 33, 64}) {
            rows.add(properties("A11 a root of " + size + " bytes",
                    folder("length", Torrents.integer(1), "pieces root", BString.wrap(new byte[size])),
                    "file \"a\": its pieces root has " + size + " bytes, not 32"));
        }
        rows.add(tree("A11 v2_zero_root", folder("a", file(1 << 20, Hash.ZERO)),
                "file \"a\": its pieces root is all zero"));
        rows.add(tree("A11 v2_zero_root_small", folder("a", file(1, Hash.ZERO)),
                "file \"a\": its pieces root is all zero"));
        rows.add(properties("A11 a number as root",
                folder("length", Torrents.integer(1), "pieces root", Torrents.integer(1)),
                "file \"a\": its pieces root is no string"));
        rows.add(properties("no length", folder("pieces root", BString.wrap(root(1).bytes())),
                "file \"a\": its length is missing"));
        rows.add(properties("length as text", folder("length", BString.of("1")),
                "file \"a\": its length is no integer"));
        rows.add(tree("one root for two contents", folder("a", file(64, root(1)), "b", file(32768, root(1))),
                "file \"b\": has the pieces root of \"a\" but another length"));
        rows.add(properties("v2_invalid_pad_file",
                folder("attr", BString.of("p"), "length", Torrents.integer(1)),
                "file \"a\": is a pad file, which a file tree cannot have"));
        rows.add(properties("v2_missing_file_root_invalid_symlink", folder("attr", BString.of("l")),
                "file \"a\": is a symbolic link to nowhere"));
    }

    private static void pieceLayers(List<Row> rows) {
        String file = "file \"big\": its piece layer ";
        byte[] right = TWO.bytes();
        byte[] flipped = TWO.bytes();
        flipped[63] ^= 1;
        String zeros = "00".repeat(33);
        rows.add(layers("A12 layers are a list", new BList(List.of()), "its piece layers are no dictionary"));
        rows.add(layers("A12 one hash short", layer(TWO_ROOT, new byte[32]),
                file + "has 32 bytes, not 64 for 2 pieces"));
        rows.add(layers("A12 one hash long", layer(TWO_ROOT, new byte[96]),
                file + "has 96 bytes, not 64 for 2 pieces"));
        rows.add(layers("A12 v2_non_multiple_piece_layer", layer(TWO_ROOT, new byte[513]),
                file + "has 513 bytes, not 64 for 2 pieces"));
        rows.add(layers("A12 empty", layer(TWO_ROOT, new byte[0]), file + "has 0 bytes, not 64 for 2 pieces"));
        rows.add(layers("A12 wrong hash, v2_invalid_piece_layer_root", layer(TWO_ROOT, flipped),
                file + "does not lead to its pieces root " + TWO_ROOT));
        rows.add(layers("A12 v2_invalid_piece_layer", folder(BString.wrap(TWO_ROOT.bytes()), Torrents.integer(1)),
                file + "is no string"));
        rows.add(layers("A12 v2_piece_layer_invalid_file_hash",
                folder(BString.wrap(new byte[33]), BString.wrap(right)),
                "a key of the piece layers has 33 bytes, not 32: \"" + zeros + "\""));
        rows.add(layers("A12 v2_unknown_piece_layer_entry", layer(root(9), right),
                "there is a piece layer for " + root(9) + ", which no file of several pieces has"));
        rows.add(new Row("A12 a layer for a file of one piece",
                () -> torrent(info(folder("a", file(16384, root(1)))), layer(root(1), new byte[32])),
                "there is a piece layer for " + root(1) + ", which no file of several pieces has"));
    }

    private static void trees(List<Row> rows) {
        rows.add(tree("A13 v2_invalid_file", folder("a", with(file(1), n -> n.put("b", file(1)))),
                "file \"a\": is a file and a folder at once"));
        rows.add(tree("A13 the root is a file", file(1), "the root of the file tree is a file without a name"));
        rows.add(tree("A13 v2_empty_filename", folder("a", node(node(file(1)))), "file \"a\": its length is missing"));
        rows.add(tree("A13 a file that is a number", folder("a", Torrents.integer(5)),
                "file \"a\": is neither a file nor a folder"));
        rows.add(properties("A13 properties that are a number", Torrents.integer(5),
                "file \"a\": its properties are no dictionary"));
        rows.add(raw("A13 one path twice", "d4:infod9:file treed1:ade1:adeeee",
                "it is not bencoded: keys do not ascend: \"a\" (at byte 28)"));
        rows.add(tree("no files", folder(), "there are no files in it"));
        rows.add(tree("empty folders only", folder("a", folder("b", folder()), "c", folder()),
                "there are no files in it"));
        rows.add(tree("A18 5,000 folders", deep(5000), "it is not bencoded: nested deeper than 100 (at byte 411)"));
        rows.add(tree("A18 a path of 4,000 bytes", folder("x".repeat(2000), folder("y".repeat(2000), file(1))),
                "file \"" + "x".repeat(60) + "..." + "y".repeat(40) + "\": the path is longer than 3500 bytes"));
    }

    private static void names(List<Row> rows) {
        rows.add(tree("B1 ..", folder("..", folder("a", file(1))), "the name \"..\" would lead out of its folder"));
        rows.add(tree("B1 .. as a file", folder("..", file(1)), "the name \"..\" would lead out of its folder"));
        rows.add(tree("B1 .", folder(".", file(1)), "the name \".\" would lead out of its folder"));
        rows.add(tree("B1 absolute", folder("/etc/passwd", file(1)), "the name \"/etc/passwd\" has a / in it"));
        rows.add(tree("B2 a/../../x", folder("a/../../x", file(1)), "the name \"a/../../x\" has a / in it"));
        rows.add(tree("B2 NUL", folder("a\0b", file(1)), "the name \"a\\u0000b\" has a NUL in it"));
        rows.add(bad("B1 the share's name is ..", with(GOOD, i -> i.put("name", "..")),
                "the name \"..\" would lead out of its folder"));
        rows.add(bad("B1 the share's name is empty", with(GOOD, i -> i.put("name", "")), "a name is empty"));
        rows.add(bad("B1 the share's name is a path", with(GOOD, i -> i.put("name", "../up")),
                "the name \"../up\" has a / in it"));
        rows.add(tree("A6 overlong ../", folder(BString.wrap(new byte[] {
                (byte) 0xc0, (byte) 0xae, (byte) 0xc0, (byte) 0xae, (byte) 0xc0, (byte) 0xaf}), file(1)),
                "the name \"\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\" is not UTF-8"));
        rows.add(tree("A6 half of a pair", folder(BString.wrap(new byte[] {'x', (byte) 0xed, (byte) 0xa0, (byte) 0x80}),
                file(1)), "the name \"x\ufffd\" is not UTF-8"));
        rows.add(tree("A6 v2_invalid_filename", folder(BString.wrap(new byte[] {(byte) 0xff, 'e', 's', 't'}), file(1)),
                "the name \"\ufffdest\" is not UTF-8"));
        rows.add(tree("A16 an escape sequence in a message", folder("\u001b]0;x\u0007\n", file(-1)),
                "file \"\\u001b]0;x\\u0007\\u000a\": its length is -1"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isRefusedWithOneLine(Row row) {
        byte[] bytes = row.bytes().get();
        var e = assertThrows(ManifestException.class, () -> ManifestReader.read(bytes));
        String message = String.valueOf(e.getMessage());
        assertEquals(row.message(), message);
        assertTrue(message.length() < 300, message);
        assertFalse(message.chars().anyMatch(c -> c < ' '), message);
    }
}
