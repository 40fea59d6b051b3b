package shoal.storage;

import java.nio.file.Path;
import java.util.List;

/**
 * What {@link Verification} found of one file.
 *
 * @param file number of the file in the manifest
 * @param path where it was looked for
 * @param state what is wrong with it, if anything
 * @param length its length on the disk in bytes, -1 if it is not there
 * @param bad the bytes that are wrong or missing, in ascending order
 * @param reason why it could not be read, else nothing
 */
public record FileCheck(int file, Path path, State state, long length, List<Range> bad, String reason) {
    /** What may be the matter with a file. */
    public enum State {
        /** All its bytes are right. */
        OK,
        /** It is not there. */
        MISSING,
        /** It is shorter or longer than it should be. */
        WRONG_SIZE,
        /** Some of its bytes are wrong. */
        BAD,
        /** It is there and cannot be read. */
        UNREADABLE,
        /** It was not asked for, and not looked at. */
        UNSELECTED
    }

    /** {@code length} bytes from {@code offset} on. */
    public record Range(long offset, long length) {}

    /** Copies the list. */
    public FileCheck {
        bad = List.copyOf(bad);
    }

    /** Whether something is the matter with it. */
    public boolean isWrong() {
        return state != State.OK && state != State.UNSELECTED;
    }
}
