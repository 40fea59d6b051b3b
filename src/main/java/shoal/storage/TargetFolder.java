package shoal.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The folder that a download goes to. All names are relative to it, and no symbolic link below it is ever followed,
 * whoever plants it and whenever: a file is opened, renamed and removed by way of the open folder it lies in, and that
 * one by way of the folder above. Any thread may use it.
 */
final class TargetFolder implements AutoCloseable {
    private static final int OPEN_FOLDERS = 32;

    /** The folder itself. */
    static final Path HERE = Path.of("");

    private final Path root;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<Path, SecureDirectoryStream<Path>> open = new LinkedHashMap<>(16, 0.75f, true);

    private TargetFolder(Path root) {
        this.root = root;
    }

    /** The folder {@code root}, which is made if need be. It itself may be reached by a link: the user named it. */
    static TargetFolder open(Path root) throws DiskFault {
        try {
            Files.createDirectories(root);
            return new TargetFolder(root.toRealPath());
        } catch (FileAlreadyExistsException e) {
            throw new DiskFault(DiskFault.Kind.EXISTS, root + " exists and is no folder", e);
        } catch (IOException e) {
            throw Faults.of(e, "cannot make the folder", root);
        }
    }

    Path root() {
        return root;
    }

    /** The absolute path of {@code name}, for people and for the database. */
    Path path(Path name) {
        return root.resolve(name);
    }

    /** The stamp of a file; nothing if there is none. */
    Optional<FileStamp> stamp(Path name) throws DiskFault {
        Path path = path(name);
        try {
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) return Optional.empty();
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) throw notAFile(path, null);
            return Optional.of(FileStamp.of(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw Faults.of(e, "cannot look at", path);
        }
    }

    /** Opens a file that is there. */
    FileChannel open(Path name, boolean toWrite) throws DiskFault {
        var options = new HashSet<OpenOption>(Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        if (toWrite) options.add(StandardOpenOption.WRITE);
        return open(name, options, "cannot open");
    }

    /** Makes a file that is not there, and the folders above it. */
    FileChannel make(Path name) throws DiskFault {
        return open(
                name,
                Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW,
                        LinkOption.NOFOLLOW_LINKS),
                "cannot make");
    }

    private FileChannel open(Path name, Set<OpenOption> options, String doing) throws DiskFault {
        lock.lock();
        try {
            Path folder = parent(name);
            boolean make = options.contains(StandardOpenOption.CREATE_NEW);
            SecureDirectoryStream<Path> stream = folder(folder, make);
            if (stream == null) {
                return FileChannel.open(path(name), options);
            }
            return (FileChannel) stream.newByteChannel(name.getFileName(), options);
        } catch (IOException e) {
            throw fault(e, doing, path(name));
        } finally {
            lock.unlock();
        }
    }

