package shoal.swarm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestFile;
import shoal.manifest.ManifestReader;
import shoal.manifest.ManifestWriter;
import shoal.merkle.Merkle;

/**
 * A share whose blocks have no bytes: the content of a block <em>is</em> its leaf, a random hash. The tree above the
 * leaves is a real one, so proofs and piece hashes are what they are on the wire.
 */
final class SimContent {
    private static final int FULL_LEAVES = 1 << 20;

    final Manifest manifest;
    private final Map<Hash, HashList> leaves = new HashMap<>();

    /** Files of these sizes; one of a negative size {@code -n} has the same bytes as the file number {@code n - 1}. */
    SimContent(RandomGenerator random, int pieceLength, long... sizes) {
        this(random, false, pieceLength, sizes);
    }

    /** The same, private or not (BEP 27). */
    SimContent(RandomGenerator random, boolean isPrivate, int pieceLength, long... sizes) {
        var writer = new ManifestWriter("share", pieceLength).isPrivate(isPrivate);
        var roots = new ArrayList<Hash>();
        var lengths = new ArrayList<Long>();
        try {
            for (long size : sizes) {
                boolean copy = size < 0;
                long length = copy ? lengths.get((int) -size - 1) : size;
                Hash root = copy ? roots.get((int) -size - 1) : grow(random, length, pieceLength, writer);
                String name = String.format("f%03d", roots.size());
                writer.file(List.of(name), length, root, false);
                roots.add(root);
                lengths.add(length);
            }
            manifest = writer.build();
        } catch (ManifestException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Hash grow(RandomGenerator random, long length, int pieceLength, ManifestWriter writer) {
        int blocks = (int) Merkle.blocks(length);
        if (blocks == 0) return Hash.ZERO;
        if (blocks > FULL_LEAVES) throw new IllegalArgumentException(length + " bytes are too many for a simulation");
        var all = new ArrayList<Hash>();
        for (int i = 0; i < blocks; i++) all.add(anyHash(random));
        HashList grown = HashList.of(all);
        Hash root = Merkle.root(grown, length);
        leaves.put(root, grown);
        if (length > pieceLength) {
            int perPiece = pieceLength / Merkle.BLOCK;
            var layer = new ArrayList<Hash>();
            for (int from = 0; from < blocks; from += perPiece) {
                HashList piece = grown.slice(from, Math.min(blocks, from + perPiece));
                layer.add(Merkle.fold(piece, 0, Merkle.pieceLayer(pieceLength)));
            }
            writer.layer(root, HashList.of(layer));
        }
        return root;
    }

    static Hash anyHash(RandomGenerator random) {
        return new Hash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    /** The manifest as it comes through the swarm: without piece layers. */
    Manifest bare(byte[] info) {
        try {
            return ManifestReader.readInfo(info);
        } catch (ManifestException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** What is to be in this block. */
    Hash leaf(int piece, int block) {
        ManifestFile file = manifest.fileOf(piece);
        int perPiece = manifest.pieceLength() / Merkle.BLOCK;
        HashList all = leaves.get(file.root());
        if (all == null) throw new IllegalArgumentException("no piece " + piece);
        return all.at((piece - file.firstPiece()) * perPiece + block);
    }

    HashList leaves(int piece) {
        var all = new ArrayList<Hash>();
        for (int block = 0; block < manifest.blocksIn(piece); block++) all.add(leaf(piece, block));
        return HashList.of(all);
    }

    /** The number of the piece that is fetched for this one, if these files are: the same in the first equal file. */
    int canonical(int piece, Bits files) {
        ManifestFile file = manifest.fileOf(piece);
        for (boolean chosen : new boolean[] {true, false}) {
            for (ManifestFile other : manifest.files()) {
                boolean equal = other.length() > 0 && other.root().equals(file.root());
                if (equal && files.has(other.index()) == chosen) return other.firstPiece() + piece - file.firstPiece();
            }
        }
        throw new IllegalStateException("a file is equal to itself");
    }

    Bits allFiles() {
        var all = new Bits(manifest.files().size());
        all.fill();
        return all;
    }
}
