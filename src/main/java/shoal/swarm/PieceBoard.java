package shoal.swarm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.merkle.Merkle;
import shoal.storage.Holdings;
import shoal.storage.PartialPiece;

/**
 * Where each piece stands: to be begun, active, proven but not yet safe on the disk, ours. A piece is in
 * {@link #rarest} exactly while it is wanted, not begun, and its hash is known. The swarm's thread alone uses it.
 */
final class PieceBoard {
    final Manifest manifest;
    final Holdings holdings;
    final BlockIntake intake;
    final RarestFirst rarest;

    /** Pieces that may be offered: proven, forced, noted. Files with equal roots have them together. */
    final Bits ours;

    private final boolean sequential;
    private final Bits wanted;
    private final Bits proven;

    /** Those that are wanted and not proven. */
    private final Bits missing;

    private final Map<Integer, ActivePiece> active = new LinkedHashMap<>();
    private final Map<Hash, HashList> layers = new HashMap<>();
    private final Map<Hash, List<ManifestFile>> byRoot = new HashMap<>();

    /** Pieces of which some blocks are on the disk, and that are not begun. */
    private final Map<Integer, PartialPiece> partial = new HashMap<>();

    private int layersMissing;
    private final Map<Integer, List<Integer>> copies = new HashMap<>();
    private long bytesWanted;
    private long bytesMissing;
    private long uncommitted;

    PieceBoard(Manifest manifest, Holdings holdings, Wanted wanted, boolean sequential, RandomGenerator random) {
        this.manifest = manifest;
        this.holdings = holdings;
        this.sequential = sequential;
        this.wanted = wanted.pieces().copy();
        intake = new BlockIntake(manifest, holdings);
        rarest = new RarestFirst(manifest.pieceCount(), random);
        ours = holdings.have();
        proven = ours.copy();
        missing = new Bits(manifest.pieceCount());
        for (PartialPiece each : holdings.partial()) partial.put(each.piece(), each);
        for (int piece = this.wanted.nextSet(0); piece >= 0; piece = this.wanted.nextSet(piece + 1)) {
            if (!proven.has(piece)) missing.set(piece);
            bytesWanted += manifest.pieceSize(piece);
            if (!ours.has(piece)) bytesMissing += manifest.pieceSize(piece);
        }
        for (ManifestFile file : manifest.files()) {
            if (file.pieceCount() == 0) continue;
            noteCopies(file);
            manifest.layer(file.root()).ifPresent(layer -> layers.put(file.root(), layer));
            if (knowsHashes(file)) admit(file);
            if (byRoot.computeIfAbsent(file.root(), key -> new ArrayList<>(1)).isEmpty() && !knowsHashes(file)) {
                layersMissing++;
            }
            byRoot.getOrDefault(file.root(), List.of()).add(file);
        }
    }

    private void noteCopies(ManifestFile file) {
        for (int piece = file.firstPiece(); piece < file.firstPiece() + file.pieceCount(); piece++) {
            int original = holdings.canonical(piece);
            if (original != piece) copies.computeIfAbsent(original, key -> new ArrayList<>()).add(piece);
        }
    }

    private void restore(PartialPiece partial) {
        ActivePiece restored = begin(partial.piece());
        Bits received = partial.received();
        for (int block = received.nextSet(0); block >= 0; block = received.nextSet(block + 1)) {
            if (!restored.claim(block, ActivePiece.NOBODY)) continue;
            restored.putLeaf(block, partial.leaves().at(block));
            restored.stored(block);
        }
    }

    /** Whether the hashes of the file's pieces are known: a file of one piece has its root. */
    boolean knowsHashes(ManifestFile file) {
        return file.length() <= manifest.pieceLength() || layers.containsKey(file.root());
    }

    @Nullable HashList layer(Hash root) {
        return layers.get(root);
    }

    Map<Hash, HashList> layers() {
        return Map.copyOf(layers);
    }

    /** A layer has come and was proven: pieces of files with this root may be begun. */
    void learn(Hash root, HashList layer) {
        if (layers.put(root, layer) == null) layersMissing--;
        for (ManifestFile file : byRoot.getOrDefault(root, List.of())) admit(file);
    }