    /** Lets the file at {@code source} have this name, too; false if that cannot be. */
    boolean link(Path source, Path name) throws DiskFault {
        lock.lock();
        try {
            folder(parent(name), true);
            // by the path, for Java has no other call: a link planted above gets a name of the user's own file, no more
            Files.createLink(path(name), source);
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a file a new name, in the place of a file that has it already. */
    void rename(Path from, Path to) throws DiskFault {
        lock.lock();
        try {
            SecureDirectoryStream<Path> source = folder(parent(from), false);
            SecureDirectoryStream<Path> target = folder(parent(to), true);
            if (source == null || target == null) Files.move(path(from), path(to), StandardCopyOption.ATOMIC_MOVE);
            else source.move(from.getFileName(), target, to.getFileName());
        } catch (IOException e) {
            throw fault(e, "cannot rename " + path(from) + " to", path(to));
        } finally {
            lock.unlock();
        }
    }

    /** Removes a file if it is there. */
    void remove(Path name) throws DiskFault {
        lock.lock();
        try {
            SecureDirectoryStream<Path> stream = folder(parent(name), false);
            if (stream == null) Files.delete(path(name));
            else stream.deleteFile(name.getFileName());
        } catch (NoSuchFileException e) {
            // as it should be
        } catch (IOException e) {
            throw fault(e, "cannot remove", path(name));
        } finally {
            lock.unlock();
        }
    }

    /** Lets those run the file who may read it. */
    void makeExecutable(Path name) throws DiskFault {
        lock.lock();
        try {
            SecureDirectoryStream<Path> stream = folder(parent(name), false);
            PosixFileAttributeView view = stream == null
                    ? Files.getFileAttributeView(path(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    : stream.getFileAttributeView(
                            name.getFileName(), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            if (view == null) return;
            Set<PosixFilePermission> permissions = EnumSet.copyOf(view.readAttributes().permissions());
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            if (permissions.contains(PosixFilePermission.GROUP_READ)) {
                permissions.add(PosixFilePermission.GROUP_EXECUTE);
            }
            if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
                permissions.add(PosixFilePermission.OTHERS_EXECUTE);
            }
            view.setPermissions(permissions);
        } catch (IOException e) {
            throw fault(e, "cannot make executable", path(name));
        } finally {
            lock.unlock();
        }
    }

    /** Forces the names in a folder to the disk. */
    void syncFolder(Path name) throws DiskFault {
        sync(path(name));
    }

    /** The same for any folder. */
    static void sync(Path folder) throws DiskFault {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw Faults.of(e, "cannot sync", folder);
        }
    }

    private static Path parent(Path name) {
        Path parent = name.getParent();
        return parent == null ? HERE : parent;
    }

    /** The open folder {@code name}; nothing where the system has no such thing. The caller holds the lock. */
    @SuppressWarnings("StreamResourceLeak") // stays open until others are used more
    private @Nullable SecureDirectoryStream<Path> folder(Path name, boolean make) throws IOException {
        SecureDirectoryStream<Path> known = open.get(name);
        if (known != null) return known;
        DirectoryStream<Path> stream;
        if (name.equals(HERE)) {
            stream = Files.newDirectoryStream(root);
        } else {
            SecureDirectoryStream<Path> above = folder(parent(name), make);
            if (above == null) {
                if (make) Files.createDirectories(path(name));
                return null;
            }
            stream = enter(above, name, make);
        }
        if (!(stream instanceof SecureDirectoryStream<Path> secure)) {
            stream.close();
            return null;
        }
        open.put(name, secure);
        shrink();
        return secure;
    }

    private SecureDirectoryStream<Path> enter(SecureDirectoryStream<Path> above, Path name, boolean make)
            throws IOException {
        try {
            return above.newDirectoryStream(name.getFileName(), LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            if (!make) throw e;
            // the one call that goes by the path, for Java has no other: a link planted above in this very moment could
            // get an empty folder, and then opening it, by way of the folder above, fails
            try {
                Files.createDirectory(path(name));
            } catch (FileAlreadyExistsException exists) {
                // by another thread's or process's hand; or it is no folder, which opening tells
            }
            return above.newDirectoryStream(name.getFileName(), LinkOption.NOFOLLOW_LINKS);
        }
    }

    private void shrink() throws IOException {
        var oldest = open.entrySet().iterator();
        while (open.size() > OPEN_FOLDERS) {
            Map.Entry<Path, SecureDirectoryStream<Path>> entry = oldest.next();
            // all calls go under the lock, so none of them is using it
            entry.getValue().close();
            oldest.remove();
        }
    }

    private static DiskFault fault(IOException e, String doing, Path path) {
        if (e instanceof DirectoryNotEmptyException || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return notAFile(path, e);
        }
        for (Path p = path; p != null && !(e instanceof NoSuchFileException); p = p.getParent()) {
            if (Files.isSymbolicLink(p)) {
                return new DiskFault(
                        DiskFault.Kind.UNSAFE, p + " is a symbolic link: nothing is written through it", e);
            }
        }
        if (e instanceof FileAlreadyExistsException) {
            return new DiskFault(DiskFault.Kind.EXISTS, path + " exists", e);
        }
        return Faults.of(e, doing, path);
    }

    private static DiskFault notAFile(Path path, @Nullable IOException cause) {
        if (Files.isSymbolicLink(path)) {
            return new DiskFault(
                    DiskFault.Kind.UNSAFE, path + " is a symbolic link: nothing is written through it", cause);
        }
        return new DiskFault(DiskFault.Kind.EXISTS, path + " exists and is no file", cause);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            for (SecureDirectoryStream<Path> stream : open.values()) stream.close();
            open.clear();
        } catch (IOException e) {
            // nothing was to be written by it
        } finally {
            lock.unlock();
        }
    }
}
