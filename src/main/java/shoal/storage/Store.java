package shoal.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What this user's Shoal knows about bytes on this machine's disks: one SQLite database, shared with the user's other
 * Shoal processes. Whatever is queued is committed in the order in which it was queued, many changes together.
 *
 * <p>The one thread named {@code store} owns the connection. It commits at once when it was idle, and not more often
 * than every {@link #PACE_NANOS} under load: that is what keeps it cheap.
 */
public final class Store implements AutoCloseable {
    /** Under load a transaction collects what comes in this time. */
    private static final long PACE_NANOS = TimeUnit.MICROSECONDS.toNanos(400);

    /** A log of more pages than this is written back, and begun anew, even in the midst of a transfer. */
    private static final int LOG_PAGES = 12_000;

    /** The same for a moment in which nobody waits. */
    private static final int IDLE_LOG_PAGES = 1_000;

    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** Changes in one transaction at most: others want to write, too. */
    private static final int BATCH = 2_000;

    private final Path dir;
    private final Path file;
    private final Connection connection;
    private final Tables tables;
    private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closing;
    private long lastCommit = System.nanoTime() - PACE_NANOS;
    private long logged;

    private Store(Path dir, Connection connection) throws SQLException {
        this.dir = dir;
        this.file = dir.resolve("state.db");
        this.connection = connection;
        this.tables = new Tables(connection);
        this.thread = Thread.ofPlatform().name("store").daemon().unstarted(this::run);
    }

    /**
     * Opens the store in the folder {@code dir}, which is made if need be.
     *
     * @throws DiskFault if the database can not be written, is another program's, or a newer Shoal's
     */
    public static Store open(Path dir) throws DiskFault {
        Path folder = dir.toAbsolutePath().normalize();
        Connection connection = Database.open(folder);
        try {
            var store = new Store(folder, connection);
            store.thread.start();
            return store;
        } catch (SQLException e) {
            throw Faults.of(e, folder.resolve("state.db"));
        }
    }

    /** The folder in which everything lies. */
    public Path dir() {
        return dir;
    }

    /** A change to the database, made within a transaction. Runs on the store's thread, perhaps more than once. */
    interface Change {
        void make(Tables tables) throws SQLException;
    }

    /** A question to the database, asked outside any transaction. */
    interface Question<T extends @Nullable Object> {
        T ask(Tables tables) throws SQLException;
    }

    /** What waits in the queue. */
    private sealed interface Work {
        /** To be made in a transaction; then one of the two callbacks is called on the store's thread. */
        record Write(Change change, Runnable committed, java.util.function.Consumer<DiskFault> failed)
                implements Work {}

        record Read(Runnable work) implements Work {}

        record Stop() implements Work {}
    }

    /**
     * Queues a change and returns at once; exactly one of the two callbacks is then called on the store's thread, which
     * they must not keep long.
     */
    void later(Change change, Runnable committed, java.util.function.Consumer<DiskFault> failed) {
        queue.add(new Work.Write(change, committed, failed));
    }

    /** Makes a change and waits until it is committed. */
    void now(Change change) throws DiskFault {
        var done = new CompletableFuture<@Nullable Void>();
        later(change, () -> done.complete(null), done::completeExceptionally);
        await(done);
    }

    /** Asks and waits for the answer, which knows of everything that was queued before. */
    <T extends @Nullable Object> T ask(Question<T> question) throws DiskFault {
        var answer = new CompletableFuture<T>();
        queue.add(new Work.Read(() -> {
            try {
                answer.complete(Database.patiently(connection, file, () -> question.ask(tables)));
            } catch (SQLException e) {
                answer.completeExceptionally(fault(e));
            } catch (DiskFault | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }));
        return await(answer);
    }

    private <T extends @Nullable Object> T await(CompletableFuture<T> future) throws DiskFault {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof DiskFault fault) throw fault;
                    throw new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private void run() {
        var batch = new ArrayList<Work.Write>();
        try {
            while (true) {
                Work work = queue.poll(IDLE_NANOS, TimeUnit.NANOSECONDS);
                if (work == null) writeBack(IDLE_LOG_PAGES);
                else if (work instanceof Work.Write) pause();
                while (work instanceof Work.Write write) {
                    batch.add(write);
                    work = batch.size() < BATCH ? queue.poll() : null;
                }
                if (!batch.isEmpty()) commit(batch);
                batch.clear();
                switch (work) {
                    case null -> {}
                    case Work.Write write -> throw new AssertionError("all of them are in the batch");
                    case Work.Read(Runnable read) -> read.run();
                    case Work.Stop() -> {
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts the store", e);
        } finally {
            closing = true;
            try {
                connection.close();
            } catch (SQLException e) {
                // the log stays behind and the next one who opens the database reads it
            }
        }
    }

    private void pause() {
        long rest;
        while (!closing && (rest = lastCommit + PACE_NANOS - System.nanoTime()) > 0) LockSupport.parkNanos(rest);
    }

    private void commit(List<Work.Write> batch) {
        try {
            Database.patiently(connection, file, () -> {
                tables.begin();
                return "";
            });
            try {
                for (Work.Write write : batch) write.change.make(tables);
                tables.commit();
            } catch (SQLException | RuntimeException e) {
                tables.rollback();
                throw e;
            }
        } catch (SQLException e) {
            fail(batch, fault(e));
            return;
        } catch (DiskFault e) {
            fail(batch, e);
            return;
        } catch (RuntimeException e) {
            fail(batch, new DiskFault(DiskFault.Kind.IO, "a bug in the store: " + e, e));
            return;
        }
        lastCommit = System.nanoTime();
        for (Work.Write write : batch) write.committed.run();
        if (++logged % 64 == 0) writeBack(LOG_PAGES);
    }

    private static void fail(List<Work.Write> batch, DiskFault fault) {
        for (Work.Write write : batch) write.failed.accept(fault);
    }

    private DiskFault fault(SQLException e) {
        if (Faults.isDamage(e)) Database.distrust(dir);
        return Faults.of(e, file);
    }

    /** Copies the log into the database if it has more than {@code pages} pages. */
    private void writeBack(int pages) {
        try {
            tables.writeBack(file, pages);
        } catch (SQLException e) {
            // it stays in the log for now; if the disk is full or failing, the next change says so
        }
    }

    /** Commits what was queued and closes the database. Blocks until that is done. */
    @Override
    public void close() {
        closing = true;
        queue.add(new Work.Stop());
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
