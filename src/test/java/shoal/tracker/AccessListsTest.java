package shoal.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.announce.AnnounceEvent;
import shoal.announce.AnnounceFailure;
import shoal.announce.AnnounceReply;
import shoal.announce.AnnounceRequest;
import shoal.announce.TrackerReply;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

/** Whom a tracker serves: lists of hashes, keys, and how often somebody may come. */
final class AccessListsTest {
    private static final InfoHash HASH = new InfoHash(1, 2, 3);
    private static final InfoHash OTHER = new InfoHash(4, 5, 6);
    private static final InetAddress HOME = InetAddress.ofLiteral("192.0.2.1");

    @TempDir
    private Path folder;

    private final AtomicLong now = new AtomicLong();
    private final SwarmTable table = new SwarmTable(TrackerLimits.DEFAULT, now::get, 1);
    private final TrackerCounts counts = new TrackerCounts();

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private AccessLists open(Optional<Path> allow, Optional<Path> deny) throws IOException {
        return AccessLists.open(new AccessFiles(allow, deny, Optional.empty()));
    }

    private AnnounceDesk desk(AccessLists lists, int rate) {
        var limited = new AnnounceRate(rate, new SipHash(1, 2), now::get);
        return new AnnounceDesk(table, hash -> hash.equals(OTHER), lists, limited, counts);
    }

    private static AnnounceRequest request(InfoHash hash) {
        return new AnnounceRequest(hash, PeerId.random(new SplittableRandom(1)), 6881, 0, 0, 0, AnnounceEvent.STARTED,
                -1, 0);
    }

    @Test
    void onlyWhatIsAllowedAndNotDeniedIsServed() throws IOException {
        var lengthy = new Hash(1, 2, 0x300000000L, 4);
        Path allow = file("allow", HASH.hex() + " a film\n\n# " + new InfoHash(9, 9, 9).hex() + "\n" + OTHER.hex());
        try (var lists = open(Optional.of(allow), Optional.of(file("deny", OTHER.hex())))) {
            assertTrue(lists.isWelcome(HASH));
            assertFalse(lists.isWelcome(OTHER), "denied counts more");
            assertFalse(lists.isWelcome(new InfoHash(9, 9, 9)));
        }
        try (var lists = open(Optional.of(file("long", lengthy.hex())), Optional.empty())) {
            assertTrue(lists.isWelcome(lengthy.truncated()), "the long hash of a v2 share means its short one");
        }
    }

