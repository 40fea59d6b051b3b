package shoal.swarm;

import shoal.bytes.Bits;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.storage.Holdings;

/**
 * Which pieces are to be fetched: those of the chosen files, where files with equal roots are fetched once.
 *
 * @param pieces one bit for each piece of the manifest
 */
public record Wanted(Bits pieces) {
    /** The pieces of all files that {@code files} chooses. */
    public static Wanted of(Manifest manifest, Holdings holdings, Bits files) {
        var pieces = new Bits(manifest.pieceCount());
        for (ManifestFile file : manifest.files()) {
            if (!files.has(file.index())) continue;
            for (int i = 0; i < file.pieceCount(); i++) pieces.set(holdings.canonical(file.firstPiece() + i));
        }
        return new Wanted(pieces);
    }
}
