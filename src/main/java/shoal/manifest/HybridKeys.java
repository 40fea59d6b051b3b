package shoal.manifest;

import static shoal.bytes.Printable.quoted;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import shoal.bencode.BDict;
import shoal.bencode.BList;
import shoal.bencode.BString;
import shoal.bencode.Bencoded;

/**
 * The keys of BitTorrent v1 in an info dictionary of a hybrid. Shoal uses the v2 ones alone; but a manifest that says
 * two things would give its readers two contents under one name, so they have to tell of the same files at the same
 * offsets. Pad files and empty ones do not count (BEP 47, BEP 52 "Upgrade path").
 */
final class HybridKeys {
    private static final int SHA1_BYTES = 20;
    private static final String BITCOMET_PAD = "_____padding_file_";

    private final int pieceLength;
    private final Iterator<ManifestFile> files;
    private long offset;

    private HybridKeys(List<ManifestFile> files, int pieceLength) {
        this.pieceLength = pieceLength;
        this.files = files.stream().filter(file -> file.length() > 0).iterator();
    }

    static boolean areIn(BDict info) {
        return info.has("pieces") || info.has("files") || info.has("length");
    }

    /** Compares the v1 keys in {@code info} with the files of its tree. */
    static void check(BDict info, String name, FileTree tree, int pieceLength) throws ManifestException {
        var keys = new HybridKeys(tree.files(), pieceLength);
        boolean single = info.has("length");
        if (single == info.has("files")) throw new ManifestException("v1 keys: there is not one of length and files");
        if (single) {
            keys.real(List.of(name), info.integer("length").orElse(-1L));
        } else {
            BList list = info.list("files").orElse(null);
            if (list == null) throw new ManifestException("v1 keys: files is no list");
            for (Bencoded entry : list) keys.entry(entry);
        }
        if (keys.files.hasNext()) {
            throw mismatch(quoted(keys.files.next().pathText()) + " is missing in the v1 list");
        }
        keys.checkPieces(info.string("pieces"), tree.pieceCount());
    }

    private void entry(Bencoded entry) throws ManifestException {
        if (!(entry instanceof BDict file)) throw new ManifestException("v1 keys: a file is no dictionary");
        List<String> path = path(file);
        long length = file.integer("length").orElse(-1L);
        if (isPad(file)) advance(path, length);
        else real(path, length);
    }

    /** Whether an entry of the list, which has a path, only fills up a piece (BEP 47). */
    static boolean isPad(BDict file) {
        if (file.string("attr").map(BString::text).orElse("").indexOf('p') >= 0) return true;
        return file.list("path")
                .map(path -> path.values().getLast())
                .filter(name -> name instanceof BString text && text.text().startsWith(BITCOMET_PAD))
                .isPresent();
    }

    private static List<String> path(BDict file) throws ManifestException {
        var path = new ArrayList<String>();
        for (Bencoded element : file.list("path").orElse(new BList(List.of()))) {
            if (!(element instanceof BString name)) throw new ManifestException("v1 keys: a path has no strings");
            path.add(name.text());
        }
        if (path.isEmpty()) throw new ManifestException("v1 keys: a file has no path");
        return path;
    }

    private void real(List<String> path, long length) throws ManifestException {
        String text = quoted(String.join("/", path));
        if (length == 0) return;
        if (!files.hasNext()) throw mismatch(text + " is not in the file tree");
        ManifestFile file = files.next();
        if (!file.path().equals(path)) throw mismatch(text + " against " + quoted(file.pathText()));
        if (file.length() != length) throw mismatch(text + " has " + length + " against " + file.length() + " bytes");
        long start = (long) file.firstPiece() * pieceLength;
        if (offset != start) throw mismatch(text + " starts at " + offset + ", not at " + start);
        advance(path, length);
    }

    private void advance(List<String> path, long length) throws ManifestException {
        if (length < 0 || length > ManifestLimits.MAX_LENGTH || offset > 2 * ManifestLimits.MAX_LENGTH) {
            throw new ManifestException(
                    "v1 keys: " + quoted(String.join("/", path)) + " has no length that could be right");
        }
        offset += length;
    }

    private void checkPieces(Optional<BString> pieces, int pieceCount) throws ManifestException {
        long padded = (offset + pieceLength - 1) / pieceLength;
        if (padded != pieceCount) throw mismatch(padded + " against " + pieceCount + " pieces");
        long right = (offset + pieceLength - 1) / pieceLength * SHA1_BYTES;
        if (pieces.isEmpty()) throw new ManifestException("v1 keys: pieces is missing or no string");
        if (pieces.get().length() != right) {
            throw new ManifestException("v1 keys: pieces has " + pieces.get().length() + " bytes, not " + right);
        }
    }

    private static ManifestException mismatch(String how) {
        return new ManifestException("the file lists of BitTorrent v1 and v2 in it do not match: " + how);
    }
}
