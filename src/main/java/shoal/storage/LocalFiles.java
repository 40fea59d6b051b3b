package shoal.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Hash;

/**
 * Finds whole files on this disk by their content, under whatever name. A place whose file has the stamp it had when it
 * was hashed is believed; one with another is hashed again; one that has gone, or is something else now, is dropped.
 */
final class LocalFiles {
    private static final int STEP = 64 << 20;

    private final Store store;
    private final Progress progress;
    private final List<PlaceTable.Place> stale = new ArrayList<>();

    LocalFiles(Store store, Progress progress) {
        this.store = store;
        this.progress = progress;
    }

    /** Where the content lies now. Forgets the places where it no longer does. */
    List<PlaceTable.Place> places(Hash root, long length) throws DiskFault {
        var found = new ArrayList<PlaceTable.Place>();
        for (PlaceTable.Place place : store.ask(tables -> tables.places().of(root, length))) {
            FileStamp now = stamp(place.path());
            if (now != null && (now.equals(place.stamp()) || isStill(place.path(), root, length, now))) {
                found.add(new PlaceTable.Place(place.path(), now));
            } else {
                stale.add(place);
            }
        }
        if (stale.isEmpty()) return found;
        List<PlaceTable.Place> gone = List.copyOf(stale);
        stale.clear();
        store.now(tables -> {
            for (PlaceTable.Place place : gone) tables.places().remove(place);
        });
        return found;
    }

    private static @Nullable FileStamp stamp(Path path) {
        try {
            return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? FileStamp.of(path) : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Hashes a file that was touched since: its bytes may be the same. Else the store knows now what they are. */
    private boolean isStill(Path path, Hash root, long length, FileStamp now) {
        if (now.size() != length) return false;
        var file = new ScannedFile(path, List.of(String.valueOf(path.getFileName())), now, false);
        try {
            return Hashing.of(store, List.of(file), 1 << 20, progress).getFirst().root().equals(root);
        } catch (DiskFault e) {
            // it cannot be read, or is being written to
            return false;
        }
    }

    /**
     * Makes the wanted files of {@code shelf} of which nothing is there yet, as far as their content lies elsewhere.
     *
     * @return the files that are whole now, with their stamps; forced to the disk, but not noted
     */
    Map<HeldFile, FileStamp> take(Shelf shelf, TargetFolder target, Reuse.Whole how) throws DiskFault {
        var copied = new ArrayList<HeldFile>();
        var whole = new LinkedHashMap<HeldFile, FileStamp>();
        for (HeldFile file : shelf.files()) {
            boolean isWanted = shelf.isWanted(file) && shelf.isCanonical(file) && file.file.length() > 0;
            if (!isWanted || file.state() != HeldFile.State.ABSENT || isBegun(file, target)) continue;
            for (PlaceTable.Place place : places(file.file.root(), file.file.length())) {
                if (place.path().equals(file.path())) continue;
                if (how == Reuse.Whole.LINK && isLinked(file, place, target)) {
                    file.foundWhole(place.stamp());
                    whole.put(file, place.stamp());
                    break;
                }
                if (isCopied(file, place, target)) {
                    copied.add(file);
                    break;
                }
            }
        }
        try (var crew = new ForceCrew()) {
            crew.all(copied, file -> force(file, target));
        }
        for (HeldFile file : copied) {
            file.foundPart();
            whole.put(file, file.rename());
        }
        HeldFile.syncFolders(List.copyOf(whole.keySet()));
        return whole;
    }

    /** What is there in part is gone on with, and what has the name is looked at. */
    private static boolean isBegun(HeldFile file, TargetFolder target) throws DiskFault {
        return target.stamp(file.partName()).isPresent() || target.stamp(file.name).isPresent();
    }

    private static boolean isLinked(HeldFile file, PlaceTable.Place place, TargetFolder target) throws DiskFault {
        // what one name may be run by, the other may, too
        if (file.file.executable() != Files.isExecutable(place.path())) return false;
        if (target.stamp(file.name).isPresent() || !target.link(place.path(), file.name)) return false;
        if (target.stamp(file.name).filter(place.stamp()::equals).isPresent()) return true;
        target.remove(file.name);
        return false;
    }

    private static boolean isCopied(HeldFile file, PlaceTable.Place place, TargetFolder target) throws DiskFault {
        long length = file.file.length();
        boolean done = false;
        // transferTo lets Linux copy: where the file system can share blocks between files, it does
        try (FileChannel from = FileChannel.open(place.path(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                FileChannel to = target.make(file.partName())) {
            long at = 0;
            while (at < length) {
                long count = from.transferTo(at, Math.min(STEP, length - at), to);
                if (count <= 0) break;
                at += count;
            }
            done = at == length && place.stamp().equals(stamp(place.path()));
        } catch (IOException e) {
            // then it comes from the swarm; if there is no room, that is told next
        } finally {
            if (!done) target.remove(file.partName());
        }
        return done;
    }

    private static void force(HeldFile file, TargetFolder target) throws DiskFault {
        try (FileChannel channel = target.open(file.partName(), true)) {
            channel.force(false);
        } catch (IOException e) {
            throw Faults.of(e, "cannot force to the disk:", file.path());
        }
    }
}
