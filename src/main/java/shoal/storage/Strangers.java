package shoal.storage;

import java.nio.file.Path;
import java.util.Optional;

/** Files of somebody else's under names that a download needs. */
record Strangers(Shelf shelf, TargetFolder target) {
    static final String NO_PART = "not a part of this";

    /** Refuses those under the names of parts, for a download of which nothing was made yet. */
    void refuse() throws DiskFault {
        for (HeldFile file : shelf.files()) {
            if (!shelf.isWanted(file) || !shelf.isCanonical(file) || file.file.length() == 0) continue;
            Optional<FileStamp> part = target.stamp(file.partName());
            if (part.isEmpty() || part.get().size() == 0 || part.get().size() == file.file.length()) continue;
            // where the whole file is, nobody looks at its part
            Optional<FileStamp> whole = target.stamp(file.name);
            if (whole.isPresent() && whole.get().size() == file.file.length()) continue;
            throw inTheWay(target.path(file.partName()), NO_PART);
        }
    }

    static DiskFault inTheWay(Path path, String what) {
        return new DiskFault(DiskFault.Kind.EXISTS, path + " exists and has " + what + ": nothing was changed");
    }
}
