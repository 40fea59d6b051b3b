package shoal.storage;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something is wrong with our own disk or database, and no peer is to blame. The message is one line that is fit for
 * the user: what, where, and what to do about it.
 */
public final class DiskFault extends Exception {
    /** What sort of fault it is; a command makes its exit code of it. */
    public enum Kind {
        /** No room: the message says need, have and path. Resumes when there is room. */
        FULL,
        /** Reading or writing failed, or something may not be written. */
        IO,
        /** A file is in the way that is not ours. */
        EXISTS,
        /** Another process works on the same download or holds the database. */
        IN_USE,
        /** The database was written by a newer Shoal. */
        NEWER,
        /** A symbolic link lies where a download wants to write, or a path leads out of its folder. */
        UNSAFE,
        /** A shared file is gone, shorter or other than it was: what it held is withdrawn. */
        WITHDRAWN
    }

    private static final long serialVersionUID = 1;

    private final Kind kind;

    /** A fault with its line for the user. */
    public DiskFault(Kind kind, String message) {
        this(kind, message, null);
    }

    /** A fault with its line for the user, and what brought it about. */
    public DiskFault(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** The line for the user. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** What sort of fault it is. */
    public Kind kind() {
        return kind;
    }
}
