package shoal.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A listener that a test can wait on. */
final class Events implements Consumer<StorageEvent> {
    private final LinkedBlockingQueue<StorageEvent> queue = new LinkedBlockingQueue<>();

    @Override
    public void accept(StorageEvent event) {
        queue.add(event);
    }

    /** The next event of this kind; others before it are dropped. */
    <E extends StorageEvent> E await(Class<E> kind) {
        var passed = new ArrayList<StorageEvent>();
        try {
            while (true) {
                StorageEvent event = queue.poll(20, TimeUnit.SECONDS);
                if (event == null) {
                    List<StorageEvent> last = passed.subList(Math.max(0, passed.size() - 5), passed.size());
                    throw new AssertionError("no " + kind.getSimpleName() + " came; the last others: " + last);
                }
                if (kind.isInstance(event)) return kind.cast(event);
                if (event instanceof StorageEvent.Failed(DiskFault fault)) throw new AssertionError(fault);
                passed.add(event);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The fault that ends it all; other events are dropped. */
    DiskFault failure() {
        try {
            while (true) {
                StorageEvent event = queue.poll(20, TimeUnit.SECONDS);
                if (event == null) throw new AssertionError("nothing failed");
                if (event instanceof StorageEvent.Failed(DiskFault fault)) return fault;
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** That many events of this kind. */
    <E extends StorageEvent> List<E> await(Class<E> kind, int count) {
        var events = new ArrayList<E>();
        while (events.size() < count) events.add(await(kind));
        return events;
    }
}
