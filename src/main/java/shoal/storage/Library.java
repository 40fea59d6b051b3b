package shoal.storage;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import shoal.bytes.Hash;
import shoal.manifest.DiskNames;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestFile;
import shoal.manifest.PieceLengths;

/**
 * What of this disk is known by its content: every file that was shared, fetched or added. One thread; other processes
 * may use the same store.
 */
public final class Library {
    private final Store store;
    private final Progress progress;

    /** The library in {@code store}; {@code progress} is that of what has to be hashed. */
    public Library(Store store, Progress progress) {
        this.store = store;
        this.progress = progress;
    }

    /** How much of a share is here. */
    public enum State {
        /** All files are where they were, as they were. */
        WHOLE,
        /** Some are not, or are being fetched. */
        PARTLY,
        /** None is. */
        GONE
    }

    /**
     * A share that was shared or fetched here.
     *
     * @param path its one file, or the folder that is its top; nothing if its files lie scattered
     * @param here bytes of its files that are where they were, as they were
     */
    public record Known(Manifest manifest, Optional<Path> path, State state, long here) {}

    /** Learns what {@code scan} has found, without making a share of it. What is known already is not read. */
    public void add(Scan scan) throws DiskFault {
        // each length has its own pieces, so that a share of one such file finds its layer ready
        Map<Integer, List<ScannedFile>> byPieces = new LinkedHashMap<>();
        for (ScannedFile file : scan.files()) {
            int pieceLength = PieceLengths.automatic(Math.max(1, file.length()));
            byPieces.computeIfAbsent(pieceLength, key -> new ArrayList<>()).add(file);
        }
        for (Map.Entry<Integer, List<ScannedFile>> each : byPieces.entrySet()) {
            Hashing.of(store, each.getValue(), each.getKey(), progress);
        }
    }

    /** The paths at which a file of {@code length} bytes with this root lies now. */
    public List<Path> where(Hash root, long length) throws DiskFault {
        return new LocalFiles(store, progress)
                .places(root, length).stream().map(PlaceTable.Place::path).sorted().toList();
    }

    /** The same, of whatever length. */
    public List<Path> where(Hash root) throws DiskFault {
        var all = new ArrayList<Path>();
        for (long length : store.ask(tables -> tables.places().lengths(root))) all.addAll(where(root, length));
        return all;
    }

    /** All shares that are known, the newest first. */
    public List<Known> shares() throws DiskFault {
        var all = new ArrayList<Known>();
        for (Hash hash : store.ask(tables -> tables.shares().all())) {
            Optional<Manifest> manifest = store.manifest(hash);
            if (manifest.isPresent()) all.add(look(manifest.get()));
        }
        return all;
    }

    private Known look(Manifest manifest) throws DiskFault {
        Optional<Path> top = store.place(manifest.infoHash());
        List<Path> paths = top.map(path -> paths(manifest, path)).orElse(List.of());
        long here = 0;
        int files = 0;
        for (int i = 0; i < paths.size(); i++) {
            if (!isAsItWas(manifest.files().get(i), paths.get(i))) continue;
            here += manifest.files().get(i).length();
            files++;
        }
        boolean some = files > 0 || top.filter(path -> Files.exists(path)
                || Files.exists(HeldFile.partName(path))).isPresent();
        boolean whole = files == manifest.files().size();
        return new Known(manifest, top, whole ? State.WHOLE : some ? State.PARTLY : State.GONE, here);
    }

    private static List<Path> paths(Manifest manifest, Path top) {
        if (manifest.isSingleFile()) return List.of(top);
        try {
            return DiskNames.relativePaths(manifest).stream()
                    .map(name -> top.resolve(name.subpath(1, name.getNameCount())))
                    .toList();
        } catch (ManifestException e) {
            return List.of();
        }
    }

    private boolean isAsItWas(ManifestFile file, Path path) throws DiskFault {
        try {
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) return false;
            FileStamp stamp = FileStamp.of(path);
            if (stamp.size() != file.length()) return false;
            return file.length() == 0
                    || store.ask(tables -> tables.places().root(path, stamp)).filter(file.root()::equals).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /** Forgets a share and where its files lie; they stay as they are. */
    public void forget(Known share) throws DiskFault {
        List<Path> paths = share.path().map(path -> paths(share.manifest(), path)).orElse(List.of());
        store.now(tables -> {
            tables.shares().remove(share.manifest().infoHash());
            for (Path path : paths) {
                tables.places().remove(path);
                tables.parts().remove(path);
            }
        });
    }

    /**
     * The files that {@link #delete} would take away: those of the share that are as they were, and its parts. What was
     * changed since is the user's alone.
     */
    public List<Path> deletable(Known share) throws DiskFault {
        var all = new ArrayList<Path>();
        List<Path> paths = share.path().map(path -> paths(share.manifest(), path)).orElse(List.of());
        for (int i = 0; i < paths.size(); i++) {
            Path path = paths.get(i);
            if (isAsItWas(share.manifest().files().get(i), path)) all.add(path);
            Path part = HeldFile.partName(path);
            boolean isPart = store.ask(tables -> tables.parts().find(path)).isPresent();
            if (isPart && Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS)) all.add(part);
        }
        return all;
    }

    /**
     * Deletes {@code files}, and the folders of the share that are empty then; forgets the share.
     *
     * @throws DiskFault if a process works on them, or one cannot be deleted: then the share is still known
     */
    public void delete(Known share, List<Path> files) throws DiskFault {
        Path top = share.path().orElseThrow();
        DownloadFile lock = DownloadFile.claim(store.dir(), top);
        try {
            for (Path file : files) {
                Files.deleteIfExists(file);
                for (Path above = file.getParent(); above != null && above.startsWith(top); above = above.getParent()) {
                    if (!isRemoved(above)) break;
                }
            }
            forget(share);
            lock.remove();
        } catch (IOException e) {
            throw Faults.of(e, "cannot delete", top);
        } finally {
            lock.close();
        }
    }

    private static boolean isRemoved(Path folder) throws IOException {
        try {
            Files.delete(folder);
            return true;
        } catch (DirectoryNotEmptyException | NoSuchFileException e) {
            return false;
        }
    }
}
