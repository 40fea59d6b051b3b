package shoal.manifest;

import static java.util.Objects.requireNonNull;

import java.util.List;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.Merkle;

/** A program that handles the greatest manifests; {@link GiantsTest} runs it in a JVM with little memory. */
final class Giants {
    private Giants() {}

    /** Does what {@code args} names and says what came of it. */
    public static void main(String[] args) throws Exception {
        switch (requireNonNull(args[0])) {
            case "files" -> manyFiles(Integer.parseInt(args[1]));
            case "pieces" -> manyPieces(Long.parseLong(args[1]), Integer.parseInt(args[2]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void manyFiles(int count) throws ManifestException {
        byte[] torrent = writeFiles(count).encoded();
        Manifest manifest = ManifestReader.read(torrent);
        long bytes = 0;
        for (int piece = 0; piece < manifest.pieceCount(); piece++) bytes += manifest.pieceSize(piece);
        int paths = DiskNames.relativePaths(manifest).size();
        System.out.println(manifest.files().size() + " files " + paths + " paths " + bytes + " bytes");
    }

    private static Manifest writeFiles(int count) throws ManifestException {
        var writer = new ManifestWriter("many", PieceLengths.automatic(count));
        for (int i = 0; i < count; i++) {
            writer.file(List.of("folder " + i % 317, "file number " + i + ".bin"), 1, Torrents.root(i), false);
        }
        return writer.build();
    }

    private static void manyPieces(long length, int pieceLength) throws ManifestException {
        byte[] torrent = writePieces(length, pieceLength);
        Manifest manifest = ManifestReader.read(torrent);
        System.out.println(manifest.pieceCount() + " pieces " + manifest.hasAllLayers() + " "
                + manifest.pieceHash(manifest.pieceCount() - 1).isPresent());
    }

    private static byte[] writePieces(long length, int pieceLength) throws ManifestException {
        var hashes = new byte[(int) (length / pieceLength) * Hash.BYTES];
        for (int i = 0; i < hashes.length; i += 8) hashes[i] = (byte) (i >> 5 | 1);
        HashList layer = HashList.wrap(hashes);
        Hash root = Merkle.rootOfLayer(layer, length, pieceLength);
        return new ManifestWriter("giant", pieceLength)
                .file(List.of("giant"), length, root, false)
                .layer(root, layer)
                .build()
                .encoded();
    }
}
