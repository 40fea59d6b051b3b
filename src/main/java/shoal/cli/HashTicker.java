package shoal.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import shoal.storage.Progress;

/** Shows the progress of reading files while another thread is busy with it, until it is closed. */
final class HashTicker implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private final long begun = System.nanoTime();

    private HashTicker(Terminal terminal, String name, Progress progress) {
        thread = Thread.ofVirtual().name("progress").start(() -> {
            try (var ticker = new Ticker(terminal)) {
                while (!pause(Ticker.FRAME)) {
                    if (progress.total() > 0) ticker.tick(() -> line(name, progress.done(), progress.total()));
                }
            }
        });
    }

    /** Does {@code work} while its progress is shown. */
    static <T> T during(Terminal terminal, String name, Progress progress, Callable<T> work) throws Exception {
        var ticker = new HashTicker(terminal, name, progress);
        try (ticker) {
            return work.call();
        }
    }

    private ProgressLine line(String name, long done, long total) {
        double seconds = (System.nanoTime() - begun) / 1e9;
        return new ProgressLine(name, done, total, done / Math.max(seconds, 0.001), "");
    }

    private boolean pause(Duration time) {
        try {
            return closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
