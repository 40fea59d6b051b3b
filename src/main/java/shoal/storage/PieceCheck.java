package shoal.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import shoal.bytes.Bits;
import shoal.bytes.HashList;
import shoal.manifest.ManifestFile;

/** Hashes a file that should be one of a manifest's, to learn which of its pieces are right. */
final class PieceCheck {
    private final ManifestFile file;
    private final LeafRun.Source source;
    private final LayerInProgress layer;

    PieceCheck(ManifestFile file, int pieceLength, LeafRun.Opener opener) {
        this.file = file;
        this.source = new LeafRun.Source(opener, file.length());
        this.layer = new LayerInProgress(file.length(), pieceLength);
    }

    /** Makes all of {@code checks}, on all cores. */
    static void run(List<PieceCheck> checks, int pieceLength, Progress progress) throws DiskFault {
        var sources = new ArrayList<LeafRun.Source>(checks.size());
        for (PieceCheck check : checks) {
            sources.add(check.source);
            progress.expect(check.file.length());
        }
        LeafRun.run(sources, pieceLength, new LeafRun.Taker() {
            @Override
            public void leaves(int number, long firstBlock, HashList leaves) {
                checks.get(number).layer.put(firstBlock, leaves);
            }

            @Override
            public void unreadable(int number, IOException cause) {
                // its hashes stay zero, which no piece's is
            }
        }, progress);
        progress.check();
    }

    ManifestFile file() {
        return file;
    }

    /**
     * The pieces of the file, counted within it, that are right. Without its layer it is all of them or, if anything
     * is wrong, none.
     */
    Bits good(Optional<HashList> right) {
        var good = new Bits(file.pieceCount());
        if (layer.root().equals(file.root())) {
            good.fill();
            return good;
        }
        if (right.isEmpty() || file.pieceCount() == 1) return good;
        HashList found = layer.pieces();
        for (int i = 0; i < good.size(); i++) {
            if (found.at(i).equals(right.get().at(i))) good.set(i);
        }
        return good;
    }
}
