package shoal.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

/** BEP 12 and row D11: which of several trackers is announced to, and that a dead one costs nothing. */
@Timeout(60)
final class TrackerTiersTest {
    private static final String GOOD = FakeServer.ok("d8:intervali1800e12:min intervali1e5:peers6:\1\2\3\4\1\2e");
    private static final String REFUSAL = FakeServer.ok("d14:failure reason2:noe");

    private final Topic topic = new Topic(new InfoHash(1, 2, 3), PeerId.random(new SplittableRandom(1)), 6881, false,
            new Topic.Figures(() -> 0, () -> 0, () -> 9));
    private final LinkedBlockingQueue<List<Endpoint>> found = new LinkedBlockingQueue<>();

    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void close() {
        topic.close();
    }

    private static TrackerSource tracker(URI url) {
        return TrackerSource.of(url, new SplittableRandom(1));
    }

    private static TrackerSource tracker(FakeServer server) {
        return tracker(server.uri("/announce"));
    }

    private Thread run(long seed, List<List<TrackerSource>> tiers) {
        var source = new TrackerTiers(tiers, new SplittableRandom(seed));
        return Thread.ofVirtual().start(() -> source.run(topic, found::add));
    }

    private void goodOnce(String request, OutputStream out) throws IOException {
        String answer = asked.getAndIncrement() == 0 ? GOOD : REFUSAL;
        out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void theNextTierIsAskedOnlyWhenTheOneBeforeItFails() throws Exception {
        try (var first = new FakeServer(this::goodOnce); var second = FakeServer.saying(GOOD)) {
            TrackerSource last = tracker(second);
            run(1, List.of(List.of(tracker(first)), List.of(last)));
            assertTrue(first.next().contains("event=started"));
            found.take();
            assertTrue(last.awaitFirst(Duration.ofSeconds(20)), "nobody waits for one whose turn does not come");
            assertEquals(TrackerHealth.UNKNOWN, last.health());
            topic.wantPeers();
            assertTrue(!first.next().contains("event="), "it is asked again, and fails");
            assertTrue(second.next().contains("event=started"), "the other does not know us yet");
            found.take();
            topic.close();
            assertTrue(second.next().contains("event=stopped"));
            assertTrue(first.next().contains("event=stopped"), "leave is taken of both");
        }
    }

    @Test
    void whoAnswersMovesToTheFrontOfItsTier() throws Exception {
        try (var bad = FakeServer.saying(REFUSAL); var good = FakeServer.saying(GOOD);
                var nobody = new Socket()) {
            nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)); // held, but it does not listen
            URI closed = URI.create("http://127.0.0.1:" + nobody.getLocalPort() + "/announce");
            TrackerSource dead = tracker(closed);
            run(3, List.of(List.of(tracker(bad), dead, tracker(good))));
            for (int i = 0; i < 3; i++) {
                good.next();
                found.take();
                topic.wantPeers();
            }
            // a refusal is good for half a minute: whoever stood before the good one was asked once
            assertTrue(bad.pending() <= 1, "asked " + bad.pending() + " times");
        }
    }

    @Test
    void theOrderInATierIsOneOfChance() {
        var firsts = new HashSet<String>();
        for (int seed = 0; seed < 20; seed++) {
            var tier = new ArrayList<TrackerSource>();
            for (int i = 0; i < 3; i++) tier.add(tracker(URI.create("udp://192.0.2." + i + ":1/announce")));
            firsts.add(new TrackerTiers(List.of(tier), new SplittableRandom(seed)).describe().split(",", 2)[0]);
        }
        assertEquals(3, firsts.size(), firsts::toString);
    }

    /** One that takes packets and says nothing, and one that does not even take them, before one that is well. */
    @Test
    void aDeadTrackerCostsNothing() throws Exception {
        try (var silent = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var nobody = new Socket();
                var good = FakeServer.saying(GOOD)) {
            nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            TrackerSource mute = tracker(URI.create("udp://127.0.0.1:" + silent.getLocalPort() + "/announce"));
            TrackerSource closed = tracker(URI.create("http://127.0.0.1:" + nobody.getLocalPort() + "/announce"));
            long from = System.nanoTime();
            run(1, List.of(List.of(mute), List.of(closed), List.of(tracker(good))));
            good.next();
            long took = System.nanoTime() - from;
            assertTrue(took < TrackerTiers.HASTE.plusSeconds(4).toNanos(), "it took " + took);
            assertEquals(List.of(Endpoint.parse("1.2.3.4:258")), found.poll(20, TimeUnit.SECONDS));
            assertTrue(mute.health().trouble().isPresent() && closed.health().trouble().isPresent());
        }
    }
}
