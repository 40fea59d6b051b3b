package shoal.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Forces many files at once: what each of them waits for is mostly the same write of the file system's journal, so that
 * sixteen together take little longer than one. Platform threads, for a virtual one would keep its carrier for as long.
 */
final class ForceCrew implements AutoCloseable {
    private static final int HANDS = 16;

    private final ThreadPoolExecutor hands = new ThreadPoolExecutor(
            HANDS,
            HANDS,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("force ", 1).daemon().factory());

    ForceCrew() {
        hands.allowCoreThreadTimeOut(true);
    }

    /** Something that may fail at the disk. */
    interface Work<T> {
        void on(T one) throws DiskFault;
    }

    /** Does {@code work} on all of {@code things}; throws the first fault once all of it is done. */
    <T> void all(List<T> things, Work<T> work) throws DiskFault {
        if (things.size() == 1) {
            work.on(things.getFirst());
            return;
        }
        var running = new ArrayList<Future<Boolean>>(things.size());
        for (T one : things) {
            Callable<Boolean> call = () -> {
                work.on(one);
                return true;
            };
            running.add(hands.submit(call));
        }
        DiskFault fault = null;
        for (Future<Boolean> each : running) {
            try {
                each.get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof DiskFault first)) throw new IllegalStateException(e.getCause());
                if (fault == null) fault = first;
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts the keeper", e);
            }
        }
        if (fault != null) throw fault;
    }

    @Override
    public void close() {
        hands.shutdown();
    }
}
