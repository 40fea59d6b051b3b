package shoal.storage;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Printable;

/**
 * What lies below the paths that are to be shared: regular files, each with one look at its attributes. Symbolic links
 * are not followed, and with pipes, sockets and devices they are left out and said.
 *
 * @param files the files, in no particular order
 * @param skipped what was left out and why, a line each
 */
public record Scan(List<ScannedFile> files, List<String> skipped) {
    private static final int MOST_DEPTH = 100;

    /** Copies the lists. */
    public Scan {
        files = List.copyOf(files);
        skipped = List.copyOf(skipped);
    }

    /** Bytes of all files. */
    public long length() {
        return files.stream().mapToLong(ScannedFile::length).sum();
    }

    /**
     * Looks below {@code paths}. One path is the share itself: a file bears its name, the files of a folder bear their
     * paths within it. Several lie side by side in the share, each under its own name.
     *
     * @throws DiskFault if a path does not exist, cannot be read, or two would lie at one place
     */
    public static Scan of(List<Path> paths) throws DiskFault {
        var top = new Found();
        for (Path path : paths) {
            Path absolute = path.toAbsolutePath().normalize();
            BasicFileAttributes attributes = top.look(absolute);
            boolean isRoot = paths.size() == 1 && attributes.isDirectory();
            Path name = absolute.getFileName();
            if (name == null && !isRoot) {
                throw new DiskFault(DiskFault.Kind.IO, "cannot share " + path + " beside others");
            }
            top.add(absolute, attributes, isRoot ? List.of() : List.of(String.valueOf(name)));
        }
        var walk = new Walk();
        walk.take(top);
        walk.run();
        return new Scan(walk.files, walk.skipped.stream().sorted().toList());
    }

    /** A folder to be looked into, and its path within the share. */
    private record Folder(Path path, List<String> name) {}

    /** Looks into all folders on all cores, several at once. All fields under its monitor. */
    private static final class Walk {
        final List<ScannedFile> files = new ArrayList<>();
        final List<String> skipped = new ArrayList<>();
        private final Deque<Folder> waiting = new ArrayDeque<>();
        private int begun;
        private @Nullable Throwable failure;

        synchronized void take(Found found) {
            files.addAll(found.files);
            skipped.addAll(found.skipped);
            waiting.addAll(found.folders);
        }

        void run() throws DiskFault {
            int cores = Runtime.getRuntime().availableProcessors();
            var others = new ArrayList<Thread>();
            for (Folder folder = next(); folder != null; folder = next()) {
                look(folder);
                // a thread is not worth it for a folder or two
                while (waits() > others.size() + 1 && others.size() < cores - 1) {
                    others.add(Thread.ofPlatform().daemon().name("scan " + (others.size() + 1)).start(this::help));
                }
            }
            // nothing waits and nobody is busy, so they end
            switch (failed()) {
                case null -> {}
                case DiskFault fault -> throw fault;
                case Throwable bug -> throw new IllegalStateException("a bug in scanning", bug);
            }
        }

        private void help() {
            for (Folder folder = next(); folder != null; folder = next()) look(folder);
        }

        private synchronized int waits() {
            return waiting.size();
        }

        private synchronized @Nullable Throwable failed() {
            return failure;
        }

        /** The next folder, which may be one that another thread is about to find; null when it is all over. */
        private synchronized @Nullable Folder next() {
            while (waiting.isEmpty() && begun > 0 && failure == null) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("nobody is interrupted here", e);
                }
            }
            if (waiting.isEmpty() || failure != null) return null;
            begun++;
            return waiting.removeLast();
        }

        private void look(Folder folder) {
            Throwable fault = null;
            var found = new Found();
            try {
                found.folder(folder.path, folder.name);
            } catch (DiskFault | RuntimeException | Error e) {
                fault = e;
            }
            synchronized (this) {
                if (failure == null) failure = fault;
                take(found);
                begun--;
                notifyAll();
            }
        }
    }

    /** What lies in a folder. */
    private static final class Found {
        final List<ScannedFile> files = new ArrayList<>();
        final List<String> skipped = new ArrayList<>();
        final List<Folder> folders = new ArrayList<>();

        /** What kind of attributes the file system has is found out with the first file. */
        private Class<? extends BasicFileAttributes> kind = PosixFileAttributes.class;

        BasicFileAttributes look(Path path) throws DiskFault {
            try {
                return Files.readAttributes(path, kind, LinkOption.NOFOLLOW_LINKS);
            } catch (UnsupportedOperationException e) {
                kind = BasicFileAttributes.class;
                return look(path);
            } catch (NoSuchFileException e) {
                throw new DiskFault(DiskFault.Kind.IO, "there is no " + Printable.quoted(path.toString()), e);
            } catch (IOException e) {
                throw Faults.of(e, "looking at", path);
            }
        }

        void add(Path path, BasicFileAttributes attributes, List<String> name) throws DiskFault {
            if (attributes.isRegularFile()) {
                boolean executable = attributes instanceof PosixFileAttributes posix
                        && posix.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
                files.add(new ScannedFile(path, name, FileStamp.of(attributes), executable));
            } else if (attributes.isDirectory()) {
                folders.add(new Folder(path, name));
            } else {
                skip(path, attributes.isSymbolicLink() ? "a symbolic link" : "neither a file nor a folder");
            }
        }

        private void skip(Path path, String what) {
            skipped.add("skipped " + Printable.quoted(path.toString()) + ": " + what);
        }

        /** The name of an entry; Java shows bytes that it cannot decode as U+FFFD. */
        private static String named(Path entry) throws DiskFault {
            // the path keeps its text, which is asked for again; its last name would be made anew
            String text = entry.toString();
            String name = text.substring(text.lastIndexOf(File.separatorChar) + 1);
            if (name.indexOf('\ufffd') < 0) return name;
            String cure = "UTF-8".equals(System.getProperty("sun.jnu.encoding"))
                    ? "rename it"
                    : "the locale is not UTF-8: set LC_ALL=C.UTF-8";
            throw new DiskFault(
                    DiskFault.Kind.IO, "the name " + Printable.quoted(text) + " is not UTF-8; " + cure);
        }

        void folder(Path folder, List<String> name) throws DiskFault {
            if (name.size() >= MOST_DEPTH) {
                throw new DiskFault(DiskFault.Kind.IO,
                        Printable.quoted(folder.toString()) + " lies deeper than " + MOST_DEPTH + " folders");
            }
            var names = new ArrayList<>(name);
            names.add("");
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    names.set(name.size(), named(entry));
                    add(entry, look(entry), List.copyOf(names));
                }
            } catch (DirectoryIteratorException e) {
                throw Faults.of(Objects.requireNonNull(e.getCause()), "reading", folder);
            } catch (IOException e) {
                throw Faults.of(e, "reading", folder);
            }
        }
    }
}
