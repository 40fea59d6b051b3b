package shoal.discovery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import shoal.bytes.Endpoint;
import shoal.dht.DhtNode;

/**
 * The peers of a swarm that announced themselves to the DHT, and our own announce there. Private swarms are neither
 * searched nor announced (BEP 27), also those of which that is known only later.
 */
final class DhtSource implements PeerSource {
    /** What is over so soon needs no DHT. */
    private static final Duration HEAD_START = Duration.ofMillis(250);

    /** Peers are forgotten by nodes after 30 minutes. */
    private static final Duration AGAIN = Duration.ofMinutes(15);

    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration MOST = Duration.ofMinutes(5);
    private static final Duration LEAST_WHEN_WANTED = Duration.ofSeconds(30);
    private static final long LOOK = 20;

    private final Dht dht;

    DhtSource(Dht dht) {
        this.dht = dht;
    }

    @Override
    public void run(Topic topic, Consumer<List<Endpoint>> found) {
        if (!isOpen(topic) || !topic.pause(HEAD_START) || !isOpen(topic)) return;
        dht.start();
        Duration pause = FIRST;
        while (true) {
            long wanted = topic.wanted();
            var search = new Search();
            dht.find(topic.infoHash(), () -> isOpen(topic) ? topic.outsidePort() : 0, search);
            search.pass(topic, found);
            boolean enough = search.announced > 0 && (search.peers > 0 || topic.figures().left().getAsLong() == 0);
            if (!isOpen(topic) || !rest(topic, wanted, enough ? AGAIN : pause) || topic.isPrivate()) return;
            pause = enough ? FIRST : pause.multipliedBy(2).compareTo(MOST) > 0 ? MOST : pause.multipliedBy(2);
        }
    }

    private static boolean isOpen(Topic topic) {
        return !topic.isPrivate() && !topic.isClosed();
    }

    /** Sleeps, but less long if peers are wanted meanwhile; false if the topic is closed. */
    private static boolean rest(Topic topic, long wanted, Duration time) {
        long begun = System.nanoTime();
        boolean isShort = time.compareTo(LEAST_WHEN_WANTED) < 0;
        if (!topic.pause(isShort ? time : LEAST_WHEN_WANTED)) return false;
        while (true) {
            long version = topic.version();
            Duration left = time.minusNanos(System.nanoTime() - begun);
            if (left.isNegative() || left.isZero() || topic.wanted() != wanted) return true;
            if (!topic.pause(left, version)) return false;
        }
    }

    @Override
    public String describe() {
        return "DHT, " + dht.nodes() + " nodes";
    }

    /** One search: what the thread of the nodes tells, for the source's own. */
    private static final class Search implements DhtNode.Finding {
        private final LinkedBlockingQueue<List<Endpoint>> batches = new LinkedBlockingQueue<>();
        private volatile boolean ended;
        private volatile int announced;
        private int peers;

        @Override
        public void found(List<Endpoint> more) {
            batches.add(more);
        }

        @Override
        public void ended(int nodes) {
            announced = nodes;
            ended = true;
            batches.add(List.of());
        }

        /** Passes on what is found, until it is over or nobody wants it any more. */
        void pass(Topic topic, Consumer<List<Endpoint>> found) {
            try {
                while (isOpen(topic) && !(ended && batches.isEmpty())) {
                    List<Endpoint> batch = batches.poll(LOOK, TimeUnit.MILLISECONDS);
                    if (batch == null || batch.isEmpty() || topic.isPrivate()) continue;
                    peers += batch.size();
                    found.accept(batch);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
