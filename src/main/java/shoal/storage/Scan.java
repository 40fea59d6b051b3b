package shoal.storage;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
        var walk = new Walk();
        for (Path path : paths) {
            Path absolute = path.toAbsolutePath().normalize();
            BasicFileAttributes attributes = walk.look(absolute);
            boolean isRoot = paths.size() == 1 && attributes.isDirectory();
            Path name = absolute.getFileName();
            if (name == null && !isRoot) {
                throw new DiskFault(DiskFault.Kind.IO, "cannot share " + path + " beside others");
            }
            walk.add(absolute, attributes, isRoot ? List.of() : List.of(String.valueOf(name)));
        }
        return new Scan(walk.files, walk.skipped);
    }

    private static final class Walk {
        final List<ScannedFile> files = new ArrayList<>();
        final List<String> skipped = new ArrayList<>();

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
                folder(path, name);
            } else {
                skip(path, attributes.isSymbolicLink() ? "a symbolic link" : "neither a file nor a folder");
            }
        }

        private void skip(Path path, String what) {
            skipped.add("skipped " + Printable.quoted(path.toString()) + ": " + what);
        }

        /** The name of an entry; Java shows bytes that it cannot decode as U+FFFD. */
        private static String named(Path entry) throws DiskFault {
            String name = String.valueOf(entry.getFileName());
            if (name.indexOf('\ufffd') < 0) return name;
            String cure = "UTF-8".equals(System.getProperty("sun.jnu.encoding"))
                    ? "rename it"
                    : "the locale is not UTF-8: set LC_ALL=C.UTF-8";
            throw new DiskFault(
                    DiskFault.Kind.IO, "the name " + Printable.quoted(entry.toString()) + " is not UTF-8; " + cure);
        }

        private void folder(Path folder, List<String> name) throws DiskFault {
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
