package shoal.storage;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.merkle.Merkle;

/**
 * The files of one share, and which bytes of which file a piece is. Files with equal roots are kept once: as the first
 * of them that is wanted, or one that is whole already. Unchangeable but for the layers that come later; any thread may
 * use it.
 */
final class Shelf {
    private final Manifest manifest;
    private final List<HeldFile> files;
    private final Bits wanted;
    private final int[] canonical;
    private final Map<Hash, Long> lengths = new HashMap<>();
    private final ConcurrentHashMap<Hash, HashList> layers = new ConcurrentHashMap<>();

    /** {@code files}: one for each of the manifest's, in its order; {@code wanted}: the numbers of those we want. */
    Shelf(Manifest manifest, List<HeldFile> files, Bits wanted) {
        this.manifest = manifest;
        this.files = files;
        this.wanted = wanted;
        this.canonical = canonical(manifest, files, wanted);
        for (ManifestFile file : manifest.files()) {
            if (file.needsLayer(manifest.pieceLength())) lengths.put(file.root(), file.length());
        }
    }

    private static int[] canonical(Manifest manifest, List<HeldFile> files, Bits wanted) {
        var first = new HashMap<Hash, Integer>();
        for (ManifestFile file : manifest.files()) {
            boolean whole = files.get(file.index()).state() == HeldFile.State.WHOLE && file.length() > 0;
            if (whole && wanted.has(file.index())) first.putIfAbsent(file.root(), file.index());
        }
        for (ManifestFile file : manifest.files()) {
            if (wanted.has(file.index()) && file.length() > 0) first.putIfAbsent(file.root(), file.index());
        }
        var canonical = new int[manifest.files().size()];
        for (ManifestFile file : manifest.files()) {
            canonical[file.index()] = file.length() == 0
                    ? file.index()
                    : first.computeIfAbsent(file.root(), root -> file.index());
        }
        return canonical;
    }

    Manifest manifest() {
        return manifest;
    }

    List<HeldFile> files() {
        return files;
    }

    /** The numbers of the files we want; a copy. */
    Bits wanted() {
        return wanted.copy();
    }

    boolean isWanted(HeldFile file) {
        return wanted.has(file.file.index());
    }

    /** The file that keeps the bytes of {@code file}: perhaps another one with the same root. */
    HeldFile canonical(HeldFile file) {
        return files.get(canonical[file.file.index()]);
    }

    /** Whether the bytes of this file are kept in it, and not in another one. */
    boolean isCanonical(HeldFile file) {
        return canonical[file.file.index()] == file.file.index();
    }

    /** Whether the bytes of {@code copy}, perhaps itself, are kept in {@code file}. */
    boolean keeps(HeldFile file, HeldFile copy) {
        return canonical[copy.file.index()] == file.file.index() && copy.file.length() > 0;
    }

    int canonical(int piece) {
        ManifestFile file = manifest.fileOf(piece);
        ManifestFile keeper = files.get(canonical[file.index()]).file;
        return keeper.firstPiece() + piece - file.firstPiece();
    }

    /** The file that {@code piece}, a canonical one, lies in. */
    HeldFile of(int piece) {
        return files.get(manifest.fileOf(piece).index());
    }

    /** Where {@code piece} begins in its file. */
    long offset(HeldFile file, int piece) {
        return (long) (piece - file.file.firstPiece()) * manifest.pieceLength();
    }

    /** The number within its file of the first block of {@code piece}. */
    long firstBlock(HeldFile file, int piece) {
        return offset(file, piece) >> Merkle.BLOCK_BITS;
    }

    int size(HeldFile file, int piece) {
        return (int) Math.min(manifest.pieceLength(), file.file.length() - offset(file, piece));
    }

    int blocks(HeldFile file, int piece) {
        return (int) Merkle.blocks(size(file, piece));
    }

    /** How long the files of several pieces are that have this root. */
    long length(Hash root) {
        return Objects.requireNonNull(lengths.get(root), "no file of several pieces has this root");
    }

    /** A layer that was proven against its root. */
    void learn(Hash root, HashList layer) {
        layers.put(root, layer);
    }

    /** What the leaves of {@code piece} must fold to; nothing as long as the layer of its file is not known. */
    Optional<Hash> pieceHash(HeldFile file, int piece) {
        if (!file.file.needsLayer(manifest.pieceLength())) return Optional.of(file.file.root());
        return layer(file.file).map(layer -> layer.at(piece - file.file.firstPiece()));
    }

    Optional<HashList> layer(ManifestFile file) {
        HashList learnt = layers.get(file.root());
        return learnt != null ? Optional.of(learnt) : manifest.layer(file.root());
    }

    /** Whether these are the leaves of {@code piece}. False, too, as long as nobody knows its hash. */
    boolean isProof(HeldFile file, int piece, HashList leaves) {
        if (leaves.size() != blocks(file, piece)) return false;
        Optional<Hash> hash = pieceHash(file, piece);
        return hash.isPresent() && Merkle.fold(leaves, 0, manifest.pieceHeight(piece)).equals(hash.get());
    }

    /** The blocks, counted within the file, that belong to these pieces of it. */
    BitSet blocksOf(HeldFile file, Iterable<Integer> pieces) {
        var blocks = new BitSet();
        for (int piece : pieces) {
            int first = (int) firstBlock(file, piece);
            blocks.set(first, first + blocks(file, piece));
        }
        return blocks;
    }
}
