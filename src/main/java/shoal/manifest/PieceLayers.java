package shoal.manifest;

import static shoal.bytes.Printable.quoted;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import shoal.bencode.BDict;
import shoal.bencode.BString;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.Merkle;

/** Reads {@code piece layers} (BEP 52). They are not covered by the info hash, so each is proven against its root. */
final class PieceLayers {
    private PieceLayers() {}

    /** The layers in {@code dict}, all of them proven. */
    static Map<Hash, HashList> read(InfoDict info, BDict dict) throws ManifestException {
        var layers = new HashMap<Hash, HashList>();
        for (int i = 0; i < dict.size(); i++) {
            BString key = dict.keyAt(i);
            if (key.length() != Hash.BYTES) {
                throw new ManifestException("a key of the piece layers has " + key.length() + " bytes, not 32: "
                        + quoted(HexFormat.of().formatHex(key.bytes())));
            }
            Hash root = Hash.read(key.buffer());
            ManifestFile file = info.layered().get(root);
            if (file == null) throw unknown(root);
            if (!(dict.valueAt(i) instanceof BString value)) throw fault(file, "is no string");
            // before the copy, so that a wrong layer costs nothing
            checkLength(file, value.length());
            layers.put(root, HashList.wrap(value.bytes()));
        }
        return proven(info, layers);
    }

    /** {@code layers} if each belongs to a file and folds to its root. */
    static Map<Hash, HashList> proven(InfoDict info, Map<Hash, HashList> layers) throws ManifestException {
        for (var entry : layers.entrySet()) {
            ManifestFile file = info.layered().get(entry.getKey());
            if (file == null) throw unknown(entry.getKey());
            HashList layer = entry.getValue();
            checkLength(file, (long) layer.size() * Hash.BYTES);
            if (!Merkle.rootOfLayer(layer, file.length(), info.pieceLength()).equals(file.root())) {
                throw fault(file, "does not lead to its pieces root " + file.root());
            }
        }
        return Map.copyOf(layers);
    }

    private static void checkLength(ManifestFile file, long bytes) throws ManifestException {
        long right = (long) file.pieceCount() * Hash.BYTES;
        if (bytes != right) {
            throw fault(file, "has " + bytes + " bytes, not " + right + " for " + file.pieceCount() + " pieces");
        }
    }

    private static ManifestException unknown(Hash root) {
        return new ManifestException("there is a piece layer for " + root + ", which no file of several pieces has");
    }

    private static ManifestException fault(ManifestFile file, String reason) {
        return new ManifestException("file " + quoted(file.pathText()) + ": its piece layer " + reason);
    }
}
