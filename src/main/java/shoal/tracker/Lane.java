package shoal.tracker;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.sqlite.ProgressHandler;

/**
 * A connection to the catalogue's database and the platform thread it belongs to: SQLite's calls would keep the carrier
 * of a virtual thread. Any thread may call and waits for its turn; the queue is bounded.
 */
final class Lane implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Lane.class.getName());
    private static final int QUEUE = 256;
    private static final int STEPS_BETWEEN_LOOKS = 10_000;

    private final Path file;
    private final Connection connection;
    private final ThreadPoolExecutor thread;

    /** When the call under way has had its time; belongs to the lane's thread. */
    private long deadline = Long.MAX_VALUE;

    /** What to do with the connection. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** A lane on {@code connection}; a call takes {@code most} at the longest, or for ever when that is zero. */
    Lane(String name, Path file, Connection connection, Duration most) throws IOException {
        this.file = file;
        this.connection = connection;
        var threads = Thread.ofPlatform().daemon().name(name).factory();
        this.thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE), threads);
        if (most.isZero()) return;
        try {
            ProgressHandler.setHandler(connection, STEPS_BETWEEN_LOOKS, new ProgressHandler() {
                @Override
                protected int progress() {
                    return System.nanoTime() - deadline > most.toNanos() ? 1 : 0;
                }
            });
        } catch (SQLException e) {
            throw new IOException(CatalogueSchema.explained(file, e), e);
        }
    }

    /** Does {@code work} on the lane's thread and returns what it returns. */
    <T> T call(Work<T> work) throws IOException {
        var result = new CompletableFuture<T>();
        try {
            thread.execute(() -> {
                deadline = System.nanoTime();
                try {
                    result.complete(work.on(connection));
                } catch (SQLException | RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
            return result.get();
        } catch (RejectedExecutionException e) {
            throw new IOException("the catalogue has too much to do", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException fault) {
                throw new IOException(CatalogueSchema.explained(file, fault), fault);
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the catalogue", e);
        }
    }

    /** Finishes what is queued, then closes the connection. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "the catalogue is still at work and is left to it");
                return;
            }
            connection.close();
        } catch (SQLException e) {
            LOG.log(Level.WARNING, "the catalogue could not be closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
