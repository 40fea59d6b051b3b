package shoal.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

@Timeout(60)
final class TopicTest {
    private static final Duration LONG = Duration.ofDays(1);

    private final Topic topic = new Topic(new InfoHash(1, 2, 3), PeerId.random(new SplittableRandom(1)), 6881, false,
            new Topic.Figures(() -> 0, () -> 0, () -> 0));

    /** A router has lent us its port 7000: whoever is on our side of it has to come to ours. */
    @ParameterizedTest
    @CsvSource({
        "http://192.0.2.1:6969/announce, 7000", "udp://192.0.2.1:6969/announce, 7000",
        "http://127.0.0.1:6969/announce, 6881", "http://192.168.1.9/announce, 6881",
        "udp://[2001:db8::1]:6969/announce, 6881"
    })
    void aTrackerIsToldThePortAtWhichThoseReachUsWhomItKnows(URI tracker, int told) {
        var behind = new Topic(new InfoHash(1, 2, 3), PeerId.random(new SplittableRandom(1)), 6881, () -> 7000, false,
                new Topic.Figures(() -> 0, () -> 0, () -> 0));
        assertEquals(told, TrackerSource.of(tracker, new SplittableRandom(1)).portToTell(behind));
        assertEquals(6881, TrackerSource.of(tracker, new SplittableRandom(1)).portToTell(topic));
    }

    @Test
    void everySleeperWakesWhenItCloses() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var sleepers = new ArrayList<Callable<Boolean>>();
            for (int i = 0; i < 100; i++) {
                boolean listens = i % 2 == 0;
                sleepers.add(() -> listens ? topic.pause(LONG, topic.version()) : topic.pause(LONG));
            }
            var running = sleepers.stream().map(threads::submit).toList();
            topic.close();
            for (var sleeper : running) assertFalse(sleeper.get(), "there is nothing to go on for");
        }
        assertFalse(topic.pause(LONG));
        assertTrue(topic.isClosed());
    }

    @Test
    void aChangeThatCameBeforeThePauseEndsItToo() {
        long version = topic.version();
        topic.wantPeers();
        assertTrue(topic.pause(LONG, version));
        assertEquals(1, topic.wanted());
        version = topic.version();
        topic.complete();
        assertTrue(topic.pause(LONG, version));
        assertTrue(topic.isComplete());
    }

    @Test
    void aPlainPauseSleepsThroughChanges() {
        Thread.ofVirtual().start(topic::wantPeers);
        long from = System.nanoTime();
        assertTrue(topic.pause(Duration.ofMillis(100)));
        assertTrue(System.nanoTime() - from >= TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void givenPeersAreFoundAtOnceAndOnce() throws Exception {
        var found = new LinkedBlockingQueue<List<Endpoint>>();
        GivenPeers.named(List.of("127.0.0.1:6881", "[::1]:6882")).run(topic, found::add);
        assertEquals(List.of(Endpoint.parse("127.0.0.1:6881"), Endpoint.parse("[::1]:6882")), found.take());
        assertTrue(found.isEmpty());
    }

    @Test
    void givenPeersWithoutAnAddressWaitForOneUntilTheEnd() throws Exception {
        var found = new LinkedBlockingQueue<List<Endpoint>>();
        Thread running = Thread.ofVirtual().start(
                () -> GivenPeers.named(List.of("nobody.invalid:6881", "127.0.0.1:1")).run(topic, found::add));
        assertEquals(List.of(Endpoint.parse("127.0.0.1:1")), found.poll(30, TimeUnit.SECONDS));
        topic.close();
        running.join();
    }

    @Test
    void givenPeersAreHostsWithPorts() {
        for (String bad : new String[] {"", ":1", "a", "a:", "a:0", "a:65536", "a:-1", "a:1x", "::1:6881", "a:١"}) {
            try {
                GivenPeers.named(List.of(bad));
            } catch (IllegalArgumentException e) {
                continue;
            }
            throw new AssertionError(bad + " was taken");
        }
    }
}
