package shoal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shoal.bytes.HashList;
import shoal.manifest.ManifestFile;

/**
 * Begins a file with a copy of an older version of it, of which then everything is hashed: what is the same at the same
 * place need not be fetched. The version is what the user names, or the file that is to be replaced, or one of the same
 * name that is known to have pieces in common.
 */
final class OlderVersion {
    private static final int STEP = 64 << 20;

    private final Store store;
    private final Shelf shelf;
    private final TargetFolder target;
    private final boolean overwrite;
    private final Optional<Path> base;

    /**
     * Versions for the files of {@code shelf}.
     *
     * @param overwrite whether files that are in the way may be replaced
     * @param base what the user named, the older version of one file or of the folder
     */
    OlderVersion(Store store, Shelf shelf, TargetFolder target, boolean overwrite, Optional<Path> base) {
        this.overwrite = overwrite;
        this.store = store;
        this.shelf = shelf;
        this.target = target;
        this.base = base.map(path -> path.toAbsolutePath().normalize());
    }

    /** Copies what there is; returns the files that begin so. */
    Set<HeldFile> copy() throws DiskFault {
        var begun = new HashSet<HeldFile>();
        var nameless = new HashMap<String, HeldFile>();
        for (HeldFile file : shelf.files()) {
            boolean isWanted = shelf.isWanted(file) && shelf.isCanonical(file) && file.file.length() > 0;
            if (!isWanted || file.state() != HeldFile.State.ABSENT) continue;
            if (target.stamp(file.partName()).isPresent()) continue;
            Optional<FileStamp> inTheWay = target.stamp(file.name);
            // what has the right length may be the right file, and is hashed first
            if (inTheWay.isPresent() && (!overwrite || inTheWay.get().size() == file.file.length())) continue;
            Path older = inTheWay.isPresent() ? file.path() : named(file);
            if (older == null) {
                if (file.file.needsLayer(shelf.manifest().pieceLength())) nameless.put(file.file.name(), file);
            } else if (isBegun(file, older)) {
                begun.add(file);
            }
        }
        for (Map.Entry<HeldFile, Path> each : known(nameless).entrySet()) {
            if (isBegun(each.getKey(), each.getValue())) begun.add(each.getKey());
        }
        return begun;
    }

    private @Nullable Path named(HeldFile file) {
        if (base.isEmpty()) return null;
        Path path = base.get();
        if (Files.isRegularFile(path)) return shelf.files().size() == 1 ? path : null;
        Path whole = path.resolve(file.name);
        Path within = file.name.getNameCount() > 1
                ? path.resolve(file.name.subpath(1, file.name.getNameCount()))
                : whole;
        return Files.isRegularFile(within) ? within : Files.isRegularFile(whole) ? whole : null;
    }

    /** Files of the same name whose layers are known and have the most pieces in common, at least one. */
    private Map<HeldFile, Path> known(Map<String, HeldFile> byName) throws DiskFault {
        var best = new HashMap<HeldFile, Path>();
        if (byName.isEmpty()) return best;
        var most = new HashMap<HeldFile, Integer>();
        int pieceLength = shelf.manifest().pieceLength();
        store.ask(tables -> {
            for (PlaceTable.Known place : tables.places().named(byName.keySet())) {
                HeldFile file = byName.get(String.valueOf(place.path().getFileName()));
                if (file == null) continue;
                Optional<HashList> layer = tables.contents().layer(place.root(), place.size(), pieceLength);
                int common = layer.isEmpty() ? 0 : common(file.file, layer.get());
                if (common > most.getOrDefault(file, 0)) {
                    most.put(file, common);
                    best.put(file, place.path());
                }
            }
            return true;
        });
        return best;
    }

    private int common(ManifestFile file, HashList older) {
        HashList layer = shelf.layer(file).orElse(HashList.EMPTY);
        int common = 0;
        for (int i = 0; i < Math.min(layer.size(), older.size()); i++) {
            if (layer.at(i).equals(older.at(i))) common++;
        }
        return common;
    }

    /** Begins the part of a file with a copy of {@code older}; false if that cannot be. */
    boolean isBegun(HeldFile file, Path older) throws DiskFault {
        long length = file.file.length();
        boolean done = false;
        try (FileChannel from = FileChannel.open(older, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                FileChannel to = target.make(file.partName())) {
            long end = Math.min(from.size(), length);
            long at = 0;
            while (at < end) {
                long count = from.transferTo(at, Math.min(STEP, end - at), to);
                if (count <= 0) break;
                at += count;
            }
            if (to.size() < length) to.write(ByteBuffer.allocate(1), length - 1);
            done = true;
        } catch (IOException e) {
            // then it comes from the swarm; if there is no room, that is told next
        } finally {
            if (!done) target.remove(file.partName());
        }
        return done;
    }
}
