package shoal.tracker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.catalogue.CatalogueEntry;
import shoal.catalogue.Holder;
import shoal.catalogue.NameMatches;
import shoal.discovery.CatalogueClient;
import shoal.discovery.CatalogueException;
import shoal.discovery.HttpTracker;
import shoal.discovery.PlainHttp;
import shoal.discovery.Topic;
import shoal.discovery.TrackerSource;
import shoal.manifest.Manifest;

/** The tracker and our own clients of it, over real sockets and with a real database. */
@Timeout(60)
final class TrackerTest {
    @TempDir
    private Path data;

    private Tracker tracker;
    private CatalogueClient catalogue;

    @BeforeEach
    void start() throws IOException {
        start(0);
    }

    private void start(int port) throws IOException {
        var bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        tracker = Tracker.start(bind, data, TrackerLimits.DEFAULT.withInterval(Duration.ofSeconds(30)));
        catalogue = new CatalogueClient(tracker.announceUrl());
    }

    @AfterEach
    void stop() {
        tracker.close();
    }

    private static Topic topic(InfoHash hash, int port, long left) {
        var figures = new Topic.Figures(() -> 0, () -> 0, () -> left);
        return new Topic(hash, PeerId.random(new SplittableRandom(port)), port, false, figures);
    }

    @Test
    void twoPeersFindEachOtherAndTheOneThatLeavesIsForgotten() throws Exception {
        InfoHash hash = Shares.of("a", 1).shortHash();
        var foundByFirst = new LinkedBlockingQueue<List<Endpoint>>();
        var foundBySecond = new LinkedBlockingQueue<List<Endpoint>>();
        var source = new HttpTracker(tracker.announceUrl(), new SplittableRandom(1));
        var first = topic(hash, 6001, 0);
        Thread firstRuns = Thread.ofVirtual().start(() -> source.run(first, foundByFirst::add));
        while (tracker.peers() < 1) Thread.onSpinWait();
        try (var second = topic(hash, 6002, 100)) {
            Thread.ofVirtual().start(() -> new HttpTracker(tracker.announceUrl(), new SplittableRandom(2))
                    .run(second, foundBySecond::add));
            assertEquals(List.of(Endpoint.parse("127.0.0.1:6001")), foundBySecond.poll(10, TimeUnit.SECONDS));
            first.close();
            firstRuns.join();
            assertEquals(1, tracker.peers());
            assertTrue(foundByFirst.isEmpty(), "it was alone and is never told of itself");
        }
    }

    @Test
    void whoAnnouncesOverUdpMeetsWhoAnnouncesOverHttp() throws Exception {
        InfoHash hash = Shares.of("a", 1).shortHash();
        var found = new LinkedBlockingQueue<List<Endpoint>>();
        var source = TrackerSource.of(tracker.udpAnnounceUrl(), new SplittableRandom(1));
        var first = topic(hash, 6001, 0);
        Thread firstRuns = Thread.ofVirtual().start(() -> source.run(first, _ -> {}));
        while (tracker.peers() < 1) Thread.onSpinWait();
        try (var second = topic(hash, 6002, 100); var third = topic(hash, 6003, 100)) {
            Thread.ofVirtual().start(() -> TrackerSource.of(tracker.announceUrl(), new SplittableRandom(2))
                    .run(second, found::add));
            assertEquals(List.of(Endpoint.parse("127.0.0.1:6001")), found.poll(10, TimeUnit.SECONDS));
            first.close();
            firstRuns.join();
            assertEquals(1, tracker.peers(), "leave was taken over UDP");
            assertEquals(1, source.health().seeders());
            Thread.ofVirtual().start(() -> TrackerSource.of(tracker.udpAnnounceUrl(), new SplittableRandom(3))
                    .run(third, found::add));
            assertEquals(List.of(Endpoint.parse("127.0.0.1:6002")), found.poll(10, TimeUnit.SECONDS));
        }
    }

    /** The catalogue of a tracker that was named by its UDP URL is asked over HTTP: both have one port. */
    @Test
    void theCatalogueIsBesideTheUdpTrackerToo() throws Exception {
        Manifest manifest = Shares.of("film.mkv", 2);
        new CatalogueClient(tracker.udpAnnounceUrl()).register(manifest.encoded());
        assertEquals(1, catalogue.named("film.mkv").exact().size());
    }

