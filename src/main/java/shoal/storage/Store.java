package shoal.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.PublisherKey;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestFile;
import shoal.manifest.ManifestReader;

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
    private volatile boolean hurry;

    /** Nobody serves the queue any more, so nothing may be put into it. Under the queue's monitor. */
    private boolean closed;

    private long lastEnd = System.nanoTime() - PACE_NANOS;
    private long commits;

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

    /** Makes ready what {@link #open} needs: for a thread beside one that has other things to do before. */
    public static void warmUp() {
        Database.warmUp();
    }

    /** The folder in which everything lies. */
    public Path dir() {
        return dir;
    }

    /**
     * Remembers a share, so that its hash alone is enough to go on with it.
     *
     * @param place where its one file lies, or the folder that is its top
     */
    void remember(Manifest manifest, Path place) throws DiskFault {
        remember(manifest, place.toString());
    }

    /** The same for a share whose files lie at {@code paths}, perhaps in no folder of their own. */
    public void remember(Manifest manifest, List<Path> paths) throws DiskFault {
        remember(manifest, ShareOpening.top(manifest, paths).map(Path::toString).orElse(""));
    }

    private void remember(Manifest manifest, String place) throws DiskFault {
        byte[] encoded = manifest.encoded();
        now(tables -> tables.shares().put(manifest.infoHash(), encoded, place));
    }

    /** Where the share with this hash was last shared or fetched to: its one file, or the folder that is its top. */
    public Optional<Path> place(Hash infoHash) throws DiskFault {
        return ask(tables -> tables.shares().target(infoHash)).filter(place -> !place.isEmpty()).map(Path::of);
    }

    /** The manifest with this hash, if it was shared or fetched here before, with all layers that are known. */
    public Optional<Manifest> manifest(Hash infoHash) throws DiskFault {
        Optional<byte[]> encoded = ask(tables -> tables.shares().manifest(infoHash));
        if (encoded.isEmpty()) return Optional.empty();
        try {
            Manifest manifest = ManifestReader.read(encoded.get());
            if (!manifest.infoHash().equals(infoHash)) return Optional.empty();
            return Optional.of(manifest.withLayers(layers(manifest)));
        } catch (ManifestException e) {
            // a disk that alters bytes: as if it had never been here
            return Optional.empty();
        }
    }

    /**
     * Remembers that a publisher's record of {@code name} with this number was seen. Returns the highest number that
     * ever was, this one included.
     */
    public long highestSeen(PublisherKey key, String name, long seq) throws DiskFault {
        long before = ask(tables -> tables.names().highest(key, name));
        if (before < seq) now(tables -> tables.names().saw(key, name, seq));
        return Math.max(before, seq);
    }

    /** The piece layers that {@code manifest} lacks, as far as they are known here; each is proven against its root. */
    public Map<Hash, HashList> layers(Manifest manifest) throws DiskFault {
        var layers = new HashMap<Hash, HashList>();
        if (manifest.hasAllLayers()) return layers;
        ask(tables -> {
            for (ManifestFile file : manifest.files()) {
                if (!file.needsLayer(manifest.pieceLength()) || manifest.layer(file.root()).isPresent()) continue;
                tables.contents()
                        .layer(file.root(), file.length(), manifest.pieceLength())
                        .ifPresent(layer -> layers.put(file.root(), layer));
            }
            return true;
        });
        return layers;
    }

    /** Keeps a piece layer, of a file of {@code length} bytes, that has been proven. */
    void keep(Hash root, long length, int pieceLength, HashList layer) {
        Change keep = tables -> tables.contents().putLayer(tables.contents().id(root, length), pieceLength, layer);
        later(keep, () -> {}, fault -> {});
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
        record Write(Change change, Runnable committed, Consumer<DiskFault> failed)
                implements Work {}

        /** To be run between two transactions. */
        record Other(Runnable work) implements Work {}

        record Stop() implements Work {}
    }

    /** Queues {@code work}; false if nobody is there to do it. */
    private boolean queued(Work work) {
        synchronized (queue) {
            return !closed && queue.add(work);
        }
    }

    private DiskFault isClosed() {
        return new DiskFault(DiskFault.Kind.IO, "the database " + file + " is closed");
    }

    /**
     * Queues a change and returns at once; exactly one of the two callbacks is then called on the store's thread, which
     * they must not keep long. Once the store is closed, it is {@code failed}, at once and on the caller's thread.
     */
    void later(Change change, Runnable committed, Consumer<DiskFault> failed) {
        if (!queued(new Work.Write(change, committed, failed))) failed.accept(isClosed());
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
        boolean queued = queued(new Work.Other(() -> {
            try {
                answer.complete(Database.patiently(connection, file, () -> question.ask(tables)));
            } catch (SQLException e) {
                answer.completeExceptionally(fault(e));
            } catch (DiskFault | RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        }));
        if (!queued) throw isClosed();
        return await(answer);
    }

    /**
     * Queues something to be run on the store's thread, behind all that was queued before and in no transaction. It is
     * dropped once the store is closed: whoever would hear of it is gone, too.
     */
    void tell(Consumer<Tables> what) {
        queued(new Work.Other(() -> what.accept(tables)));
    }

    /** Waits for something that the store's thread completes. */
    <T extends @Nullable Object> T await(CompletableFuture<T> future) throws DiskFault {
        hurry();
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

    /** Somebody waits: the store's thread shall not collect more before it works. */
    private void hurry() {
        hurry = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        try {
            while (serve(queue.poll(IDLE_NANOS, TimeUnit.NANOSECONDS))) lastEnd = System.nanoTime();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts the store", e);
        } finally {
            try {
                connection.close();
            } catch (SQLException e) {
                // the log stays behind and the next one who opens the database reads it
            }
        }
    }

    /** Does {@code first} and all that is in the queue; false once it shall stop. */
    private boolean serve(@Nullable Work first) {
        if (first == null) {
            writeBack(IDLE_LOG_PAGES);
            return true;
        }
        pause();
        var batch = new ArrayList<Work.Write>();
        for (Work work = first; work != null; work = queue.poll()) {
            if (!(work instanceof Work.Write) || batch.size() == BATCH) {
                commit(batch);
                batch.clear();
            }
            switch (work) {
                case Work.Write write -> batch.add(write);
                case Work.Other(Runnable run) -> run.run();
                case Work.Stop() -> {
                    return false;
                }
            }
        }
        commit(batch);
        return true;
    }

    /** Under load, waits for more to do at once. */
    private void pause() {
        long rest;
        while (!hurry && (rest = lastEnd + PACE_NANOS - System.nanoTime()) > 0) LockSupport.parkNanos(this, rest);
        hurry = false;
    }

    private void commit(List<Work.Write> batch) {
        if (batch.isEmpty()) return;
        try {
            Database.patiently(connection, file, () -> {
                tables.begin();
                return "";
            });
            try {
                for (Work.Write write : batch) write.change.make(tables);
                tables.commit();
            } catch (SQLException | RuntimeException | Error e) {
                tables.rollback();
                throw e;
            }
        } catch (SQLException e) {
            fail(batch, fault(e));
            return;
        } catch (DiskFault e) {
            fail(batch, e);
            return;
        } catch (RuntimeException | Error e) {
            fail(batch, new DiskFault(DiskFault.Kind.IO, "a bug in the store: " + e, e));
            return;
        }
        for (Work.Write write : batch) write.committed.run();
        if (++commits % 64 == 0) writeBack(LOG_PAGES);
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
        synchronized (queue) {
            if (!closed) queue.add(new Work.Stop());
            closed = true;
        }
        hurry();
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
