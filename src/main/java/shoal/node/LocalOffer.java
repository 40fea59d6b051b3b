package shoal.node;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;
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

    private @Nullable OwnCatalogue catalogue;
    private @Nullable Neighbours neighbours;
    private boolean closed;

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
            Neighbours joined = Neighbours.join(bind);
            if (!keep(joined)) return;
            joined.offer(own.port(), peerPort);
            LOG.log(Level.INFO, () -> "neighbours are told of " + manifest.name());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "neighbours do not hear of the share: " + e.getMessage());
        }
    }

    private synchronized boolean keep(OwnCatalogue own) {
        if (closed) own.close();
        else catalogue = own;
        return !closed;
    }

    private synchronized boolean keep(Neighbours joined) {
        if (closed) joined.close();
        else neighbours = joined;
        return !closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (catalogue != null) catalogue.close();
        if (neighbours != null) neighbours.close();
    }
}
