package shoal.manifest;

import java.util.List;
import java.util.function.Consumer;
import shoal.bencode.BDict;
import shoal.bencode.BInt;
import shoal.bencode.BList;
import shoal.bencode.BString;
import shoal.bencode.Bencoded;
import shoal.bytes.Hash;

/** Manifests made by hand, right ones and such as no honest program writes. */
final class Torrents {
    static final int PIECE = 16384;

    private Torrents() {}

    /** An invented root that no content is known of; the same for the same number. */
    static Hash root(long n) {
        return new Hash(n + 1, 2, 3, n);
    }

    /** A file of the tree: one dictionary whose only key is empty. */
    static BDict file(long length) {
        return file(length, root(length));
    }

    static BDict file(long length, Hash root) {
        BDict.Builder properties = BDict.builder().put("length", length);
        if (length != 0) properties.put("pieces root", root.bytes());
        return node(properties.build());
    }

    static BDict node(Bencoded properties) {
        return BDict.builder().put("", properties).build();
    }

    /** A folder of these names and nodes, one after the other. */
    static BDict folder(Object... entries) {
        BDict.Builder folder = BDict.builder();
        for (int i = 0; i < entries.length; i += 2) {
            BString name = entries[i] instanceof BString bytes ? bytes : BString.of((String) entries[i]);
            folder.put(name, (Bencoded) entries[i + 1]);
        }
        return folder.build();
    }

    /** A copy of {@code dict} with something changed. */
    static BDict with(BDict dict, Consumer<BDict.Builder> change) {
        BDict.Builder copy = BDict.builder();
        dict.forEach(copy::put);
        change.accept(copy);
        return copy.build();
    }

    static BDict without(BDict dict, String missing) {
        BDict.Builder copy = BDict.builder();
        dict.forEach((key, value) -> {
            if (!key.equals(BString.of(missing))) copy.put(key, value);
        });
        return copy.build();
    }

    /** An info dictionary with this tree, all else in order. */
    static BDict info(BDict tree) {
        return BDict.builder()
                .put("file tree", tree)
                .put("meta version", 2)
                .put("name", "share")
                .put("piece length", PIECE)
                .build();
    }

    static byte[] torrent(BDict info) {
        return torrent(info, BDict.builder().build());
    }

    static byte[] torrent(BDict info, Bencoded layers) {
        return BDict.builder().put("info", info).put("piece layers", layers).build().encoded();
    }

    /** A manifest with these paths, each of one byte of its own. */
    static Manifest named(String name, String... paths) throws ManifestException {
        var writer = new ManifestWriter(name, PIECE);
        for (String path : paths) writer.file(List.of(path.split("/", -1)), 1, root(path.hashCode()), false);
        return writer.build();
    }

    /** A manifest whose tree has these names as they are, past all checks of the writer. */
    static Manifest rawNames(Object... names) throws ManifestException {
        var entries = new Object[names.length * 2];
        for (int i = 0; i < names.length; i++) {
            entries[2 * i] = names[i];
            entries[2 * i + 1] = file(1);
        }
        return ManifestReader.read(torrent(info(folder(entries))));
    }

    /** An entry of a v1 file list. */
    static BDict v1(long length, String... path) {
        return BDict.builder().put("length", length).put("path", strings(path)).build();
    }

    static BDict pad(long length) {
        return with(v1(length, ".pad", Long.toString(length)), entry -> entry.put("attr", "p"));
    }

    static BList strings(String... texts) {
        return new BList(List.of(texts).stream().<Bencoded>map(BString::of).toList());
    }

    static BInt integer(long value) {
        return new BInt(value);
    }
}
