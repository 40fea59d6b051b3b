package shoal.manifest;

import java.util.List;
import shoal.bytes.Hash;
import shoal.merkle.Merkle;

/**
 * One file of a manifest and the pieces it lies in. Pieces never span files (BEP 52).
 *
 * @param index its number in the manifest's order
 * @param path the names from the root of the file tree on; none is empty, {@code .}, {@code ..}, or has a {@code /}
 * @param length in bytes
 * @param root its pieces root; {@link Hash#ZERO} if, and only if, the file is empty
 * @param firstPiece number of its first piece; of an empty file that of the next one that is not
 * @param pieceCount number of its pieces; 0 for an empty file
 * @param executable whether it is marked as a program (BEP 47)
 */
public record ManifestFile(
        int index, List<String> path, long length, Hash root, int firstPiece, int pieceCount, boolean executable) {
    /** @throws IllegalArgumentException if the values contradict each other */
    public ManifestFile {
        path = List.copyOf(path);
        if (path.isEmpty()) throw new IllegalArgumentException("a file without a path");
        if (index < 0 || length < 0 || firstPiece < 0) {
            throw new IllegalArgumentException("file " + index + " of " + length + " bytes from piece " + firstPiece);
        }
        if (length == 0 != root.isZero() || length == 0 != (pieceCount == 0)) {
            throw new IllegalArgumentException(length + " bytes in " + pieceCount + " pieces with root " + root);
        }
    }

    /** The names joined by {@code /}. May hold control characters: escape it before it is shown. */
    public String pathText() {
        return String.join("/", path);
    }

    /** The last name of the path. */
    public String name() {
        return path.getLast();
    }

    /** Whether the file has more than one piece, so that a piece layer is needed to prove each of them. */
    public boolean needsLayer(int pieceLength) {
        return length > pieceLength;
    }

    /** The number of blocks of 16 KiB. */
    public long blocks() {
        return Merkle.blocks(length);
    }

    /** The number of the first piece behind this file. */
    public int endPiece() {
        return firstPiece + pieceCount;
    }

    /** Whether {@code piece} is one of its pieces. */
    public boolean hasPiece(int piece) {
        return piece >= firstPiece && piece < endPiece();
    }
}