    private void admit(ManifestFile file) {
        for (int piece = file.firstPiece(); piece < file.firstPiece() + file.pieceCount(); piece++) {
            if (!missing.has(piece) || active.containsKey(piece)) continue;
            rarest.add(piece);
            PartialPiece there = partial.remove(piece);
            if (there != null) restore(there);
        }
    }

    boolean allLayersKnown() {
        return layersMissing == 0;
    }

    /** Nothing that is wanted is missing: all of it is safe on the disk. */
    boolean isComplete() {
        return bytesMissing == 0;
    }

    boolean isWanted(int piece) {
        return missing.has(piece);
    }

    /** Whether the peer has a piece that we want and have not proven. */
    boolean wantsFrom(Peer peer) {
        return peer.has != null && peer.has.intersects(missing);
    }

    /** The piece to begin next with a peer that has these: the rarest, or the first in order; -1 if there is none. */
    int next(@Nullable Bits has) {
        return sequential ? rarest.lowest(has) : rarest.first(has);
    }

    Collection<ActivePiece> active() {
        return active.values();
    }

    @Nullable ActivePiece active(int piece) {
        return active.get(piece);
    }

    ActivePiece begin(int piece) {
        rarest.remove(piece);
        var begun = new ActivePiece(piece, manifest.blocksIn(piece));
        active.put(piece, begun);
        intake.open(begun);
        return begun;
    }

    /** The hash that the leaves of a piece must fold to. */
    boolean foldsRight(ActivePiece piece) {
        ManifestFile file = manifest.fileOf(piece.piece);
        int pieceLayer = Merkle.pieceLayer(manifest.pieceLength());
        if (file.length() <= manifest.pieceLength()) {
            return Merkle.root(piece.leaves(), file.length()).equals(file.root());
        }
        HashList layer = layers.get(file.root());
        if (layer == null) throw new IllegalStateException("piece " + piece.piece + " was begun without its hash");
        return Merkle.fold(piece.leaves(), 0, pieceLayer).equals(layer.at(piece.piece - file.firstPiece()));
    }

    /** The piece is right; it becomes ours when the store has it. */
    void prove(ActivePiece piece) {
        active.remove(piece.piece);
        intake.close(piece.piece);
        proven.set(piece.piece);
        missing.clear(piece.piece);
        uncommitted += manifest.pieceSize(piece.piece);
        holdings.proven(piece.piece, piece.leaves());
    }

    long uncommitted() {
        return uncommitted;
    }

    /** The store has it: returns the pieces that are ours now and were not. */
    List<Integer> commit(int piece) {
        if (!ours.set(piece)) return List.of();
        uncommitted -= manifest.pieceSize(piece);
        if (wanted.has(piece)) bytesMissing -= manifest.pieceSize(piece);
        var gained = new ArrayList<>(List.of(piece));
        for (int copy : copies.getOrDefault(piece, List.of())) {
            ours.set(copy);
            proven.set(copy);
            gained.add(copy);
        }
        return gained;
    }

    /**
     * What we offered is gone from the disk: returns the pieces that were ours. It is fetched again, unless all was
     * there already: whole files are the user's, and not written to.
     */
    List<Integer> withdraw(int number) {
        int piece = holdings.canonical(number);
        if (!ours.clear(piece)) return List.of();
        boolean isOver = isComplete();
        proven.clear(piece);
        var lost = new ArrayList<>(List.of(piece));
        for (int copy : copies.getOrDefault(piece, List.of())) {
            ours.clear(copy);
            proven.clear(copy);
            lost.add(copy);
        }
        if (wanted.has(piece) && !isOver) {
            bytesMissing += manifest.pieceSize(piece);
            missing.set(piece);
            if (knowsHashes(manifest.fileOf(piece))) rarest.add(piece);
        }
        return lost;
    }

    /** Bytes of the wanted pieces that are not ours. */
    long bytesMissing() {
        return bytesMissing;
    }

    /** Bytes of all wanted pieces. */
    long bytesWanted() {
        return bytesWanted;
    }
}
