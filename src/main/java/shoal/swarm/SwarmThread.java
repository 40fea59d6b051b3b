package shoal.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.manifest.Manifest;
import shoal.storage.Holdings;
import shoal.storage.StorageEvent;
import shoal.wire.Handshake;
import shoal.wire.PeerChannel;

/**
 * A {@link Swarm} with the thread that owns it: events wait in a bounded mailbox, in which peers, sources and the store
 * put them, waiting for room if they must; the thread itself waits for nothing but events and its next tick. All
 * methods may be called by any thread.
 */
public final class SwarmThread {
    private static final int MAILBOX = 4096;
    private static final int BATCH = 256;

    private final BlockingQueue<SwarmEvent> mailbox = new ArrayBlockingQueue<>(MAILBOX);
    private final AtomicInteger numbers = new AtomicInteger();
    private final World world;
    private final Swarm swarm;
    private final Pace pace;
    private final InfoHash infoHash;
    private final Thread thread;
    private volatile boolean ended;

    private SwarmThread(String name, SwarmSettings settings, World world, RandomGenerator random) {
        this.world = world;
        pace = settings.pace();
        infoHash = settings.infoHash();
        swarm = new Swarm(settings, world, random, System::nanoTime);
        thread = Thread.ofVirtual().name("swarm " + name).unstarted(this::run);
    }

    /** Starts a swarm; {@code name} is for its thread. */
    public static SwarmThread start(String name, SwarmSettings settings, World world, RandomGenerator random) {
        var started = new SwarmThread(name, settings, world, random);
        started.thread.start();
        return started;
    }

    /** The manifest is known and its files are open; their events come here from now on. */
    public void opened(Manifest manifest, Holdings holdings, Wanted wanted) {
        holdings.listener(event -> put(new SwarmEvent.Stored(event)));
        put(new SwarmEvent.Opened(manifest, holdings, wanted));
    }

    /** Peers may be there. {@code given}: the user named them. */
    public void found(List<Endpoint> endpoints, boolean given) {
        put(new SwarmEvent.Found(endpoints, given));
    }

    /**
     * Peers of another share may come that has files of ours, and are understood. To be called behind {@link #opened}.
     *
     * @return false if there are too many of them already
     */
    public boolean cross(Crossing crossing) {
        return swarm.crossings().add(crossing);
    }

    /** Peers of such a share may be there. */
    public void foundThere(InfoHash other, List<Endpoint> endpoints) {
        put(new SwarmEvent.FoundThere(other, endpoints));
    }

    /** Neighbours are looking for this share. */
    public void lookedFor(List<Endpoint> endpoints) {
        put(new SwarmEvent.LookedFor(endpoints));
    }

    /** Hands are shaken with a peer that calls the share {@code agreed}: takes its connection over. */
    public void connected(
            PeerChannel channel, Endpoint remote, boolean dialled, Handshake theirs, InfoHash agreed) {
        int number = numbers.incrementAndGet();
        var connection = new PeerConnection(number, channel, remote, this, swarm.crossings().of(agreed),
                pace.down(remote.address()), pace.up(remote.address()));
        put(new SwarmEvent.PeerConnected(number, connection, remote, dialled, theirs.peerId(),
                channel.common().fast(), channel.common().extensions(), channel.common().dht(), agreed,
                theirs.features().v2()));
        connection.start();
    }

    /**
     * A web server takes part as a peer that has everything. To be called behind {@link #opened}.
     *
     * @param name how it is called in reports
     * @param ended is told once why it takes part no longer
     */
    public void web(
            String name, Endpoint remote, RangeReader reader, Manifest manifest, PeerId id, Consumer<String> ended) {
        int number = numbers.incrementAndGet();
        var seed = new WebSeed(number, name, reader, manifest, this, pace.down(remote.address()), ended);
        put(new SwarmEvent.PeerConnected(number, seed, remote, false, id, true, false, false, infoHash, true));
        seed.start(remote);
    }

    /** Nobody answered there, or not as a peer of this swarm. */
    public void dialFailed(Endpoint endpoint, String reason) {
        put(new SwarmEvent.DialFailed(endpoint, reason));
    }

    /** The same of a peer of another share. */
    public void dialThereFailed(InfoHash other, Endpoint endpoint) {
        put(new SwarmEvent.DialThereFailed(other, endpoint));
    }

    /** How the swarm stood a moment ago. */
    public SwarmReport report() {
        return swarm.report();
    }

    /** Closes all peers and ends the thread; returns when that is done. */
    public void stop() {
        put(new SwarmEvent.Stop());
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
    }

    void log(String line) {
        world.log(line);
    }

    void bug(Throwable thrown) {
        world.bug(thrown);
    }

    @Nullable BlockIntake intake() {
        return swarm.intake();
    }

    /** Puts an event into the mailbox and waits for room if there is none. After the end it is dropped. */
    void put(SwarmEvent event) {
        try {
            while (!ended && !mailbox.offer(event, 1, TimeUnit.SECONDS)) {
                // a swarm that has ended meanwhile takes nothing any more
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
    }

    private void run() {
        try {
            serve();
        } catch (InterruptedException e) {
            world.bug(e);
        } catch (RuntimeException | Error e) {
            world.bug(e);
            swarm.handle(new SwarmEvent.Stop());
        } finally {
            ended = true;
            mailbox.clear();
        }
    }

    private void serve() throws InterruptedException {
        var batch = new ArrayList<SwarmEvent>(BATCH);
        long nextTick = System.nanoTime() + SwarmLimits.TICK;
        while (true) {
            SwarmEvent first = mailbox.poll(nextTick - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (first != null) {
                batch.add(first);
                mailbox.drainTo(batch, BATCH - 1);
            }
            for (SwarmEvent event : batch) {
                swarm.handle(event);
                if (event instanceof SwarmEvent.Stop) return;
            }
            batch.clear();
            if (System.nanoTime() - nextTick >= 0) {
                swarm.tick();
                nextTick = System.nanoTime() + SwarmLimits.TICK;
            }
        }
    }
}
