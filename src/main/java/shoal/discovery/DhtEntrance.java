package shoal.discovery;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import shoal.bytes.Endpoint;

/**
 * Looks up the nodes that let a new one in, and only when nobody else is known who could: their names are asked for on
 * another thread, again after ever longer pauses. The thread {@code dht} uses it.
 */
final class DhtEntrance {
    private static final System.Logger LOG = System.getLogger(DhtEntrance.class.getName());
    private static final Duration LOOKUP = Duration.ofSeconds(10);
    private static final long HEAD_START = Duration.ofSeconds(4).toNanos();
    private static final long FIRST = Duration.ofSeconds(20).toNanos();
    private static final long MOST = Duration.ofMinutes(15).toNanos();

    private final Dht.Settings settings;
    private final Consumer<List<Endpoint>> found;
    private final long begun;
    private long last;
    private long pause;

    DhtEntrance(Dht.Settings settings, Consumer<List<Endpoint>> found) {
        this.settings = settings;
        this.found = found;
        begun = System.nanoTime();
    }

    /**
     * Time has passed.
     *
     * @param nodes how many are known that have answered
     * @param remembers whether some are known from the last time, which are asked first
     */
    void tick(int nodes, boolean remembers, long now) {
        if (nodes > 0 && pause > 0) return;
        boolean early = remembers && !settings.isAsked() && now - begun < HEAD_START;
        boolean needed = nodes == 0 || settings.isAsked();
        if (!needed || early || (pause > 0 && now - last < pause) || settings.waysIn().isEmpty()) return;
        last = now;
        pause = Math.clamp(pause * 2, FIRST, MOST);
        Thread.ofVirtual().name("dht entrance").start(this::lookUp);
    }

    private void lookUp() {
        var endpoints = new ArrayList<Endpoint>();
        for (String name : settings.waysIn()) {
            try {
                for (InetAddress address : Lookup.resolve(GivenPeers.host(name), LOOKUP)) {
                    endpoints.add(new Endpoint(address, GivenPeers.port(name)));
                }
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "no way into the DHT by " + name + ": " + e.getMessage());
            }
        }
        if (!endpoints.isEmpty()) found.accept(endpoints);
    }
}