    /** Row E8 and the lists: HTTP and UDP are one desk. */
    @Test
    void aTrackerWithKeysServesOnlyThemOverBothProtocols() throws Exception {
        tracker.close();
        Path keys = Files.writeString(data.resolve("keys"), "alicealice\n");
        var bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        tracker = Tracker.start(bind, data, TrackerLimits.DEFAULT,
                new AccessFiles(Optional.empty(), Optional.empty(), Optional.of(keys)));
        catalogue = new CatalogueClient(tracker.announceUrl());
        InfoHash hash = catalogue.register(Shares.of("a", 1).encoded()).infoHash().truncated();
        for (URI url : List.of(tracker.announceUrl(), tracker.udpAnnounceUrl())) {
            var without = TrackerSource.of(url, new SplittableRandom(1));
            var with = TrackerSource.of(URI.create(url.toString().replace("/announce", "/alicealice/announce")),
                    new SplittableRandom(2));
            try (var topic = topic(hash, 6001, 0); var other = topic(hash, 6002, 9)) {
                Thread.ofVirtual().start(() -> without.run(topic, _ -> {}));
                Thread.ofVirtual().start(() -> with.run(other, _ -> {}));
                assertTrue(without.awaitFirst(Duration.ofSeconds(20)) && with.awaitFirst(Duration.ofSeconds(20)));
                assertTrue(without.health().trouble().orElseThrow().contains("private"), without::describe);
                assertEquals(Optional.empty(), with.health().trouble());
            }
        }
        assertEquals(1, tracker.peers());
        assertEquals(List.of(), catalogue.peers(hash), "a tracker with keys names nobody to who has none");
    }

    @Test
    void saysWhatItDoesAsPrometheusReadsIt() throws Exception {
        var answer = new String(new PlainHttp(Duration.ofSeconds(20), 1 << 20)
                .get(tracker.announceUrl().resolve("/metrics")).body(), StandardCharsets.US_ASCII);
        assertTrue(answer.contains("\nshoal_tracker_torrents 0\n"), answer);
    }

    @Test
    void aNameLeadsToItsManifestAndItsHolders() throws Exception {
        Manifest manifest = Shares.of("film.mkv", 2);
        CatalogueEntry entry = catalogue.register(manifest.encoded());
        assertEquals(entry, catalogue.register(manifest.encoded()), "registering again changes nothing");
        NameMatches matches = catalogue.named("film.mkv");
        assertEquals(List.of(entry), matches.exact());
        assertArrayEquals(manifest.encoded(), catalogue.manifest(matches.exact().getFirst().infoHash()));
        assertEquals(List.of(), catalogue.peers(manifest.infoHash()));

        try (var topic = topic(manifest.shortHash(), 6003, 0)) {
            var source = new HttpTracker(tracker.announceUrl(), new SplittableRandom(3));
            Thread.ofVirtual().start(() -> source.run(topic, found -> {}));
            while (tracker.peers() < 1) Thread.onSpinWait();
            Holder holder = catalogue.peers(manifest.infoHash()).getFirst();
            assertEquals(Endpoint.parse("127.0.0.1:6003"), holder.endpoint());
            assertEquals(100, holder.percent());
            assertEquals(1, catalogue.search("film", 0, 10).entries().getFirst().seeders());
            assertEquals(holder.endpoint(),
                    catalogue.byRoot(Shares.root(2)).getFirst().holders().getFirst().endpoint());
        }
    }

    @Test
    void aRestartLosesNoName() throws Exception {
        Manifest manifest = Shares.of("kept", 4);
        CatalogueEntry entry = catalogue.register(manifest.encoded());
        int port = tracker.address().getPort();
        tracker.close();
        var down = assertThrows(CatalogueException.class, () -> catalogue.named("kept"));
        assertEquals(CatalogueException.Kind.UNREACHABLE, down.kind());
        start(port);
        assertEquals(entry, catalogue.entry(manifest.infoHash()));
        assertEquals(1, tracker.shares());
    }
}
