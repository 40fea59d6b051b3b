package shoal.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What tells whether a file is still the one we know: size, time of the last change in nanoseconds since 1970, and
 * inode (0 where there are none).
 */
record FileStamp(long size, long mtime, long inode) {
    private static final String INODE = ",ino=";

    /** The stamp of the file at {@code path}, of the link itself if it is a symbolic one. */
    static FileStamp of(Path path) throws IOException {
        return of(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    }

    /** The stamp of the file that has these attributes. */
    static FileStamp of(BasicFileAttributes attributes) {
        return new FileStamp(
                attributes.size(),
                attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
                inode(attributes.fileKey()));
    }

    /** From {@code (dev=801,ino=1234)}: the JDK has the number as an attribute, too, but that takes longer. */
    private static long inode(@Nullable Object fileKey) {
        if (fileKey == null) return 0;
        String text = fileKey.toString();
        int from = text.indexOf(INODE);
        return from < 0 ? 0 : Long.parseLong(text, from + INODE.length(), text.length() - 1, 10);
    }
}
