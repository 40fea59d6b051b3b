package shoal.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.ManifestFile;

/** Hashes a file that should be one of a manifest's, to learn which of its pieces are right. */
final class PieceCheck implements BlockReader.Task {
    /** How the file is opened. */
    interface Opener {
        FileChannel open() throws IOException, DiskFault;
    }

    private final ManifestFile file;
    private final Opener opener;
    private final FileNodes nodes;
    private final ConcurrentLinkedQueue<Long> unreadable = new ConcurrentLinkedQueue<>();

    PieceCheck(ManifestFile file, int pieceLength, Opener opener) {
        this.file = file;
        this.opener = opener;
        this.nodes = new FileNodes(file.length(), pieceLength);
    }

    ManifestFile file() {
        return file;
    }

    @Override
    public long length() {
        return file.length();
    }

    @Override
    public FileChannel open() throws IOException, DiskFault {
        return opener.open();
    }

    @Override
    public void leaves(long firstBlock, HashList leaves) {
        nodes.put(firstBlock, leaves);
    }

    @Override
    public void failed(long offset, int length, IOException e) {
        // its nodes stay zero, which is no piece's hash
        unreadable.add(offset);
    }

    /**
     * The pieces of the file, counted within it, that are right. Without its layer it is all of them or, if anything
     * is wrong, none.
     */
    Bits good(Optional<HashList> layer) {
        var good = new Bits(file.pieceCount());
        if (nodes.root().equals(file.root())) {
            good.fill();
            return good;
        }
        if (layer.isEmpty() || file.pieceCount() == 1) return good;
        HashList found = nodes.pieces();
        for (int i = 0; i < good.size(); i++) {
            Hash hash = found.at(i);
            if (hash.equals(layer.get().at(i))) good.set(i);
        }
        return good;
    }
}
