package shoal.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.discovery.Dht;
import shoal.discovery.LocalNetwork;
import shoal.manifest.ManifestException;
import shoal.storage.DiskFault;

/** The running program: one listening port, and the shares in which it takes part. Any thread may use it. */
public final class Node implements AutoCloseable {
    /** How we name ourselves to peers. */
    static final String CLIENT = "Shoal/0.1";

    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    private final Listener listener;
    private final Greeter greeter;
    private final InetSocketAddress from;
    private final NodeSettings settings;
    private final Optional<Dht> dht;
    private final Sessions sessions = new Sessions();
    private final RandomGenerator.SplittableGenerator random;
    private final Optional<LocalNetwork> local;
    private final OurPort ourPort;

    private Node(NodeSettings settings, Listener listener, InetSocketAddress from, Optional<Dht> dht,
            Optional<LocalNetwork> local, RandomGenerator.SplittableGenerator random, Duration patience,
            Connections.Limits limits) {
        this.settings = settings;
        this.listener = listener;
        this.from = from;
        this.dht = dht;
        this.random = random;
        this.local = local;
        greeter = new Greeter(sessions, settings.encryption(), patience, limits);
        ourPort = new OurPort(listener.port());
    }

    /** Opens the listening port. */
    public static Node open(NodeSettings settings, RandomGenerator.SplittableGenerator random) throws IOException {
        return open(settings, random, HANDSHAKE);
    }

    /** As the other, for peers that have {@code patience} to shake hands. */
    static Node open(NodeSettings settings, RandomGenerator.SplittableGenerator random, Duration patience)
            throws IOException {
        return open(settings, random, patience, Connections.Limits.USUAL);
    }

    /** As that, with as many connections as {@code limits} say. */
    static Node open(NodeSettings settings, RandomGenerator.SplittableGenerator random, Duration patience,
            Connections.Limits limits) throws IOException {
        Listener listener = Listener.open(settings.bind(), settings.port());
        InetAddress any = new InetSocketAddress(0).getAddress();
        Optional<LocalNetwork> local = settings.isOnLan()
                ? Optional.of(new LocalNetwork(settings.bind(), random))
                : Optional.empty();
        Optional<Dht> dht = settings.dht().map(wish -> new Dht(new Dht.Settings(settings.bind(), listener.port(),
                wish.waysIn().isEmpty() ? DhtSettings.USUAL : wish.waysIn(), !wish.waysIn().isEmpty(), wish.folder())));
        var from = new InetSocketAddress(settings.bind().orElse(any), 0);
        var node = new Node(settings, listener, from, dht, local, random, patience, limits);
        listener.start(node.greeter::accepted);
        node.ourPort.begin(settings, node::moved, new SecureRandom());
        return node;
    }

    /** Where peers can reach us. */
    public int port() {
        return listener.port();
    }

    /** The same as others see it. */
    OurPort ourPort() {
        return ourPort;
    }

    private void moved() {
        if (ourPort.outside() != ourPort.port()) sessions.all().forEach(Session::moved);
    }

    /** What it was opened with. */
    NodeSettings settings() {
        return settings;
    }

    /** Who finds peers on the local network, if it may. */
    Optional<LocalNetwork> local() {
        return local;
    }

    /** Our part in the DHT; nothing if it has none. */
    Optional<Dht> dht() {
        return dht;
    }

    /**
     * Takes part in a share. If its manifest is at hand, its files are open when this returns.
     *
     * @throws IllegalStateException if this node takes part in it already
     */
    public Session join(ShareOrder order) throws DiskFault, ManifestException, Refusal {
        RandomGenerator.SplittableGenerator own;
        synchronized (random) {
            own = random.split();
        }
        var session = new Session(this, order, own);
        if (!known(session)) {
            session.close();
            throw new IllegalStateException("share " + order.infoHash() + " is open already");
        }
        try {
            session.start();
            return session;
        } catch (DiskFault | ManifestException | Refusal | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Peers may name the session by each of its hashes from now on; false if one of them is another's. */
    boolean known(Session session) {
        return sessions.add(session);
    }

    /** Peers may name the session by the hash of another share as well, which has files of it. */
    void knownElsewhere(InfoHash other, Session session) {
        sessions.addOther(other, session);
    }

    /** Connects as a peer of the session's share, or of {@code other}. */
    void dial(Endpoint endpoint, Session session, Optional<InfoHash> other) {
        greeter.dial(endpoint, session, other, from);
    }

    void ended(Session session) {
        sessions.remove(session);
    }

    /** Ends all sessions and closes the port. */
    @Override
    public void close() {
        listener.close();
        ourPort.leave();
        sessions.all().forEach(Session::close);
        local.ifPresent(LocalNetwork::close);
        dht.ifPresent(Dht::close);
        ourPort.close();
    }
}
