package shoal.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import shoal.bytes.Sizes;

/** Turns what the system or SQLite complains of into a {@link DiskFault} with a line for the user. */
final class Faults {
    private Faults() {}

    /** A failed disk call: {@code doing} what with which {@code path}. */
    static DiskFault of(IOException e, String doing, Path path) {
        String reason = reason(e);
        if (isFull(e)) return full(0, path, e);
        return new DiskFault(DiskFault.Kind.IO, doing + " " + path + ": " + reason, e);
    }

    /** Whether there was no room. The JDK only has the system's words for it; the launcher asks for English ones. */
    static boolean isFull(IOException e) {
        String words = reason(e).toLowerCase(Locale.ROOT);
        return words.contains("no space left") || words.contains("quota exceeded");
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied";
            case NoSuchFileException gone -> "no such file";
            case FileAlreadyExistsException exists -> "exists already";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }

    /** Whether the process may not open more files. */
    static boolean isOutOfDescriptors(DiskFault fault) {
        return fault.getCause() instanceof IOException e
                && reason(e).toLowerCase(Locale.ROOT).contains("too many open files");
    }

    /** No room for {@code need} more bytes (0: not known how many) where {@code path} lies. */
    static DiskFault full(long need, Path path, @Nullable Throwable cause) {
        long have = room(path);
        String message = "disk full: need " + (need > 0 ? Sizes.format(need) : "more")
                + ", have " + (have < 0 ? "an unknown amount" : Sizes.format(have)) + " at " + path;
        // the system said no though there is room
        if (cause != null && have > Math.max(need, 1 << 20)) message += " (no inodes left, or a quota?)";
        return new DiskFault(DiskFault.Kind.FULL, message, cause);
    }

    /** Bytes that may be written where {@code path} is or will be, or -1 if nobody knows. */
    static long room(Path path) {
        Path there = path.toAbsolutePath();
        while (there.getParent() != null && !Files.exists(there)) there = there.getParent();
        try {
            return Files.getFileStore(there).getUsableSpace();
        } catch (IOException e) {
            return -1;
        }
    }

    /** A failed call to the database in {@code file}. */
    static DiskFault of(SQLException e, Path file) {
        return switch (code(e)) {
            case SQLITE_FULL -> full(0, file, e);
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL -> {
                String holders = Holders.of(file);
                yield new DiskFault(
                        DiskFault.Kind.IN_USE,
                        file + " is in use" + (holders.isEmpty() ? "" : " by " + holders)
                                + ": stop that process, or use another SHOAL_HOME",
                        e);
            }
            case SQLITE_CORRUPT, SQLITE_NOTADB -> new DiskFault(
                    DiskFault.Kind.IO,
                    file + " is damaged: start again, it is then set aside and made anew by hashing",
                    e);
            case SQLITE_CANTOPEN -> {
                IOException reason = refusal(file);
                yield reason == null ? cannotWrite(e, file) : of(reason, "cannot write", file);
            }
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH -> cannotWrite(e, file);
            default -> new DiskFault(DiskFault.Kind.IO, "the database " + file + " failed: " + e.getMessage(), e);
        };
    }

    private static DiskFault cannotWrite(SQLException e, Path file) {
        return new DiskFault(DiskFault.Kind.IO, "cannot write " + file + ": " + e.getMessage(), e);
    }

    /** Why no file can be made beside {@code file}, which SQLite does not tell; null if one can. */
    private static @Nullable IOException refusal(Path file) {
        try {
            Files.delete(Files.createTempFile(Objects.requireNonNull(file.getParent()), "shoal", ".try"));
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    /** Whether another process was in the way and it is worth trying again. */
    static boolean isBusy(SQLException e) {
        SQLiteErrorCode code = code(e);
        return code == SQLiteErrorCode.SQLITE_BUSY || code == SQLiteErrorCode.SQLITE_LOCKED;
    }

    /** Whether the database file is not sound. */
    static boolean isDamage(SQLException e) {
        SQLiteErrorCode code = code(e);
        return code == SQLiteErrorCode.SQLITE_CORRUPT || code == SQLiteErrorCode.SQLITE_NOTADB;
    }

    /** What SQLite throws on damage, for damage that we found ourselves. */
    static SQLException damage(String what) {
        return new SQLiteException(what, SQLiteErrorCode.SQLITE_CORRUPT);
    }

    private static SQLiteErrorCode code(SQLException e) {
        // the low byte is the plain code of an extended one
        return e instanceof SQLiteException sqlite
                ? SQLiteErrorCode.getErrorCode(sqlite.getResultCode().code & 0xff)
                : SQLiteErrorCode.SQLITE_ERROR;
    }
}
