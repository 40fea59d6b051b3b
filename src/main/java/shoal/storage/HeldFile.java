package shoal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import shoal.manifest.ManifestFile;

/**
 * One file of a share on this disk: absent, a part, or whole, in this order and never back. Its state changes under
 * its own monitor, under which its channel is opened, too: so nobody opens a name that is just being changed.
 */
final class HeldFile {
    /** How much of the file is there. */
    enum State {
        /** Nothing yet. */
        ABSENT,
        /** The file {@code NAME.part} of full length, with holes; or one under its own name that is being repaired. */
        PART,
        /** The file itself. */
        WHOLE
    }

    private static final String SUFFIX = ".part";

    final ManifestFile file;

    /** The final path: relative to the folder, or absolute if there is none. */
    final Path name;

    private final @Nullable TargetFolder folder;
    private final boolean inPlace;
    private State state;
    private @Nullable FileStamp stamp;

    /** Number in the database; only the store's thread uses it. */
    long part = -1;

    /** When {@link System#nanoTime} said that the file was last noted as being written, or looked at. */
    volatile long noted = System.nanoTime() - Long.MAX_VALUE / 2;

    private HeldFile(ManifestFile file, Path name, @Nullable TargetFolder folder, boolean inPlace, State state,
            @Nullable FileStamp stamp) {
        this.file = file;
        this.name = name;
        this.folder = folder;
        this.inPlace = inPlace;
        this.state = state;
        this.stamp = stamp;
    }

    /** A file of a download, not there yet. */
    static HeldFile absent(ManifestFile file, Path name, TargetFolder folder) {
        return new HeldFile(file, name, folder, false, State.ABSENT, null);
    }

    /** A file that is there and damaged: what is right of it stays where it is, under its own name. */
    static HeldFile damaged(ManifestFile file, Path name, TargetFolder folder) {
        return new HeldFile(file, name, folder, true, State.PART, null);
    }

    /** A whole file that is shared from where it is. */
    static HeldFile shared(ManifestFile file, Path path, FileStamp stamp) {
        return new HeldFile(file, path, null, false, State.WHOLE, stamp);
    }

    /** The absolute final path. */
    Path path() {
        return folder == null ? name : folder.path(name);
    }

    /** Whether it keeps its name while it is a part: it is being repaired. */
    boolean isInPlace() {
        return inPlace;
    }

    /** The name of the part, relative to the folder. */
    Path partName() {
        return inPlace ? name : partName(name);
    }

    static Path partName(Path name) {
        return name.resolveSibling(name.getFileName() + SUFFIX);
    }

    synchronized State state() {
        return state;
    }

    /** The part was found on the disk. */
    synchronized void foundPart() {
        state = State.PART;
    }

    /** The whole file is there, with this stamp. */
    synchronized void foundWhole(FileStamp found) {
        state = State.WHOLE;
        stamp = found;
    }

    /** The stamp that the whole file had when we last knew it. */
    synchronized FileStamp stamp() {
        if (stamp == null) throw new IllegalStateException(name + " is not whole");
        return stamp;
    }

    /** The stamp of the part, if there is one and it is still ours. */
    Optional<FileStamp> lastStamp() {
        if (state() != State.PART) return Optional.empty();
        try {
            return Optional.of(partStamp());
        } catch (DiskFault e) {
            return Optional.empty();
        }
    }

    /** Opens what there is of the file; to write, if it is a part. */
    synchronized FileChannel open() throws DiskFault {
        return switch (state) {
            case ABSENT -> throw new DiskFault(DiskFault.Kind.WITHDRAWN, path() + " is not here");
            case PART -> target().open(partName(), true);
            case WHOLE -> openWhole();
        };
    }

    private FileChannel openWhole() throws DiskFault {
        if (folder != null) return folder.open(name, false);
        try {
            return FileChannel.open(name, StandardOpenOption.READ);
        } catch (IOException e) {
            throw Faults.of(e, "cannot open", name);
        }
    }

