package shoal.storage;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/**
 * The bytes of one share as far as they are on this disk, and what is proven of them.
 *
 * <p>The <em>data plane</em> ({@link #write}, {@link #read}) may be used from any number of threads and may block. The
 * <em>control plane</em> (all that follows) never blocks: it queues work for the store's thread, which answers by a
 * {@link StorageEvent}. The order of facts is: write, then {@link #received}; all blocks there and the piece's hash
 * right, then {@link #proven}; {@link StorageEvent.Committed}, and only then may a peer be told.
 */
public interface Holdings extends AutoCloseable {
    /** The pieces that were proven when these holdings were opened; a copy. */
    Bits have();

    /** The pieces of which some blocks were there when these holdings were opened. */
    List<PartialPiece> partial();

    /**
     * The piece whose bytes are kept for {@code piece}: files with equal roots are fetched once, as the first selected
     * one of them. All other methods take either number.
     */
    int canonical(int piece);

    /**
     * Writes blocks that lie side by side from {@code begin} on: all that remains in the buffers. Not remembered before
     * {@link #received}.
     */
    void write(int piece, int begin, ByteBuffer... blocks) throws DiskFault;

    /**
     * Reads bytes of a proven piece until {@code into} is full. Bytes behind the real end of the piece are zero: a peer
     * may ask for them where its blocks are padded.
     *
     * @throws DiskFault {@link DiskFault.Kind#WITHDRAWN} if the file is gone, shorter or other than it was; the
     *     listener hears of each piece that is lost by it
     */
    void read(int piece, int begin, ByteBuffer into) throws DiskFault;

    /**
     * These blocks of a piece have been written, and these are their leaves.
     *
     * @return true if they are on record now: should the process be killed, they need not be fetched again; false if
     *     that is still to come, with {@link StorageEvent.Recorded} as the answer
     */
    boolean received(int piece, int firstBlock, HashList leaves);

    /**
     * All blocks of a piece have been written, and these, its leaves, fold to its hash. Answer, after its bytes were
     * forced to the disk: {@link StorageEvent.Committed}.
     */
    void proven(int piece, HashList leaves);

    /**
     * Says, before {@link #proven}, who sent a block of that piece; not of blocks that were here when it began. Of use
     * to whoever has to account for them, so usually nothing comes of it.
     *
     * @param from where its sender listens; nothing if that is forgotten
     */
    default void came(int piece, int block, Optional<Endpoint> from) {}

    /** A piece failed its hash: its blocks count as never received. No answer. */
    void forget(int piece);

    /** Keeps a whole piece layer of a file, which the caller has proven against {@code root}. No answer. */
    void layer(Hash root, HashList layer);

    /**
     * A proven piece is not what it was, though nobody changed its file. Answer: {@link StorageEvent.Withdrawn}. The
     * next start does not believe the file without hashing it.
     */
    void withdraw(int piece, String why);

    /** Asks for all leaves of a proven piece. Answer: {@link StorageEvent.Leaves}. */
    void leaves(int piece);

    /** Says who hears the events; set once, before any work is queued. It is called on the store's thread: be quick. */
    void listener(Consumer<StorageEvent> listener);

    /**
     * Brings all wanted files to their final state once all their pieces are committed: empty files, copies of files
     * with equal roots, executable bits, names. Blocks. Doing it again does no harm.
     */
    void finish() throws DiskFault;

    /** Commits what is queued, and lets go of files and locks. Blocks for as long as that takes. */
    @Override
    void close();
}
