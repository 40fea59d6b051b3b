package shoal.discovery;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The end of one exchange's time: then the socket in its care is closed, which wakes whoever reads, writes or connects.
 * Used by one thread, beside its own virtual thread that waits.
 */
final class Deadline implements AutoCloseable {
    private final Duration time;
    private final long end;
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable Socket socket;
    private boolean passed;

    Deadline(Duration time) {
        this.time = time;
        this.end = System.nanoTime() + time.toNanos();
        Thread.ofVirtual().name("deadline").start(this::watch);
    }

    private void watch() {
        try {
            if (!done.await(time.toMillis(), TimeUnit.MILLISECONDS)) pass();
        } catch (InterruptedException e) {
            pass();
        }
    }

    private synchronized void pass() {
        passed = true;
        if (socket != null) close(socket);
    }

    /** Puts {@code next} in care, in place of the socket before. */
    synchronized void guard(Socket next) throws IOException {
        socket = next;
        if (passed) close(next);
    }

    /** What is left of the time, at least one millisecond. */
    Duration left() {
        return Duration.ofNanos(Math.max(TimeUnit.MILLISECONDS.toNanos(1), end - System.nanoTime()));
    }

    /** {@code fault}, or that the time is over if that caused it. */
    synchronized IOException explained(IOException fault) {
        if (!passed) return fault;
        var late = new SocketTimeoutException("no complete answer within " + time.toMillis() + " ms");
        late.initCause(fault);
        return late;
    }

    @Override
    public void close() {
        done.countDown();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is of no use to anyone either way
            return;
        }
    }
}
