package shoal.cli;

import java.io.IOException;
import shoal.manifest.ManifestException;
import shoal.node.Refusal;
import shoal.storage.DiskFault;

/**
 * How a command may end: the one table from faults to exit codes. The numbers are aria2's where it has one, but for
 * usage, where 2 is everyone's. {@code verify} alone ends as {@code sha256sum -c}: 0, 1 or 2.
 */
enum Exit {
    OK(0, "all is done"),
    OTHER(1, "something else went wrong, a bug for instance"),
    USAGE(2, "the command line is wrong, or what it names is ambiguous"),
    NOT_FOUND(3, "nobody who was asked knows what was named"),
    NO_PEERS(5, "no peer has it, or they fell silent (see --wait)"),
    NETWORK(6, "no tracker or server could be reached, or a port is taken"),
    UNFINISHED(7, "interrupted: the same command resumes"),
    DISK_FULL(9, "the disk is full: the same command resumes when there is room"),
    IN_USE(11, "another process works on the same download, or holds the database"),
    EXISTS(13, "another file is in the way"),
    IO(17, "reading or writing a file failed"),
    BAD_MANIFEST(26, "the manifest is none or cannot be used here"),
    BAD_MAGNET(27, "the magnet link is none"),
    HASH_MISMATCH(32, "bytes are not what their hash says");

    /** What the process ends with. */
    final int code;

    /** What it means, for people. */
    final String meaning;

    Exit(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** How a command ends that {@code fault} stopped. */
    static Exit of(Throwable fault) {
        return switch (fault) {
            case Refusal refusal -> of(refusal.kind());
            case DiskFault disk -> of(disk.kind());
            case ManifestException _ -> BAD_MANIFEST;
            case IOException _ -> NETWORK;
            default -> OTHER;
        };
    }

    private static Exit of(Refusal.Kind kind) {
        return switch (kind) {
            case USAGE -> USAGE;
            case NOT_FOUND -> NOT_FOUND;
            case NO_PEERS -> NO_PEERS;
            case NETWORK -> NETWORK;
            case UNFINISHED -> UNFINISHED;
            case BAD_MANIFEST -> BAD_MANIFEST;
            case BAD_MAGNET -> BAD_MAGNET;
        };
    }

    private static Exit of(DiskFault.Kind kind) {
        return switch (kind) {
            case FULL -> DISK_FULL;
            case IO, UNSAFE, WITHDRAWN -> IO;
            case EXISTS -> EXISTS;
            case IN_USE -> IN_USE;
            case NEWER -> OTHER;
        };
    }
}
