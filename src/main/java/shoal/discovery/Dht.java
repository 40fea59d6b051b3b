package shoal.discovery;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.dht.DhtNode;

/**
 * Our nodes of the mainline DHT: one for each address of ours that has its own id. The thread {@code dht} owns them and
 * their sockets, and hears of all else by its mailbox; it begins with the first search, so that who is quicker without
 * the DHT pays nothing for it. Any thread may call anything here.
 */
public final class Dht implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Dht.class.getName());
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final Duration SAVE = Duration.ofMinutes(15);
    private static final Duration FAREWELL = Duration.ofSeconds(1);
    private static final int MAIL = 1024;
    private static final int DATAGRAMS_AT_ONCE = 64;

    private final Settings settings;
    private final Queue<Consumer<DhtNodes>> mailbox = new ConcurrentLinkedQueue<>();
    private final Semaphore room = new Semaphore(MAIL);
    private @Nullable Thread thread;
    private @Nullable Selector selector;
    private volatile boolean closed;
    private volatile int nodes;

    /**
     * Where and by whom it comes in.
     *
     * @param bind the one address it uses; else it uses IPv4, and every IPv6 address of this machine (BEP 45)
     * @param port its UDP port
     * @param waysIn {@code HOST:PORT} of nodes that let it in
     * @param isAsked whether the user named these; else they are asked only if no node is known from the last time
     * @param folder where it remembers nodes from one time to the next
     */
    public record Settings(Optional<InetAddress> bind, int port, List<String> waysIn, boolean isAsked, Path folder) {
        /** Copies the list. */
        public Settings {
            waysIn = List.copyOf(waysIn);
        }

        private boolean isEverywhere() {
            return bind.map(InetAddress::isAnyLocalAddress).orElse(true);
        }
    }

    /** Nodes that are not there yet. */
    public Dht(Settings settings) {
        this.settings = settings;
    }

    /** Where it listens. */
    public int port() {
        return settings.port();
    }

    /** How many nodes it knows that have answered. */
    public int nodes() {
        return nodes;
    }

    /** The peers of any swarm that is not private. */
    public PeerSource source() {
        return new DhtSource(this);
    }

    /** Somebody said that there is a node. */
    public void meet(Endpoint endpoint) {
        tell(dht -> dht.each(node -> node.meet(endpoint, System.nanoTime())));
    }

    /**
     * Searches the peers of a swarm.
     *
     * @param port where we listen ourselves, asked when it comes to announcing; 0 for nowhere
     * @param finding is told on the thread of the nodes: once of the end, whatever happens
     */
    void find(InfoHash hash, IntSupplier port, DhtNode.Finding finding) {
        if (!tell(dht -> dht.find(hash, port, finding))) finding.ended(0);
    }

    /** Begins, if it has not. */
    synchronized void start() {
        if (thread != null || closed) return;
        thread = Thread.ofPlatform().daemon().name("dht").start(this::run);
    }

    private boolean tell(Consumer<DhtNodes> mail) {
        if (closed || !room.tryAcquire()) return false;
        mailbox.add(mail);
        wake();
        return true;
    }

    private synchronized void wake() {
        if (selector != null) selector.wakeup();
    }

    private void run() {
        var random = new SecureRandom();
        try (Selector open = Selector.open(); var memory = DhtMemory.open(settings.folder())) {
            synchronized (this) {
                selector = open;
            }
            var own = new DhtNodes(DhtSocket.open(settings, open), memory, random);
            LOG.log(Level.DEBUG, () -> "the DHT is used over UDP port " + settings.port());
            try {
                serve(own, open);
                own.save();
            } finally {
                own.close();
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "no DHT: UDP port " + settings.port() + " cannot be used: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a bug of ours in the DHT, which has stopped", e);
        } finally {
            closed = true;
            for (var mail = mailbox.poll(); mail != null; mail = mailbox.poll()) mail.accept(DhtNodes.NONE);
        }
    }

    private void serve(DhtNodes own, Selector open) throws IOException {
        var entrance = new DhtEntrance(settings, endpoints -> tell(
                dht -> dht.each(node -> node.waysIn(endpoints, System.nanoTime()))));
        long saved = System.nanoTime();
        long looked = saved;
        while (!closed) {
            open.select(own.pause().toMillis());
            open.selectedKeys().clear();
            for (var mail = mailbox.poll(); mail != null; mail = mailbox.poll()) {
                room.release();
                mail.accept(own);
            }
            own.receive(DATAGRAMS_AT_ONCE);
            long now = System.nanoTime();
            own.tick(now);
            nodes = own.nodes();
            entrance.tick(nodes, own.remembers(), now);
            if (now - looked > LOOK.toNanos() && settings.isEverywhere()) {
                look(own, open);
                looked = now;
            }
            if (now - saved > SAVE.toNanos()) {
                own.save();
                saved = now;
            }
        }
    }

    /** Addresses come and go: IPv6 ones for privacy each day, all of them on a way from one network to another. */
    private void look(DhtNodes own, Selector open) {
        try {
            List<InetAddress> before = own.addresses();
            own.adapt(DhtSocket.global(), address -> DhtSocket.openAt(address, settings, open));
            List<InetAddress> now = own.addresses();
            if (!now.equals(before)) LOG.log(Level.DEBUG, () -> "the DHT is used from now on over IPv4 and at " + (
                    now.isEmpty() ? "no IPv6 address"
                            : String.join(", ", now.stream().map(InetAddress::getHostAddress).toList())));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "it is unknown which addresses there are: " + e.getMessage());
        }
    }

    /** Ends it, after what it knows is remembered. Bounded in time. */
    @Override
    public void close() {
        closed = true;
        wake();
        Thread running;
        synchronized (this) {
            running = thread;
        }
        try {
            if (running != null) running.join(FAREWELL);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
    }
}