    @Test
    void aListThatHasChangedIsReadAgainAndABrokenOneIsNot() throws IOException {
        Path deny = file("deny", "");
        try (var lists = open(Optional.empty(), Optional.of(deny))) {
            assertTrue(lists.isWelcome(HASH));
            Path next = file("next", HASH.hex() + "\n");
            Files.move(next, deny, StandardCopyOption.ATOMIC_MOVE);
            lists.refresh();
            assertFalse(lists.isWelcome(HASH));
            file("deny", "no hash\n");
            lists.refresh();
            assertFalse(lists.isWelcome(HASH));
            Files.delete(deny);
            lists.refresh();
            assertFalse(lists.isWelcome(HASH), "a list that is gone does not open the gate");
            file("deny", OTHER.hex());
            lists.refresh();
            assertTrue(lists.isWelcome(HASH));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0102", "zz02030405060708090a0b0c0d0e0f1011121314", "ok"})
    void aListThatIsBrokenAtTheStartIsNamedWithItsLine(String line) throws IOException {
        Path file = file("deny", "# first\n" + line + "\n");
        var fault = assertThrows(IOException.class, () -> open(Optional.empty(), Optional.of(file)));
        assertTrue(String.valueOf(fault.getMessage()).startsWith("cannot read " + file + ": line 2: "));
        Path none = folder.resolve("none");
        assertThrows(IOException.class, () -> open(Optional.of(none), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({"/announce, ''", "/k-_9/announce, k-_9", "/k/announce?a=/b/announce, k", "/a/b/announce, ''", "'', ''",
        "//announce, ''", "/k/scrape, ''"})
    void theKeyIsWhatStandsBeforeTheLastPart(String path, String key) {
        assertEquals(key, AnnounceDesk.key(path));
    }

    @Test
    void whatIsDeniedIsNeitherAnnouncedNorScraped() throws IOException {
        TrackerReply first;
        try (var all = open(Optional.empty(), Optional.empty())) {
            first = desk(all, 0).announce(request(HASH), HOME, PeerForm.COMPACT, "");
            assertTrue(first instanceof AnnounceReply);
            var told = (AnnounceDesk.Told) desk(all, 0).scrape(List.of(HASH, OTHER), HOME, "", false);
            assertEquals(1, Objects.requireNonNull(told.reply().files().get(HASH)).seeders());
        }
        try (var lists = open(Optional.empty(), Optional.of(file("deny", HASH.hex())))) {
            AnnounceDesk desk = desk(lists, 0);
            var refused = (AnnounceFailure) desk.announce(request(HASH), HOME, PeerForm.COMPACT, "");
            assertEquals("this tracker does not serve that hash", refused.reason());
            var told = (AnnounceDesk.Told) desk.scrape(List.of(HASH), HOME, "", false);
            assertTrue(told.reply().files().isEmpty());
        }
    }

    @Test
    void anAddressThatComesTooOftenWaitsAndNobodyElseDoes() throws IOException {
        try (var all = open(Optional.empty(), Optional.empty())) {
            AnnounceDesk desk = desk(all, 5);
            for (int i = 0; i < 100; i++) {
                assertTrue(desk.announce(request(HASH), HOME, PeerForm.COMPACT, "") instanceof AnnounceReply, "#" + i);
            }
            assertTrue(desk.announce(request(HASH), HOME, PeerForm.COMPACT, "") instanceof AnnounceFailure);
            assertTrue(desk.scrape(List.of(HASH), HOME, "", true) instanceof AnnounceDesk.Refused);
            for (String other : List.of("192.0.2.2", "127.0.0.1", "2001:db8::1")) {
                InetAddress from = InetAddress.ofLiteral(other);
                assertTrue(desk.announce(request(HASH), from, PeerForm.COMPACT, "") instanceof AnnounceReply, other);
            }
            now.addAndGet(Duration.ofMillis(400).toNanos());
            assertTrue(desk.announce(request(HASH), HOME, PeerForm.COMPACT, "") instanceof AnnounceReply);
            assertTrue(desk.announce(request(HASH), HOME, PeerForm.COMPACT, "") instanceof AnnounceReply);
            assertTrue(desk.announce(request(HASH), HOME, PeerForm.COMPACT, "") instanceof AnnounceFailure);
        }
    }

    @Test
    void allIsCountedAsPrometheusReadsIt() throws IOException {
        try (var all = open(Optional.empty(), Optional.empty())) {
            AnnounceDesk desk = desk(all, 0);
            desk.announce(request(HASH), HOME, PeerForm.COMPACT, "");
            desk.announce(request(HASH), InetAddress.ofLiteral("2001:db8::1"), PeerForm.PACKET_6, "");
            desk.connected(HOME);
            desk.dropped();
        }
        String text = counts.text(table.census(), 3);
        for (String line : List.of(
                "shoal_tracker_torrents 1", "shoal_tracker_peers{role=\"seeder\"} 2", "shoal_tracker_shares 3",
                "shoal_tracker_requests_total{type=\"announce\",protocol=\"http\",ip_version=\"4\"} 1",
                "shoal_tracker_requests_total{type=\"announce\",protocol=\"udp\",ip_version=\"6\"} 1",
                "shoal_tracker_requests_total{type=\"connect\",protocol=\"udp\",ip_version=\"4\"} 1",
                "shoal_tracker_refusals_total{type=\"scrape\",protocol=\"udp\",ip_version=\"4\"} 0",
                "shoal_tracker_dropped_packets_total 1",
                "shoal_tracker_request_duration_seconds_bucket{le=\"+Inf\"} 2",
                "shoal_tracker_request_duration_seconds_count 2")) {
            assertTrue(text.lines().anyMatch(line::equals), line + " is not in\n" + text);
        }
        assertFalse(text.contains(HASH.hex()) || text.contains("192.0.2.1"));
        assertEquals(text, new String(text.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII));
        assertTrue(text.lines().allMatch(line -> line.startsWith("# ") || line.matches("[a-z_]+(\\{.*})? [-0-9.E]+")));
    }
}
