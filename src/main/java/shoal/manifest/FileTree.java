package shoal.manifest;

import static shoal.bytes.Printable.quoted;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shoal.bencode.BDict;
import shoal.bencode.BInt;
import shoal.bencode.BString;
import shoal.bencode.Bencoded;
import shoal.bytes.Hash;

/**
 * Reads the {@code file tree} of an info dictionary (BEP 52): walks it depth first in the order of its keys, gives each
 * file its pieces and refuses what could not be right on any system. Its depth is bounded by that of the bencoding.
 */
final class FileTree {
    private final int pieceLength;
    private final List<ManifestFile> files = new ArrayList<>();
    private final List<String> symlinks = new ArrayList<>();
    private final Map<Hash, ManifestFile> layered = new LinkedHashMap<>();
    private final Map<Hash, ManifestFile> byRoot = new HashMap<>();
    private final Deque<String> path = new ArrayDeque<>();
    private int pathBytes;
    private long length;
    private int pieceCount;

    private FileTree(int pieceLength) {
        this.pieceLength = pieceLength;
    }

    static FileTree read(BDict root, int pieceLength) throws ManifestException {
        var tree = new FileTree(pieceLength);
        if (root.has("")) throw new ManifestException("the root of the file tree is a file without a name");
        tree.folder(root);
        if (tree.files.isEmpty()) throw new ManifestException("there are no files in it");
        tree.byRoot.clear();
        return tree;
    }

    List<ManifestFile> files() {
        return List.copyOf(files);
    }

    List<String> symlinks() {
        return List.copyOf(symlinks);
    }

    Map<Hash, ManifestFile> layered() {
        return layered;
    }

    long length() {
        return length;
    }

    int pieceCount() {
        return pieceCount;
    }

    private void folder(BDict folder) throws ManifestException {
        for (int i = 0; i < folder.size(); i++) {
            BString key = folder.keyAt(i);
            String name = Names.element(key);
            int room = pathBytes;
            pathBytes += key.length() + 1;
            path.addLast(name);
            if (pathBytes > ManifestLimits.MAX_PATH_BYTES) {
                throw fault("the path is longer than " + ManifestLimits.MAX_PATH_BYTES + " bytes");
            }
            if (!(folder.valueAt(i) instanceof BDict node)) throw fault("is neither a file nor a folder");
            if (!node.has("")) folder(node);
            else if (node.size() > 1) throw fault("is a file and a folder at once");
            else if (node.valueAt(0) instanceof BDict properties) file(properties);
            else throw fault("its properties are no dictionary");
            path.removeLast();
            pathBytes = room;
        }
    }

    private void file(BDict properties) throws ManifestException {
        String attributes = properties.string("attr").map(BString::text).orElse("");
        if (attributes.indexOf('p') >= 0) throw fault("is a pad file, which a file tree cannot have");
        if (attributes.indexOf('l') >= 0) {
            if (properties.list("symlink path").isEmpty()) throw fault("is a symbolic link to nowhere");
            symlinks.add(String.join("/", path));
            return;
        }
        long size = size(properties);
        Hash root = size == 0 ? Hash.ZERO : root(properties);
        long pieces = (size + pieceLength - 1) / pieceLength;
        if (size > ManifestLimits.MAX_LENGTH - length) {
            throw fault("with its " + size + " bytes there are more than " + ManifestLimits.MAX_LENGTH);
        }
        if (pieces > ManifestLimits.MAX_PIECES - pieceCount) {
            throw fault("with its " + pieces + " pieces of " + pieceLength + " bytes there are more than "
                    + ManifestLimits.MAX_PIECES);
        }
        boolean executable = attributes.indexOf('x') >= 0;
        var file = new ManifestFile(
                files.size(), List.copyOf(path), size, root, pieceCount, (int) pieces, executable);
        if (size > 0) remember(file);
        files.add(file);
        length += size;
        pieceCount += (int) pieces;
    }

    private long size(BDict properties) throws ManifestException {
        Bencoded value = properties.value("length").orElse(null);
        if (value == null) throw fault("its length is missing");
        if (!(value instanceof BInt size)) throw fault("its length is no integer");
        if (size.value() < 0) throw fault("its length is " + size.value());
        return size.value();
    }

    private Hash root(BDict properties) throws ManifestException {
        Bencoded value = properties.value("pieces root").orElse(null);
        if (value == null) throw fault("its pieces root is missing");
        if (!(value instanceof BString bytes)) throw fault("its pieces root is no string");
        if (bytes.length() != Hash.BYTES) throw fault("its pieces root has " + bytes.length() + " bytes, not 32");
        Hash root = Hash.of(bytes.bytes());
        if (root.isZero()) throw fault("its pieces root is all zero");
        return root;
    }

    /** A root is the key of everything known about a content, so it cannot stand for contents of two lengths. */
    private void remember(ManifestFile file) throws ManifestException {
        ManifestFile twin = byRoot.putIfAbsent(file.root(), file);
        if (twin != null && twin.length() != file.length()) {
            throw fault("has the pieces root of " + quoted(twin.pathText()) + " but another length");
        }
        if (twin == null && file.needsLayer(pieceLength)) layered.put(file.root(), file);
    }

    private ManifestException fault(String reason) {
        return new ManifestException("file " + quoted(String.join("/", path)) + ": " + reason);
    }
}
