package shoal.storage;

import java.util.Arrays;
import java.util.List;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestWriter;
import shoal.merkle.LeafHasher;
import shoal.merkle.Merkle;

/** The manifest of a file of nothing but zeros: true, and made without reading it. */
final class GiantManifest {
    private GiantManifest() {}

    static Manifest of(String name, long length) throws ManifestException {
        int pieceLength = length > 1L << 43 ? 512 << 20 : 16 << 20;
        int levels = Merkle.pieceLayer(pieceLength);
        var leaves = new Hash[1 << levels];
        Arrays.fill(leaves, LeafHasher.zeroBlock());
        var layer = new Hash[Math.toIntExact(length / pieceLength)];
        Arrays.fill(layer, Merkle.fold(HashList.of(leaves), 0, levels));
        Hash root = Merkle.rootOfLayer(HashList.of(layer), length, pieceLength);
        return new ManifestWriter(name, pieceLength)
                .file(List.of(name), length, root, false)
                .layer(root, HashList.of(layer))
                .build();
    }
}
