package shoal.tracker;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestWriter;
import shoal.merkle.Merkle;

/** Manifests of content that nobody has: their trees are right, their leaves are dice. */
final class Shares {
    static final int PIECE = 32 << 10;

    private Shares() {}

    /** A share of one file of five pieces. */
    static Manifest of(String name, long seed) {
        return build(new ManifestWriter(name, PIECE), List.of(name), layer(seed, 5), 5L * PIECE - 100);
    }

    /** The same file as in {@link #of} with this seed, in a folder of another name, beside an empty file. */
    static Manifest folder(String name, long seed) {
        var writer = new ManifestWriter(name, PIECE);
        try {
            writer.file(List.of("empty"), 0, Hash.ZERO, false);
        } catch (ManifestException e) {
            throw new AssertionError(e);
        }
        return build(writer, List.of("deep", "file"), layer(seed, 5), 5L * PIECE - 100);
    }

    /** A private share. */
    static Manifest secret(String name, long seed) {
        return build(new ManifestWriter(name, PIECE).isPrivate(true), List.of(name), layer(seed, 5), 5L * PIECE - 100);
    }

    static Hash root(long seed) {
        return Merkle.rootOfLayer(layer(seed, 5), 5L * PIECE - 100, PIECE);
    }

    private static HashList layer(long seed, int pieces) {
        var random = new SplittableRandom(seed);
        var hashes = new ArrayList<Hash>();
        for (int i = 0; i < pieces; i++) {
            hashes.add(new Hash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()));
        }
        return HashList.of(hashes);
    }

    private static Manifest build(ManifestWriter writer, List<String> path, HashList layer, long length) {
        try {
            Hash root = Merkle.rootOfLayer(layer, length, PIECE);
            return writer.file(path, length, root, false).layer(root, layer).build();
        } catch (ManifestException e) {
            throw new AssertionError(e);
        }
    }
}
