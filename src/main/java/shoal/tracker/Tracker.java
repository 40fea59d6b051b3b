package shoal.tracker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The tracker: peers in memory, names in SQLite, both over HTTP, peers also over UDP on the same port. {@link #start}
 * assembles it, {@link #close} ends it; in between its own threads do everything.
 */
public final class Tracker implements AutoCloseable {
    private static final int MOST_ATTEMPTS = 20;

    private final CatalogueStore store;
    private final SwarmTable swarms;
    private final AccessLists access;
    private final HttpLoop http;
    private final UdpServer udp;
    private final InetSocketAddress address;

    private Tracker(CatalogueStore store, SwarmTable swarms, AccessLists access, HttpLoop http, UdpServer udp)
            throws IOException {
        this.store = store;
        this.swarms = swarms;
        this.access = access;
        this.http = http;
        this.udp = udp;
        this.address = http.address();
    }

    /** Starts a tracker that serves everybody. */
    public static Tracker start(InetSocketAddress bind, Path data, TrackerLimits limits) throws IOException {
        return start(bind, data, limits, AccessFiles.NONE);
    }

    /**
     * Starts a tracker that listens at {@code bind} (port 0 for any), for HTTP and for UDP, and keeps its catalogue in
     * the folder {@code data}, which is made if it is missing.
     *
     * @throws IOException if the port is taken or the catalogue or a file cannot be used; the message says which, why
     */
    public static Tracker start(InetSocketAddress bind, Path data, TrackerLimits limits, AccessFiles files)
            throws IOException {
        AccessLists access = AccessLists.open(files);
        CatalogueStore store;
        try {
            store = CatalogueStore.open(data, limits);
        } catch (IOException e) {
            access.close();
            throw e;
        }
        try {
            return open(bind, store, access, limits);
        } catch (IOException e) {
            access.close();
            store.close();
            throw e;
        }
    }

    private static Tracker open(InetSocketAddress bind, CatalogueStore store, AccessLists access, TrackerLimits limits)
            throws IOException {
        var random = new SecureRandom();
        var swarms = new SwarmTable(limits, System::nanoTime, random.nextLong());
        var counts = new TrackerCounts();
        var rate = new AnnounceRate(limits.announces(), key(random), System::nanoTime);
        var desk = new AnnounceDesk(swarms, store::isHidden, access, rate, counts);
        var ids = new ConnectionIds(key(random), System::nanoTime);
        var turn = new AtomicInteger();
        var routes = new TrackerRoutes(swarms, store, limits, desk, access.areKeyed(), counts);
        for (int attempt = 1; ; attempt++) {
            var udp = new UdpServer(bind, desk, ids);
            try {
                var at = new InetSocketAddress(bind.getAddress(), udp.address().getPort());
                var http = new HttpLoop(at, routes, limits, () -> swarms.expire(turn.getAndIncrement()));
                var tracker = new Tracker(store, swarms, access, http, udp);
                http.start();
                udp.start();
                return tracker;
            } catch (IOException e) {
                udp.close();
                // any port will do, and this one somebody has for TCP
                if (bind.getPort() != 0 || attempt == MOST_ATTEMPTS) throw e;
            }
        }
    }

    private static SipHash key(SecureRandom random) {
        return new SipHash(random.nextLong(), random.nextLong());
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** The URL to announce to, for peers on this machine if it listens on every address. */
    public URI announceUrl() {
        return url("http");
    }

    /** The same over UDP. */
    public URI udpAnnounceUrl() {
        return url("udp");
    }

    private URI url(String scheme) {
        InetAddress bound = address.getAddress();
        String text = (bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound).getHostAddress();
        String host = text.indexOf(':') >= 0 ? "[" + text + "]" : text;
        return URI.create(scheme + "://" + host + ":" + address.getPort() + "/announce");
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
        udp.close();
        http.close();
        access.close();
        store.close();
    }
}
