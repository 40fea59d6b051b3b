package shoal.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What tells whether a file is still the one we know: size, time of the last change in nanoseconds since 1970, and
 * inode (0 where there are none).
 */
record FileStamp(long size, long mtime, long inode) {
    /** The stamp of the file at {@code path}, of the link itself if it is a symbolic one. */
    static FileStamp of(Path path) throws IOException {
        Map<String, ? extends @Nullable Object> attributes;
        try {
            attributes = Files.readAttributes(path, "unix:size,lastModifiedTime,ino", LinkOption.NOFOLLOW_LINKS);
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            attributes = Files.readAttributes(path, "size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        }
        return of(attributes);
    }

    /** The stamp in attributes that were read with its three keys among them. */
    static FileStamp of(Map<String, ? extends @Nullable Object> attributes) {
        if (attributes.get("size") instanceof Number size
                && attributes.get("lastModifiedTime") instanceof FileTime time) {
            long inode = attributes.get("ino") instanceof Number number ? number.longValue() : 0;
            return new FileStamp(size.longValue(), time.to(TimeUnit.NANOSECONDS), inode);
        }
        throw new IllegalArgumentException("attributes without size or time: " + attributes.keySet());
    }
}
