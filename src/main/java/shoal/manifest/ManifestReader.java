package shoal.manifest;

import java.util.Map;
import java.util.Optional;
import shoal.bencode.BDict;
import shoal.bencode.BInt;
import shoal.bencode.BString;
import shoal.bencode.BencodeException;
import shoal.bencode.BencodeLimits;
import shoal.bencode.BencodeReader;
import shoal.bencode.Bencoded;
import shoal.bytes.InfoHash;
import shoal.merkle.Sha256;

/** Reads manifests that anyone may have made. What it returns is consistent; what is not is refused with one line. */
public final class ManifestReader {
    private static final long META_VERSION = 2;

    private ManifestReader() {}

    /**
     * Reads a .torrent file. Piece layers may be missing; those that are there have been proven.
     *
     * @param torrent its bytes, which the caller must not change any more
     * @throws ManifestException with one line that says what is wrong with it
     */
    public static Manifest read(byte[] torrent) throws ManifestException {
        if (torrent.length == 0) throw new ManifestException("there is nothing in it");
        BDict top = bencoded(torrent);
        Bencoded value = top.value("info").orElse(null);
        if (value == null) throw new ManifestException("there is no info dictionary in it");
        if (!(value instanceof BDict dict)) throw new ManifestException("its info is no dictionary");
        InfoDict info = info(dict, BString.wrap(dict.encoded()));
        Extras extras = ExtrasReader.read(top);
        Bencoded layers = top.value("piece layers").orElse(null);
        if (layers == null) return new Manifest(info, extras, Map.of());
        if (!(layers instanceof BDict found)) throw new ManifestException("its piece layers are no dictionary");
        return new Manifest(info, extras, PieceLayers.read(info, found));
    }

    /**
     * Reads an info dictionary alone, as peers hand it on (BEP 9): a manifest without piece layers and trackers. Its
     * {@link Manifest#infoHash} shows whether it is the right one.
     *
     * @param info its bytes, which the caller must not change any more
     * @throws ManifestException with one line that says what is wrong with it
     */
    public static Manifest readInfo(byte[] info) throws ManifestException {
        return new Manifest(info(bencoded(info), BString.wrap(info)), Extras.NONE, Map.of());
    }

    private static BDict bencoded(byte[] bytes) throws ManifestException {
        try {
            return BencodeReader.readDict(bytes, BencodeLimits.MANIFEST);
        } catch (BencodeException e) {
            throw new ManifestException("it is not bencoded: " + e.getMessage(), e);
        }
    }

    private static InfoDict info(BDict dict, BString raw) throws ManifestException {
        checkVersion(dict);
        String name = name(dict);
        int pieceLength = pieceLength(dict);
        BDict root = dict.dict("file tree").orElse(null);
        if (root == null) throw new ManifestException("there is no file tree in it");
        FileTree tree = FileTree.read(root, pieceLength);
        Optional<InfoHash> v1Hash = Optional.empty();
        Optional<V1Part> v1Part = Optional.empty();
        if (HybridKeys.areIn(dict)) {
            HybridKeys.check(dict, name, tree, pieceLength);
            v1Hash = Optional.of(InfoHash.sha1(raw.bytes()));
            v1Part = V1Part.of(dict, raw.length());
        }
        return new InfoDict(
                raw,
                Sha256.of(raw.bytes()),
                v1Hash,
                v1Part,
                name,
                pieceLength,
                tree.pieceCount(),
                tree.length(),
                dict.integer("private").orElse(0L) != 0,
                tree.files(),
                tree.symlinks(),
                isSingleFile(root),
                tree.layered());
    }

    /** Comes before all other checks: of a version that is not known nothing else can be judged (BEP 52). */
    private static void checkVersion(BDict dict) throws ManifestException {
        Bencoded value = dict.value("meta version").orElse(null);
        if (value == null && dict.has("file tree")) {
            throw new ManifestException("it has a file tree, but no meta version");
        }
        if (value == null && HybridKeys.areIn(dict)) {
            throw new ManifestException("it is for BitTorrent v1 only; one made for v2 (or both) is needed");
        }
        if (value == null) throw new ManifestException("its info has neither a meta version nor files");
        if (!(value instanceof BInt version)) throw new ManifestException("its meta version is no integer");
        if (version.value() > META_VERSION) {
            throw new ManifestException(
                    "its meta version " + version.value() + " is newer than this program, which knows " + META_VERSION);
        }
        if (version.value() < META_VERSION) {
            throw new ManifestException("its meta version is " + version.value() + ", not " + META_VERSION);
        }
    }

    private static String name(BDict dict) throws ManifestException {
        Bencoded value = dict.value("name").orElse(null);
        if (value == null) throw new ManifestException("it has no name");
        if (!(value instanceof BString name)) throw new ManifestException("its name is no string");
        return Names.element(name);
    }

    private static int pieceLength(BDict dict) throws ManifestException {
        Bencoded value = dict.value("piece length").orElse(null);
        if (value == null) throw new ManifestException("it has no piece length");
        if (!(value instanceof BInt length)) throw new ManifestException("its piece length is no integer");
        if (!PieceLengths.isValid(length.value())) {
            throw new ManifestException("its piece length " + length.value() + " is not a power of two from "
                    + ManifestLimits.MIN_PIECE_LENGTH + " to " + ManifestLimits.MAX_PIECE_LENGTH);
        }
        return (int) length.value();
    }

    private static boolean isSingleFile(BDict root) {
        return root.size() == 1 && root.valueAt(0) instanceof BDict node && node.has("");
    }
}
