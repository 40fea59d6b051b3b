package shoal.node;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.discovery.Dht;
import shoal.discovery.GivenPeers;
import shoal.discovery.PeerSource;
import shoal.discovery.Topic;
import shoal.discovery.TrackerTiers;

/**
 * The sources that name peers of one share, each on a thread of its own: once for every hash by which peers may call
 * it. Any thread may use it.
 */
final class Seeking {
    private static final System.Logger LOG = System.getLogger(Seeking.class.getName());
    private static final Duration FAREWELL = Duration.ofMillis(2500);

    /** Who hears of the peers that are found. */
    interface Listener {
        /** A source names peers that were found under {@code hash}; {@code given}: the user did. */
        void found(InfoHash hash, List<Endpoint> peers, boolean given);

        /** Neighbours look for {@code hash}. */
        void lookedFor(InfoHash hash, List<Endpoint> peers);
    }

    private final Node node;
    private final ShareOrder order;
    private final PeerId us;
    private final Listener listener;
    private final List<Topic> topics = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private boolean isPrivate;
    private boolean done;
    private boolean closed;

    Seeking(Node node, ShareOrder order, PeerId us, Listener listener) {
        this.node = node;
        this.order = order;
        this.us = us;
        this.listener = listener;
    }

    /** Begins to look for peers under this hash of the share, unless somebody does. */
    void seek(InfoHash hash, Topic.Figures figures) {
        seek(hash, figures, order.sources());
    }

    /** The same in another share's swarm, but not at the trackers of a stranger's manifest or link. */
    void seekElsewhere(InfoHash hash, Topic.Figures figures) {
        seek(hash, figures, order.sources().stream().filter(each -> !(each instanceof TrackerTiers)).toList());
    }

    private synchronized void seek(InfoHash hash, Topic.Figures figures, List<PeerSource> sources) {
        if (closed || topics.stream().anyMatch(topic -> topic.infoHash().equals(hash))) return;
        boolean first = topics.isEmpty();
        var topic = new Topic(hash, us, node.port(), node.ourPort()::outside, isPrivate, figures);
        if (done) topic.complete();
        topics.add(topic);
        for (PeerSource each : sources) {
            Optional<PeerSource> source = first ? Optional.of(each) : each.another();
            source.ifPresent(one -> run(one, topic));
        }
        // who takes it from certain peers alone needs to find no others
        if (order.providers().isEmpty()) dht().map(Dht::source).ifPresent(source -> run(source, topic));
        node.local().ifPresent(local -> threads.add(Thread.ofVirtual()
                .name("source " + local.describe())
                .start(() -> local.run(topic, found -> listener.lookedFor(hash, allowed(found))))));
    }

    private void run(PeerSource source, Topic topic) {
        boolean given = source instanceof GivenPeers;
        threads.add(Thread.ofVirtual()
                .name("source " + source.describe())
                .start(() -> source.run(topic, found -> listener.found(topic.infoHash(), allowed(found), given))));
    }

    private List<Endpoint> allowed(List<Endpoint> found) {
        if (order.providers().isEmpty()) return found;
        return found.stream().filter(order.providers()::contains).toList();
    }

    /** Our part in the DHT; a private share has none (BEP 27). */
    synchronized Optional<Dht> dht() {
        return isPrivate ? Optional.empty() : node.dht();
    }

    /** The share is private: sources that are no trackers end. */
    synchronized void keepPrivate() {
        isPrivate = true;
        topics.forEach(Topic::keepPrivate);
    }

    /** All is here. */
    synchronized void done() {
        done = true;
        topics.forEach(Topic::complete);
    }

    /** There are too few peers. */
    synchronized void wantPeers() {
        topics.forEach(Topic::wantPeers);
    }

    /** Ends every source, and gives them the time to take their leave. */
    void close(Runnable meanwhile) {
        List<Topic> open;
        List<Thread> running;
        synchronized (this) {
            closed = true;
            open = List.copyOf(topics);
            running = List.copyOf(threads);
        }
        open.forEach(Topic::close);
        meanwhile.run();
        long end = System.nanoTime() + FAREWELL.toNanos();
        for (Thread each : running) join(each, end - System.nanoTime());
    }

    private static void join(Thread thread, long nanos) {
        try {
            if (nanos > 0 && !thread.join(Duration.ofNanos(nanos))) LOG.log(Level.DEBUG, thread.getName() + " is slow");
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
    }
}
