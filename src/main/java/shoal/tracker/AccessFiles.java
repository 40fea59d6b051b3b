package shoal.tracker;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The files that say whom a tracker serves; without one, everybody. Each has an entry a line; what stands behind a
 * blank, and lines that begin with {@code #}, are for people. They are read again when they have changed.
 *
 * @param allow the only hashes that are served: 40 or 64 hexadecimal digits
 * @param deny hashes that are not served
 * @param keys the keys of which one must be in the URL, {@code /KEY/announce}: 8 to 64 letters, digits, - and _
 */
public record AccessFiles(Optional<Path> allow, Optional<Path> deny, Optional<Path> keys) {
    /** Of a tracker for everybody. */
    public static final AccessFiles NONE = new AccessFiles(Optional.empty(), Optional.empty(), Optional.empty());
}
