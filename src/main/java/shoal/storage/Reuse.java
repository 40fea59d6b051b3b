package shoal.storage;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a fetch takes from this disk instead of from the swarm.
 *
 * @param whole whether files that lie on this disk already, under whatever name, are taken from there
 * @param base an older version of the file, or of the folder, whose blocks are taken where they are the same
 */
public record Reuse(Whole whole, Optional<Path> base) {
    /** How whole files are taken. */
    public enum Whole {
        /** They are not. */
        NO,
        /** By a copy; where the file system can, both share their blocks until one of them is changed. */
        COPY,
        /** By a second name for the same file, where that can be; else by a copy. */
        LINK
    }

    /** All comes from the swarm. */
    public static final Reuse NOTHING = new Reuse(Whole.NO, Optional.empty());

    /** Copies of whole files, and of versions that are found by their names. */
    public static final Reuse COPIES = new Reuse(Whole.COPY, Optional.empty());
}
