package shoal.manifest;

import java.util.List;
import shoal.bytes.Hash;

/**
 * The share of one file that everybody makes alike who knows its root and length: the root in hexadecimal digits is the
 * name of both, the piece length follows from the length. So all who hold the file, in whatever share and under
 * whatever name, can meet in its swarm without having heard of each other.
 */
public final class CanonicalShare {
    private CanonicalShare() {}

    /**
     * The share of the file with this root and length, without a piece layer.
     *
     * @throws ManifestException if there can be no such file
     */
    public static Manifest of(Hash root, long length) throws ManifestException {
        if (length < 1) throw new ManifestException("a file of " + length + " bytes has no root");
        String name = root.hex();
        return new ManifestWriter(name, PieceLengths.automatic(length))
                .file(List.of(name), length, root, false)
                .build();
    }
}
