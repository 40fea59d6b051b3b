package shoal.tracker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The tracker: peers in memory, names in SQLite, both over HTTP. {@link #start} assembles it, {@link #close} ends it;
 * in between its own threads do everything.
 */
public final class Tracker implements AutoCloseable {
    private final CatalogueStore store;
    private final SwarmTable swarms;
    private final HttpLoop http;
    private final InetSocketAddress address;

    private Tracker(CatalogueStore store, SwarmTable swarms, HttpLoop http) throws IOException {
        this.store = store;
        this.swarms = swarms;
        this.http = http;
        this.address = http.address();
    }

    /**
     * Starts a tracker that listens at {@code bind} (port 0 for any) and keeps its catalogue in the folder
     * {@code data}, which is made if it is missing.
     *
     * @throws IOException if the port is taken or the catalogue cannot be used; the message says which and why
     */
    public static Tracker start(InetSocketAddress bind, Path data, TrackerLimits limits) throws IOException {
        CatalogueStore store = CatalogueStore.open(data, limits);
        try {
            var swarms = new SwarmTable(limits, System::nanoTime, ThreadLocalRandom.current().nextLong());
            var turn = new AtomicInteger();
            var routes = new TrackerRoutes(swarms, store, limits);
            var http = new HttpLoop(bind, routes, limits, () -> swarms.expire(turn.getAndIncrement()));
            var tracker = new Tracker(store, swarms, http);
            http.start();
            return tracker;
        } catch (IOException e) {
            store.close();
            throw e;
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** The URL to announce to, for peers on this machine if it listens on every address. */
    public URI announceUrl() {
        InetAddress bound = address.getAddress();
        String text = (bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound).getHostAddress();
        String host = text.indexOf(':') >= 0 ? "[" + text + "]" : text;
        return URI.create("http://" + host + ":" + address.getPort() + "/announce");
    }

    /** How many shares the catalogue has. */
    public long shares() {
        return store.shares();
    }

    /** How many peers there are in all swarms. */
    public int peers() {
        return swarms.peers();
    }

    /** How many swarms have a peer. */
    public int swarms() {
        return swarms.swarms();
    }

    /** Closes every connection and the catalogue; returns when that is done, in a few seconds at the longest. */
    @Override
    public void close() {
        http.close();
        store.close();
    }
}
