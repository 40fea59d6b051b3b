package shoal.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import shoal.bytes.Bits;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;

/** Finds out whether the files of a share are where they should be and what they should be. */
final class ShareOpening {
    private final Store store;
    private final Manifest manifest;
    private final List<Path> paths;
    private final Progress progress;
    private final Bits have;
    private final Shelf shelf;

    ShareOpening(Store store, Manifest manifest, List<Path> paths, Progress progress) throws DiskFault {
        if (paths.size() != manifest.files().size()) {
            throw new IllegalArgumentException(paths.size() + " paths for " + manifest.files().size() + " files");
        }
        this.store = store;
        this.manifest = manifest;
        this.paths = paths.stream().map(path -> path.toAbsolutePath().normalize()).toList();
        this.progress = progress;
        this.have = new Bits(manifest.pieceCount());
        var files = new ArrayList<HeldFile>(paths.size());
        for (ManifestFile file : manifest.files()) files.add(held(file));
        var all = new Bits(files.size());
        all.fill();
        this.shelf = new Shelf(manifest, files, all);
    }

    /** The one file of a share, or the folder below which each lies as deep as in the manifest, if there is one. */
    static Optional<Path> top(Manifest manifest, List<Path> paths) {
        Path top = null;
        Path folder = null;
        int depth = 0;
        for (ManifestFile file : manifest.files()) {
            Path parent = paths.get(file.index()).getParent();
            // as for the one before it: most files lie beside another
            if (parent != null && parent.equals(folder) && file.path().size() == depth) continue;
            folder = parent;
            depth = file.path().size();
            Path above = paths.get(file.index()).toAbsolutePath().normalize();
            for (int i = manifest.isSingleFile() ? 1 : 0; above != null && i < file.path().size(); i++) {
                above = above.getParent();
            }
            if (above == null || (top != null && !above.equals(top))) return Optional.empty();
            top = above;
        }
        return Optional.ofNullable(top);
    }

    private HeldFile held(ManifestFile file) throws DiskFault {
        Path path = paths.get(file.index());
        try {
            return HeldFile.shared(file, path, FileStamp.of(path));
        } catch (IOException e) {
            throw Faults.of(e, "cannot share", path);
        }
    }

    Shelf shelf() {
        return shelf;
    }

    Bits have() {
        return have;
    }

    void run() throws DiskFault {
        var unknown = new ArrayList<HeldFile>();
        store.ask(all -> all.view(tables -> {
            for (HeldFile file : shelf.files()) {
                if (file.file.length() == 0) continue;
                boolean known = file.stamp().size() == file.file.length() && tables.places()
                        .root(file.path(), file.stamp())
                        .filter(file.file.root()::equals)
                        .isPresent();
                if (known) take(file);
                else unknown.add(file);
            }
            return true;
        }));
        var checks = new ArrayList<PieceCheck>();
        for (HeldFile file : unknown) {
            if (file.stamp().size() != file.file.length()) continue;
            checks.add(new PieceCheck(file.file, manifest.pieceLength(), () -> open(file)));
        }
        PieceCheck.run(checks, manifest.pieceLength(), progress);
        for (PieceCheck check : checks) settle(check);
    }

    private static FileChannel open(HeldFile file) throws IOException {
        return FileChannel.open(file.path(), StandardOpenOption.READ);
    }

    private void settle(PieceCheck check) throws DiskFault {
        HeldFile file = shelf.files().get(check.file().index());
        Bits good = check.good(shelf.layer(file.file));
        for (int i = good.nextSet(0); i >= 0; i = good.nextSet(i + 1)) have.set(file.file.firstPiece() + i);
        if (good.isFull()) store.now(tables -> tables.places().put(file.path(), file.file.root(), file.stamp()));
    }

    private void take(HeldFile file) {
        for (int piece = file.file.firstPiece(); piece < file.file.endPiece(); piece++) have.set(piece);
    }
}
