package shoal.storage;

import java.nio.file.Path;
import java.util.Optional;
import shoal.bytes.HashList;

/** What {@link Holdings} tells its listener. Events about one piece come in the order in which they were asked for. */
public sealed interface StorageEvent {
    /** These blocks are known to the database: should the process be killed now, they need not be fetched again. */
    record Recorded(int piece, int firstBlock, int count) implements StorageEvent {}

    /** The bytes of this piece were forced to the disk and then the piece was noted as proven: it may be offered. */
    record Committed(int piece) implements StorageEvent {}

    /** All pieces of this file are committed, and it bears its final name. */
    record FileDone(int file, Path path) implements StorageEvent {}

    /** The leaves of this piece that were asked for; empty if they are not at hand. */
    record Leaves(int piece, Optional<HashList> leaves) implements StorageEvent {}

    /** The disk or the database failed, and nothing more will be committed: stop, and tell the user. */
    record Failed(DiskFault fault) implements StorageEvent {}

    /** A piece that was offered is no longer on the disk as it was: take it back. */
    record Withdrawn(int piece, String why) implements StorageEvent {}
}
