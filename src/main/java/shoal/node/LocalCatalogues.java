package shoal.node;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.NameMatches;
import shoal.discovery.CatalogueClient;
import shoal.discovery.CatalogueException;
import shoal.discovery.Neighbours;

/**
 * What neighbours call by a name: looked for beside the trackers, each of them asked as soon as it is found. Any
 * thread; who waits for it waits for a bounded time.
 */
final class LocalCatalogues implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LocalCatalogues.class.getName());

    /**
     * So long do neighbours have to be found: their programs wait for each other before they speak, and who has only
     * just begun to share is heard after three seconds, on a busy machine after six.
     */
    private static final Duration LOOK = Duration.ofSeconds(8);

    /** When one of them knows the name, so long do the others have. */
    private static final Duration OTHERS = Duration.ofSeconds(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Answer> answers = new ArrayList<>();
    private final long begun = System.nanoTime();
    private long lastKnown;
    private boolean isKnown;
    private boolean isOver;

    /**
     * What one of them said.
     *
     * @param catalogue where it was asked
     * @param peer where it gives away what it shares
     */
    record Answer(URI catalogue, Endpoint peer, NameMatches matches) {
        boolean has(Hash share) {
            return matches.exact().stream().anyMatch(entry -> entry.infoHash().equals(share));
        }
    }

    private LocalCatalogues() {}

    /** Nobody is asked. */
    static LocalCatalogues none() {
        var none = new LocalCatalogues();
        none.isOver = true;
        return none;
    }

    /** Begins to look and to ask. */
    static LocalCatalogues ask(Optional<InetAddress> bind, CatalogueName name) {
        var asked = new LocalCatalogues();
        Thread.ofPlatform().daemon().name("neighbours").start(() -> asked.look(bind, name));
        return asked;
    }

    private void look(Optional<InetAddress> bind, CatalogueName name) {
        try (Neighbours neighbours = Neighbours.join(bind)) {
            neighbours.look(each -> Thread.ofVirtual().name("ask " + each.peer()).start(() -> ask(each, name)));
            awaitEnd();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "no neighbours: " + e.getMessage());
            close();
        }
    }

    private void ask(Neighbours.Neighbour neighbour, CatalogueName name) {
        try {
            NameMatches matches = new CatalogueClient(neighbour.catalogue()).named(name.text());
            answered(new Answer(neighbour.catalogue(), neighbour.peer(), matches));
        } catch (CatalogueException | IllegalArgumentException e) {
            LOG.log(Level.DEBUG, () -> "neighbour " + neighbour.catalogue() + ": " + e.getMessage());
        }
    }

    private void answered(Answer answer) {
        locked(() -> {
            answers.add(answer);
            if (answer.matches().exact().isEmpty()) return;
            isKnown = true;
            lastKnown = System.nanoTime();
        });
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitEnd() {
        lock.lock();
        try {
            while (!isOver) changed.awaitUninterruptibly();
        } finally {
            lock.unlock();
        }
    }

    /** The answers, after as long as it takes; if {@code enough} is known without them, those that are here. */
    List<Answer> await(boolean enough) {
        lock.lock();
        try {
            while (!isOver && !enough && left() > 0) changed.awaitNanos(left());
            return List.copyOf(answers);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        } finally {
            lock.unlock();
        }
    }

    private long left() {
        long now = System.nanoTime();
        long left = begun + LOOK.toNanos() - now;
        return isKnown ? Math.min(left, lastKnown + OTHERS.toNanos() - now) : left;
    }

    /** Nobody is asked any more. */
    @Override
    public void close() {
        locked(() -> isOver = true);
    }
}
