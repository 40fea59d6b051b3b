package shoal.node;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import shoal.catalogue.NameRecord;
import shoal.discovery.Neighbours;
import shoal.manifest.Manifest;
import shoal.tracker.OwnCatalogue;

/**
 * Lets neighbours find a share by its name without any tracker: a catalogue of our own, and word of it on the local
 * network. Made on a thread of its own, so that nobody waits for it; what cannot be is left out.
 */
final class LocalOffer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LocalOffer.class.getName());
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable OwnCatalogue catalogue;
    private @Nullable Neighbours neighbours;

    private LocalOffer() {}

    /** Offers what may be offered: nothing if the share is private or these settings keep us off the network. */
    static LocalOffer of(Manifest manifest, Optional<NameRecord> record, NodeSettings settings, int peerPort) {
        var offer = new LocalOffer();
        if (settings.isOnLan() && OwnCatalogue.mayList(manifest)) {
            Thread.ofPlatform().daemon().name("local offer").start(
                    () -> offer.begin(manifest, record, settings.bind(), peerPort));
        }
        return offer;
    }

    private void begin(Manifest manifest, Optional<NameRecord> record, Optional<InetAddress> bind, int peerPort) {
        try {
            InetAddress any = new InetSocketAddress(0).getAddress();
            var at = new InetSocketAddress(bind.orElse(any), 0);
            OwnCatalogue own = OwnCatalogue.start(at, manifest, record, Instant.now());
            if (!keep(own)) return;
            Neighbours joined = join(bind);
            if (joined == null || !keep(joined)) return;
            joined.offer(own.port(), peerPort);
            LOG.log(Level.INFO, () -> "neighbours are told of " + manifest.name());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "neighbours do not hear of the share: " + e.getMessage());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
    }

    /** Waits until there is a network, which may come up after us; null if this is closed before. */
    private @Nullable Neighbours join(Optional<InetAddress> bind) throws InterruptedException {
        while (true) {
            try {
                return Neighbours.join(bind);
            } catch (IOException e) {
                LOG.log(Level.DEBUG, () -> "no neighbours yet: " + e.getMessage());
                if (closed.await(AGAIN.toSeconds(), TimeUnit.SECONDS)) return null;
            }
        }
    }

    private synchronized boolean keep(OwnCatalogue own) {
        if (isClosed()) own.close();
        else catalogue = own;
        return !isClosed();
    }

    private synchronized boolean keep(Neighbours joined) {
        if (isClosed()) joined.close();
        else neighbours = joined;
        return !isClosed();
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    @Override
    public synchronized void close() {
        closed.countDown();
        if (catalogue != null) catalogue.close();
        if (neighbours != null) neighbours.close();
    }
}