    /**
     * Makes the part in its full length, if nothing of the file is there.
     *
     * @return its inode if it was made just now, else -1
     */
    synchronized long make() throws DiskFault {
        if (state != State.ABSENT) return -1;
        try (FileChannel channel = target().make(partName())) {
            lengthen(channel);
        } catch (IOException e) {
            throw Faults.of(e, "cannot write", target().path(partName()));
        }
        state = State.PART;
        return partStamp().inode();
    }

    /** Gives a part that is too short its length. */
    void lengthen() throws DiskFault {
        try (FileChannel channel = target().open(partName(), true)) {
            lengthen(channel);
        } catch (IOException e) {
            throw Faults.of(e, "cannot write", target().path(partName()));
        }
    }

    private void lengthen(FileChannel channel) throws IOException {
        // the last byte alone: what is between stays a hole, and the length already says what the file will be
        channel.write(ByteBuffer.allocate(1), file.length() - 1);
    }

    /** The stamp of the part as it is now; a fault if it is gone or has lost its length. */
    FileStamp partStamp() throws DiskFault {
        Path path = target().path(partName());
        FileStamp now = target().stamp(partName())
                .orElseThrow(() -> new DiskFault(DiskFault.Kind.IO, path + " is gone while it is being fetched"));
        // one that is repaired may have been cut off, or be too long until it is done
        if (now.size() != file.length() && !inPlace) {
            throw new DiskFault(DiskFault.Kind.IO, path + " was changed by someone else while it is being fetched");
        }
        return now;
    }

    /** Gives the part, all of which is proven and forced, its final name. The folder's names are not forced yet. */
    synchronized FileStamp rename() throws DiskFault {
        partStamp();
        if (file.executable()) target().makeExecutable(partName());
        if (inPlace) cut();
        else target().rename(partName(), name);
        stamp = target().stamp(name)
                .orElseThrow(() -> new DiskFault(DiskFault.Kind.IO, path() + " is gone as soon as it was complete"));
        state = State.WHOLE;
        return stamp;
    }

    /** Takes away what is too much. */
    private void cut() throws DiskFault {
        try (FileChannel channel = target().open(name, true)) {
            if (channel.size() < file.length()) {
                throw new DiskFault(DiskFault.Kind.IO, path() + " was cut off by someone else while it is repaired");
            }
            if (channel.size() == file.length()) return;
            channel.truncate(file.length());
            channel.force(true);
        } catch (IOException e) {
            throw Faults.of(e, "cannot cut", path());
        }
    }

    /** Forces the names of files of one download to the disk, and those of the folders that they lie in. */
    static void syncFolders(List<HeldFile> files) throws DiskFault {
        if (files.isEmpty()) return;
        var folders = new LinkedHashSet<Path>();
        for (HeldFile file : files) {
            Path folder = file.name.getParent();
            while (folder != null && folders.add(folder)) folder = folder.getParent();
        }
        for (Path folder : folders) files.getFirst().target().syncFolder(folder);
        files.getFirst().target().syncFolder(TargetFolder.HERE);
    }

    /** Why the file is not the one we know any more, or null if it is. A part is ours, and not looked at. */
    synchronized @Nullable String change() {
        if (state != State.WHOLE || stamp == null) return null;
        try {
            if (!Files.exists(path(), LinkOption.NOFOLLOW_LINKS)) return path() + " is gone";
            FileStamp now = FileStamp.of(path());
            if (now.size() != stamp.size()) return path() + " has " + now.size() + " bytes instead of " + stamp.size();
            return now.equals(stamp) ? null : path() + " was changed";
        } catch (IOException e) {
            return path() + " cannot be looked at: " + e.getMessage();
        }
    }

    private TargetFolder target() {
        if (folder == null) throw new IllegalStateException(name + " is shared where it is, and not written");
        return folder;
    }
}
