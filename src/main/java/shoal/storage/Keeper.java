package shoal.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.HashList;

/**
 * Makes what was received and proven last, in rounds: force the files, then commit, then tell. Its thread named
 * {@code keep} does the forcing, for a disk may take long over it; what is reported meanwhile waits for the next round.
 *
 * <p>The order is the point of it: a piece is noted as proven only after its bytes were forced to the disk, and told
 * only after it was noted. A file gets its final name after that, and is noted as whole after its folder was forced.
 */
final class Keeper implements AutoCloseable {
    /** A round is not begun sooner after the last one: forcing costs the same for one block and a thousand. */
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(60);

    /** Unless so much is proven. */
    private static final long ROUND_BYTES = 32 << 20;

    /** When there is nothing but received blocks, which the log remembers as well. */
    private static final long RECEIVED_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    final Store store;
    final Shelf shelf;
    final OpenFiles open;
    final ForceCrew crew = new ForceCrew();
    private final @Nullable ReceivedLog log;
    final Forcing forcing;
    private final Thread thread;
    private volatile Consumer<StorageEvent> listener = event -> {};

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Round next = new Round();
    private boolean working;
    private boolean urgent;
    private boolean closed;
    private volatile @Nullable DiskFault broken;

    /** Pieces that are committed. Under the lock. */
    private final Bits have;

    /** Wanted pieces that nobody has reported as proven yet. Under the lock. */
    private int unproven;

    /** Forces what was written to a file to the disk. */
    interface Forcing {
        void force(FileChannel channel) throws IOException;
    }

    /** {@code log}: null if nothing will be written, so that there is nothing to keep. */
    Keeper(Store store, Shelf shelf, OpenFiles open, @Nullable ReceivedLog log, Forcing forcing, Bits have) {
        this.store = store;
        this.shelf = shelf;
        this.open = open;
        this.log = log;
        this.forcing = forcing;
        this.have = have.copy();
        for (HeldFile file : shelf.files()) {
            if (!shelf.isWanted(file) || !shelf.isCanonical(file)) continue;
            for (int piece = file.file.firstPiece(); piece < file.file.endPiece(); piece++) {
                if (!have.has(piece)) unproven++;
            }
        }
        this.thread = Thread.ofPlatform().name("keep " + shelf.manifest().name()).daemon().unstarted(this::run);
        if (log != null) thread.start();
    }

    void listener(Consumer<StorageEvent> consumer) {
        listener = consumer;
    }

    /** Why nothing more is committed, or null. */
    @Nullable DiskFault broken() {
        return broken;
    }

    ReceivedLog log() {
        return Objects.requireNonNull(log, "nothing is written here");
    }

    /** Returns whether the log has noted it; else the database will, and {@link StorageEvent.Recorded} tells. */
    boolean received(int piece, int firstBlock, HashList leaves) {
        HeldFile file = shelf.of(piece);
        lock.lock();
        try {
            // within the lock, so that the log and the round are swapped together
            boolean logged = log().received(file.file.index(), shelf.firstBlock(file, piece) + firstBlock, leaves);
            boolean first = next.isEmpty();
            next.received.computeIfAbsent(piece, key -> new ArrayList<>()).add(new Round.Run(firstBlock, leaves));
            if (!logged) {
                next.recorded.add(new StorageEvent.Recorded(piece, firstBlock, leaves.size()));
                urgent = true;
            }
            if (first || !logged) changed.signalAll();
            return logged;
        } finally {
            lock.unlock();
        }
    }

    void proven(int piece, HashList leaves) {
        HeldFile file = shelf.of(piece);
        lock.lock();
        try {
            next.received.remove(piece);
            boolean first = next.proven.isEmpty();
            if (next.proven.put(piece, leaves) == null && shelf.isWanted(file) && !have.has(piece)) unproven--;
            next.provenBytes += shelf.size(file, piece);
            if (unproven <= 0) urgent = true;
            if (first || urgent || next.provenBytes >= ROUND_BYTES) changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void forget(int piece) {
        HeldFile file = shelf.of(piece);
        lock.lock();
        try {
            next.received.remove(piece);
            next.forgotten.add(piece);
            log().forgotten(file.file.index(), shelf.firstBlock(file, piece), shelf.blocks(file, piece));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@code piece} is committed. */
    boolean has(int piece) {
        lock.lock();
        try {
            return have.has(piece);
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of wanted pieces that are not committed. */
    long missingBytes() {
        lock.lock();
        try {
            long bytes = 0;
            for (HeldFile file : shelf.files()) {
                if (!shelf.isWanted(file) || !shelf.isCanonical(file)) continue;
                for (int piece = file.file.firstPiece(); piece < file.file.endPiece(); piece++) {
                    if (!have.has(piece)) bytes += shelf.size(file, piece);
                }
            }
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Pieces turned out not to be on the disk any more: returns those that were there. */
    List<Integer> withdraw(int from, int to) {
        lock.lock();
        try {
            var lost = new ArrayList<Integer>();
            for (int piece = from; piece < to; piece++) {
                if (have.clear(piece)) lost.add(piece);
            }
            return lost;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all that was reported so far is done. */
    void drain() throws DiskFault {
        lock.lock();
        try {
            while ((working || !next.isEmpty()) && broken == null && thread.isAlive()) {
                urgent = true;
                changed.signalAll();
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        DiskFault fault = broken;
        if (fault != null) throw fault;
    }

    void tell(StorageEvent event) {
        store.tell(tables -> listener.accept(event));
    }

    /** For those who are on the store's thread already. */
    void tellNow(StorageEvent event) {
        listener.accept(event);
    }

    private void run() {
        long begin = System.nanoTime() - ROUND_NANOS;
        Round round;
        while ((round = take(begin)) != null) {
            begin = System.nanoTime();
            try {
                if (broken == null) round.run(this);
            } catch (DiskFault fault) {
                fail(fault);
            } catch (RuntimeException | Error e) {
                fail(new DiskFault(DiskFault.Kind.IO, "a bug in the keeper: " + e, e));
            }
            lock.lock();
            try {
                working = false;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void fail(DiskFault fault) {
        if (broken != null) return;
        broken = fault;
        tell(new StorageEvent.Failed(fault));
    }

    /** Waits for work and takes it; null at the end. */
    private @Nullable Round take(long lastBegin) {
        lock.lock();
        try {
            while (next.isEmpty()) {
                urgent = false;
                if (closed) return null;
                changed.awaitUninterruptibly();
            }
            long rest;
            while (!closed && !urgent && next.provenBytes < ROUND_BYTES && (rest = restUntil(lastBegin)) > 0) {
                rest = changed.awaitNanos(rest);
            }
            Round taken = next;
            next = new Round();
            taken.logHalf = log().swap();
            working = true;
            return taken;
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts the keeper", e);
        } finally {
            lock.unlock();
        }
    }

    private long restUntil(long lastBegin) {
        return lastBegin + (next.proven.isEmpty() ? RECEIVED_NANOS : ROUND_NANOS) - System.nanoTime();
    }

    /** Pieces are committed. Called on the store's thread. */
    void committed(Iterable<Integer> pieces) {
        lock.lock();
        try {
            for (int piece : pieces) have.set(piece);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        crew.close();
        if (interrupted) Thread.currentThread().interrupt();
    }
}
