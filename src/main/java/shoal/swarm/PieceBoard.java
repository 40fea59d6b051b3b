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

    private final Bits wanted;
    private final Bits proven;
    private final Map<Integer, ActivePiece> active = new LinkedHashMap<>();
    private final Map<Hash, HashList> layers = new HashMap<>();
    private final Map<Integer, List<Integer>> copies = new HashMap<>();
    private long bytesWanted;
    private long bytesMissing;
    private long uncommitted;

    PieceBoard(Manifest manifest, Holdings holdings, Wanted wanted, RandomGenerator random) {
        this.manifest = manifest;
        this.holdings = holdings;
        this.wanted = wanted.pieces().copy();
        intake = new BlockIntake(manifest, holdings);
        rarest = new RarestFirst(manifest.pieceCount(), random);
        ours = holdings.have();
        proven = ours.copy();
        for (ManifestFile file : manifest.files()) {
            if (file.pieceCount() == 0) continue;
            noteCopies(file);
            manifest.layer(file.root()).ifPresent(layer -> layers.put(file.root(), layer));
            if (knowsHashes(file)) admit(file);
        }
        for (int piece = this.wanted.nextSet(0); piece >= 0; piece = this.wanted.nextSet(piece + 1)) {
            bytesWanted += manifest.pieceSize(piece);
            if (!ours.has(piece)) bytesMissing += manifest.pieceSize(piece);
        }
        for (PartialPiece partial : holdings.partial()) restore(partial);
    }

    private void noteCopies(ManifestFile file) {
        for (int piece = file.firstPiece(); piece < file.firstPiece() + file.pieceCount(); piece++) {
            int original = holdings.canonical(piece);
            if (original != piece) copies.computeIfAbsent(original, key -> new ArrayList<>()).add(piece);
        }
    }

    private void restore(PartialPiece partial) {
        int piece = partial.piece();
        if (!rarest.contains(piece)) return;
        ActivePiece restored = begin(piece);
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
        layers.put(root, layer);
        for (ManifestFile file : manifest.files()) {
            if (file.root().equals(root)) admit(file);
        }
    }

    private void admit(ManifestFile file) {
        for (int piece = file.firstPiece(); piece < file.firstPiece() + file.pieceCount(); piece++) {
            if (wanted.has(piece) && !proven.has(piece) && !active.containsKey(piece)) rarest.add(piece);
        }
    }

    boolean allLayersKnown() {
        for (ManifestFile file : manifest.files()) {
            if (file.pieceCount() > 0 && !knowsHashes(file)) return false;
        }
        return true;
    }

    /** Nothing that is wanted is missing: all of it is safe on the disk. */
    boolean isComplete() {
        return bytesMissing == 0;
    }

    boolean isWanted(int piece) {
        return wanted.has(piece) && !proven.has(piece);
    }

    /** Whether the peer has a piece that we want and have not proven. */
    boolean wantsFrom(Peer peer) {
        Bits has = peer.has;
        if (has == null || bytesMissing == 0) return false;
        for (int piece = has.nextSet(0); piece >= 0; piece = has.nextSet(piece + 1)) {
            if (wanted.has(piece) && !proven.has(piece)) return true;
        }
        return false;
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

    /** What we offered is gone from the disk; it may be fetched again. Tells whether it was ours. */
    boolean withdraw(int piece) {
        if (!ours.clear(piece)) return false;
        proven.clear(piece);
        if (wanted.has(piece)) {
            bytesMissing += manifest.pieceSize(piece);
            rarest.add(piece);
        }
        return true;
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
