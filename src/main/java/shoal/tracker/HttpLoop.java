package shoal.tracker;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The tracker's HTTP server: one thread that owns every connection, so that an announce costs no hand-over and an idle
 * connection no thread. What memory cannot answer goes to a virtual thread of its own and comes back as a task.
 *
 * <p>Measured against the JDK's server and against a virtual thread for each connection: see {@code docs/HTTP.md}.
 */
final class HttpLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HttpLoop.class.getName());
    private static final int ACCEPTED_AT_ONCE = 128;
    private static final int BACKLOG = 1_024;
    private static final int WORKERS = 128;
    private static final long TICK = Duration.ofSeconds(1).toNanos();
    private static final long REST_WITHOUT_DESCRIPTORS = Duration.ofMillis(200).toNanos();

    private final HttpRoutes routes;
    private final int mostConnections;
    private final Runnable onTick;
    private final Selector selector;
    private final ServerSocketChannel server;
    private final SelectionKey accepting;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Semaphore workers = new Semaphore(WORKERS);
    private final BodyBudget budget;
    private final byte[] shared = new byte[64 << 10];

    private volatile boolean closed;
    private int connections;
    private long nextTick = System.nanoTime() + TICK;
    private long restsUntil;
    private long nextComplaint = System.nanoTime();

    /** Listens at {@code bind}; serves once {@link #start} is called. {@code onTick} runs each second on the loop. */
    HttpLoop(InetSocketAddress bind, HttpRoutes routes, TrackerLimits limits, Runnable onTick) throws IOException {
        this.routes = routes;
        this.mostConnections = limits.connections();
        this.onTick = onTick;
        this.budget = new BodyBudget(limits.manifestBytes());
        this.selector = Selector.open();
        this.server = ServerSocketChannel.open();
        try {
            server.bind(bind, BACKLOG);
            server.configureBlocking(false);
            accepting = server.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
            server.close();
            selector.close();
            throw new IOException("cannot listen at " + bind.getHostString() + ":" + bind.getPort() + ": "
                    + e.getMessage(), e);
        }
        this.thread = Thread.ofPlatform().daemon().name("http").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Where it listens. */
    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) server.getLocalAddress();
    }

    /** Stops listening and closes every connection; returns when that is done. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            if (thread.isAlive()) thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        quietly(server);
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(this::serve, Math.max(1, Math.ceilDiv(nextTick - System.nanoTime(), 1_000_000)));
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) task.run();
                if (System.nanoTime() - nextTick >= 0) tick();
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.ERROR, "the HTTP server has stopped", e);
        } finally {
            for (SelectionKey key : List.copyOf(selector.keys())) quietly(key.channel());
            quietly(selector);
        }
    }

    private void serve(SelectionKey key) {
        try {
            if (key.attachment() instanceof HttpConnection connection) serve(connection);
            else accept();
        } catch (RuntimeException e) {
            complain("a connection could not be served", e);
        }
    }

    private void serve(HttpConnection connection) {
        try {
            connection.ready();
        } catch (IOException e) {
            connection.close();
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private List<HttpConnection> all() {
        List<HttpConnection> all = new ArrayList<>();
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof HttpConnection connection) all.add(connection);
        }
        return all;
    }

    private void accept() {
        for (int i = 0; i < ACCEPTED_AT_ONCE; i++) {
            SocketChannel channel;
            try {
                channel = server.accept();
            } catch (IOException e) {
                // out of descriptors: asking again at once would only burn the processor
                accepting.interestOps(0);
                restsUntil = System.nanoTime() + REST_WITHOUT_DESCRIPTORS;
                nextTick = Math.min(nextTick, restsUntil);
                complain("no connection can be accepted", e);
                return;
            }
            if (channel == null) return;
            if (connections >= mostConnections) evict();
            connections++;
            var connection = new HttpConnection(this, channel);
            try {
                channel.configureBlocking(false);
                connection.open();
            } catch (IOException e) {
                connection.close();
            } catch (RuntimeException e) {
                complain("a request could not be served", e);
                connection.close();
            }
        }
    }

    /** Closes the connections that would time out next: whoever is slow makes room for whoever comes. */
    private void evict() {
        all().stream()
                .filter(HttpConnection::isWaiting)
                .sorted(Comparator.comparingLong(HttpConnection::deadline))
                .limit(Math.max(1, mostConnections / 16))
                .forEach(HttpConnection::close);
    }

    private void tick() {
        long now = System.nanoTime();
        nextTick = now + TICK;
        if (accepting.isValid() && accepting.interestOps() == 0 && now - restsUntil >= 0) {
            accepting.interestOps(SelectionKey.OP_ACCEPT);
        }
        for (HttpConnection connection : all()) {
            if (now - connection.deadline() >= 0) connection.close();
        }
        onTick.run();
    }

    HttpRoutes routes() {
        return routes;
    }

    BodyBudget budget() {
        return budget;
    }

    /** Where bytes of a connection are read to; used up before the next connection's turn. */
    byte[] shared() {
        return shared;
    }

    SelectionKey register(SocketChannel channel, HttpConnection connection) throws IOException {
        return channel.register(selector, SelectionKey.OP_READ, connection);
    }

    void closed() {
        connections--;
    }

    /** Runs {@code work} on a thread of its own; false when too much is being worked on. */
    boolean work(Runnable work) {
        if (!workers.tryAcquire()) return false;
        Thread.ofVirtual().name("http request").start(() -> {
            try {
                work.run();
            } finally {
                workers.release();
            }
        });
        return true;
    }

    /** Has {@code task} run on the loop's thread soon. */
    void post(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Logs what should not have happened, a few times a minute at most: whoever causes it may do so often. */
    synchronized void complain(String what, @Nullable Exception e) {
        long now = System.nanoTime();
        if (now - nextComplaint < 0) return;
        nextComplaint = now + Duration.ofSeconds(5).toNanos();
        LOG.log(Level.WARNING, what, e);
    }

    private static void quietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.log(Level.DEBUG, "while closing", e);
        }
    }
}
