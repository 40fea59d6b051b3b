package shoal.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.announce.AnnounceEvent;
import shoal.announce.AnnounceFailure;
import shoal.announce.AnnounceReply;
import shoal.announce.AnnounceRequest;
import shoal.announce.SwarmFigures;
import shoal.announce.TrackerReply;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.catalogue.Holder;

/** Rows E4 to E8 and E12, in virtual time and without a socket. */
@Timeout(120)
final class SwarmTableTest {
    private static final InfoHash HASH = new InfoHash(1, 2, 3);
    private static final int ALL = 200;

    /** Near the end of the counter, so that it overflows in the middle of a test as it may in the middle of a night. */
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - Duration.ofMinutes(5).toNanos());
    private final SwarmTable table = new SwarmTable(TrackerLimits.DEFAULT, now::get, 1);

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static PeerId id(int number) {
        return new PeerId(7, 7, number);
    }

    private static AnnounceRequest request(InfoHash hash, int id, int port, long left, AnnounceEvent event, int want) {
        return new AnnounceRequest(hash, id(id), port, 0, 0, left, event, want, 0);
    }

    private TrackerReply say(String from, int port, long left, AnnounceEvent event, int want) {
        return table.announce(request(HASH, port, port, left, event, want), address(from), PeerForm.COMPACT);
    }

    private Set<String> join(String from, int port, long left) {
        return peers(say(from, port, left, AnnounceEvent.STARTED, ALL));
    }

    private static Set<String> peers(TrackerReply reply) {
        var peers = new HashSet<String>();
        List<Endpoint> list = assertInstanceOf(AnnounceReply.class, reply).peers().list();
        list.forEach(peer -> peers.add(peer.toString()));
        assertEquals(list.size(), peers.size(), "nobody is named twice");
        return peers;
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void whoComesLearnsOfThoseBeforeAndNeverOfItself() {
        assertEquals(Set.of(), join("192.0.2.1", 1, 0));
        assertEquals(Set.of("192.0.2.1:1"), join("192.0.2.2", 2, 9));
        assertEquals(Set.of("192.0.2.1:1", "192.0.2.2:2"), join("2001:db8::1", 3, 9));
        assertEquals(Set.of("192.0.2.2:2", "[2001:db8:0:0:0:0:0:1]:3"), join("192.0.2.1", 1, 0));
        assertEquals(new SwarmFigures(1, 2, 0), table.figures(HASH));
    }

    /** qBittorrent comes again with a new peer id when it has the metadata of a magnet. */
    @Test
    void theSamePlaceWithAnotherIdIsTheSamePeer() {
        join("192.0.2.1", 1, 9);
        table.announce(request(HASH, 77, 1, 9, AnnounceEvent.STARTED, ALL), address("192.0.2.1"), PeerForm.COMPACT);
        assertEquals(1, table.peers());
        assertEquals(Set.of("192.0.2.1:1"), join("192.0.2.2", 2, 9));
    }

    /** Row E5. */
    @Test
    void nobodyCanTakeLeaveForAnother() {
        join("192.0.2.1", 1, 9);
        table.announce(request(HASH, 1, 1, 9, AnnounceEvent.STOPPED, 0), address("192.0.2.66"), PeerForm.COMPACT);
        table.announce(request(HASH, 1, 2, 9, AnnounceEvent.STOPPED, 0), address("192.0.2.1"), PeerForm.COMPACT);
        assertEquals(1, table.peers());
        table.announce(request(HASH, 9, 1, 9, AnnounceEvent.STOPPED, 0), address("192.0.2.1"), PeerForm.COMPACT);
        assertEquals(0, table.peers());
        assertEquals(0, table.swarms());
    }

    @Test
    void whoLeavesLearnsNothingAndJoinsNothing() {
        join("192.0.2.1", 1, 9);
        assertEquals(Set.of(), peers(say("192.0.2.2", 2, 9, AnnounceEvent.STOPPED, ALL)));
        assertEquals(1, table.peers());
    }

    @Test
    void everyStateOfAPeerIsCounted() {
        join("192.0.2.1", 1, 9);
        join("192.0.2.2", 2, 9);
        assertEquals(new SwarmFigures(0, 2, 0), table.figures(HASH));
        say("192.0.2.1", 1, 0, AnnounceEvent.COMPLETED, 0);
        say("192.0.2.1", 1, 0, AnnounceEvent.COMPLETED, 0);
        assertEquals(new SwarmFigures(1, 1, 1), table.figures(HASH), "a second completed is not a second download");
        say("192.0.2.2", 2, 5, AnnounceEvent.PAUSED, 0);
        assertEquals(new SwarmFigures(1, 1, 1), table.figures(HASH), "a partial seed has something left (BEP 21)");
        say("192.0.2.1", 1, 7, AnnounceEvent.NONE, 0);
        assertEquals(new SwarmFigures(0, 2, 1), table.figures(HASH), "who lost a file is no seed any more");
        assertEquals(SwarmFigures.NONE, table.figures(new InfoHash(9, 9, 9)));
    }

    @Test
    void givesAsManyAsAreWanted() {
        for (int i = 1; i <= 300; i++) join("192.0.2." + (i % 250 + 1), i, i % 3);
        assertEquals(50, peers(say("192.0.2.1", 999, 9, AnnounceEvent.NONE, AnnounceRequest.ANY_NUMBER)).size());
        assertEquals(7, peers(say("192.0.2.1", 999, 9, AnnounceEvent.NONE, 7)).size());
        assertEquals(0, peers(say("192.0.2.1", 999, 9, AnnounceEvent.NONE, 0)).size());
        assertEquals(200, peers(say("192.0.2.1", 999, 9, AnnounceEvent.NONE, Integer.MAX_VALUE)).size());
    }

    @Test
    void aSeedIsToldFirstOfThoseWhoNeedSomething() {
        for (int i = 1; i <= 100; i++) join("192.0.2.1", i, 0);
        for (int i = 101; i <= 110; i++) join("192.0.2.1", i, 9);
        var told = peers(say("192.0.2.1", 999, 0, AnnounceEvent.STARTED, 20));
        assertEquals(20, told.size());
        for (int i = 101; i <= 110; i++) assertTrue(told.contains("192.0.2.1:" + i), told::toString);
        assertEquals(10, peers(say("192.0.2.1", 999, 0, AnnounceEvent.STARTED, 10)).stream()
                .filter(peer -> peer.matches(".*:(10[1-9]|110)")).count());
    }

    @Test
    void aLeecherAmongManyStillLearnsOfTheSeeds() {
        for (int i = 1; i <= 20; i++) join("192.0.2.1", i, 0);
        for (int i = 101; i <= 280; i++) join("192.0.2.2", i, 9);
        long seeds = peers(say("192.0.2.3", 999, 9, AnnounceEvent.STARTED, 50)).stream()
                .filter(peer -> peer.startsWith("192.0.2.1:")).count();
        assertEquals(5, seeds, "a tenth of the swarm, a tenth of the answer");
    }

    @Test
    void overTimeEverybodyIsNamedAboutEquallyOften() {
        for (int i = 1; i <= 100; i++) join("192.0.2.1", i, 9);
        var named = new HashMap<String, Integer>();
        for (int i = 0; i < 2_000; i++) {
            peers(say("192.0.2.3", 999, 9, AnnounceEvent.NONE, 10)).forEach(peer -> named.merge(peer, 1, Integer::sum));
        }
        assertEquals(100, named.size());
        named.forEach((peer, times) -> assertTrue(times > 120 && times < 300, () -> peer + " was named " + times));
    }

    @Test
    void aPeerOfThisMachineIsNamedToThisMachineOnly() {
        join("127.0.0.1", 1, 0);
        join("::1", 2, 0);
        assertEquals(Set.of(), join("192.0.2.1", 3, 9));
        assertEquals(Set.of("127.0.0.1:1", "[0:0:0:0:0:0:0:1]:2", "192.0.2.1:3"), join("127.0.0.1", 4, 9));
    }

    /** Row E12: a peer lives from its last announce on, by a clock that nobody sets. */
    @Test
    void whoIsSilentIsForgottenAndWhoIsNotStays() {
        Duration life = TrackerLimits.DEFAULT.peerLife();
        join("192.0.2.1", 1, 9);
        join("192.0.2.2", 2, 9);
        pass(life.minusSeconds(1));
        say("192.0.2.2", 2, 9, AnnounceEvent.NONE, 0);
        assertEquals(2, table.peers());
        pass(Duration.ofSeconds(2));
        assertEquals(Set.of("192.0.2.2:2"), join("192.0.2.3", 3, 9));
        pass(life);
        assertEquals(new SwarmFigures(0, 1, 0), table.figures(HASH));
        pass(life.plusSeconds(1));
        for (int turn = 0; turn < 64; turn++) table.expire(turn);
        assertEquals(0, table.peers());
        assertEquals(0, table.swarms());
    }

    @Test
    void tellsWhoHoldsAShareAndSince() {
        join("192.0.2.1", 1, 100);
        pass(Duration.ofSeconds(5));
        join("192.0.2.2", 2, 0);
        assertEquals(
                List.of(
                        new Holder(Endpoint.parse("192.0.2.2:2"), 0, 100, Duration.ZERO),
                        new Holder(Endpoint.parse("192.0.2.1:1"), 100, 50, Duration.ofSeconds(5))),
                table.holders(HASH, 200, 10));
        assertEquals(1, table.holders(HASH, 200, 1).size());
        assertEquals(List.of(), table.holders(new InfoHash(9, 9, 9), 200, 10));
        assertEquals(Map.of(HASH, new SwarmFigures(1, 1, 0)),
                table.scrape(List.of(HASH, new InfoHash(9, 9, 9))).files());
    }

    @Test
    void intervalsAreSpread() {
        var intervals = new HashSet<Duration>();
        for (int i = 0; i < 200; i++) {
            var reply = (AnnounceReply) say("192.0.2.1", 1, 9, AnnounceEvent.NONE, 0);
            intervals.add(reply.interval());
            assertTrue(reply.interval().toSeconds() >= 108 && reply.interval().toSeconds() <= 132);
            assertEquals(address("192.0.2.1"), reply.externalAddress().orElseThrow());
        }
        assertTrue(intervals.size() > 15);
    }

    /** Row E7. */
    @Test
    void oneAddressCannotFillASwarmOrTheTracker() {
        int most = TrackerLimits.DEFAULT.addressSwarmPeers();
        for (int i = 1; i <= most; i++) join("192.0.2.1", i, 9);
        var refused = assertInstanceOf(AnnounceFailure.class, say("192.0.2.1", most + 1, 9, AnnounceEvent.STARTED, 9));
        assertEquals("too many peers of this share announce from your address", refused.reason());
        assertTrue(refused.retryIn().isPresent());
        assertEquals(most, peers(say("192.0.2.1", 1, 9, AnnounceEvent.NONE, ALL + 100)).size() + most - ALL);
        join("192.0.2.2", 1, 9);
        for (int i = 1; i <= most * 2; i++) join("127.0.0.1", i, 9);
        assertEquals(most * 3 + 1, table.peers(), "this machine's own are not limited");
    }

    /** Row E7: an IPv6 host has 2^64 addresses, and they are one. */
    @Test
    void anIpv6NetworkIsOneAddress() {
        int most = TrackerLimits.DEFAULT.addressSwarmPeers();
        for (int i = 1; i <= most; i++) join("2001:db8::" + Integer.toHexString(i), i, 9);
        assertInstanceOf(AnnounceFailure.class, say("2001:db8::ffff", 1, 9, AnnounceEvent.STARTED, 9));
        join("2001:db8:0:1::1", 1, 9);
    }

    /** Row E7: room is made by those who have been silent longest, and figures stay right all the while. */
    @Test
    void aFloodOfHashesTakesBoundedRoomAndTheOldestGoFirst() {
        var limits = limits(5_000, 2_000, 300);
        var small = new SwarmTable(limits, now::get, 1);
        var random = new SplittableRandom(4);
        for (int i = 0; i < 40_000; i++) {
            pass(Duration.ofMillis(1));
            var hash = new InfoHash(random.nextLong(), random.nextLong(), random.nextInt());
            small.announce(request(hash, i, 1 + i % 60_000, 9, AnnounceEvent.STARTED, 9), address("127.0.0." + i % 3),
                    PeerForm.COMPACT);
            assertTrue(small.peers() <= 5_064 && small.swarms() <= 2_064, "room was " + small.peers());
        }
        for (int i = 0; i < 2_000; i++) {
            small.announce(request(HASH, i, 1 + i, 9, AnnounceEvent.STARTED, 9),
                    address("198.51." + i / 250 + "." + (1 + i % 250)), PeerForm.COMPACT);
        }
        assertEquals(300, small.figures(HASH).leechers(), "a swarm has its own limit");
        pass(Duration.ofDays(1));
        for (int turn = 0; turn < 64; turn++) small.expire(turn);
        assertEquals(0, small.peers());
        assertEquals(0, small.swarms());
    }

    private static TrackerLimits limits(int peers, int swarms, int swarmPeers) {
        TrackerLimits usual = TrackerLimits.DEFAULT;
        return new TrackerLimits(usual.interval(), usual.minInterval(), usual.peerLife(), peers, swarms, swarmPeers,
                usual.addressPeers(), usual.addressSwarmPeers(), usual.numWant(), usual.mostNumWant(),
                usual.connections(), usual.manifestBytes(), usual.shares(), usual.records(),
                usual.registrations(), usual.announces());
    }

    /** The table and a model of it in ten lines agree on everything that chance does. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void agreesWithAModel(long seed) {
        var random = new SplittableRandom(seed);
        Map<String, Long> model = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            String ip = (random.nextInt(4) == 0 ? "2001:db8::" : "192.0.2.") + random.nextInt(1, 9);
            int port = random.nextInt(1, 12);
            long left = random.nextInt(3);
            boolean stops = random.nextInt(4) == 0;
            String who = new Endpoint(address(ip), port).toString();
            var told = peers(say(ip, port, left, stops ? AnnounceEvent.STOPPED : AnnounceEvent.NONE, ALL));
            if (stops) model.remove(who);
            else model.put(who, left);
            var others = new HashSet<>(model.keySet());
            others.remove(who);
            assertEquals(stops ? Set.of() : others, told, "seed " + seed);
            long seeds = model.values().stream().filter(l -> l == 0).count();
            assertEquals(new SwarmFigures((int) seeds, (int) (model.size() - seeds), 0), table.figures(HASH));
            assertEquals(model.size(), table.peers());
        }
    }

    /** A UDP packet has room for one kind: those of the other kind must not take its places. */
    @Test
    void aPacketIsFilledWithPeersOfItsKind() {
        for (int i = 1; i <= 60; i++) {
            boolean six = i % 20 == 0;
            table.announce(request(HASH, i, i, 9, AnnounceEvent.STARTED, 0),
                    address(six ? "2001:db8::" + i : "192.0.2." + i), PeerForm.COMPACT);
        }
        var reply = (AnnounceReply) table.announce(request(HASH, 99, 99, 9, AnnounceEvent.STARTED, 3),
                address("2001:db8::99"), PeerForm.PACKET_6);
        assertEquals(3 * Endpoint.COMPACT_6, reply.peers().sixes().length);
        reply = (AnnounceReply) table.announce(request(HASH, 98, 98, 9, AnnounceEvent.STARTED, 57),
                address("192.0.2.98"), PeerForm.PACKET_4);
        assertEquals(57 * Endpoint.COMPACT_4, reply.peers().fours().length);
    }

    @Test
    void anybodyMayCallAtAnyTime() throws Exception {
        List<Callable<Integer>> work = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            int self = thread;
            work.add(() -> {
                var random = new SplittableRandom(self);
                for (int i = 0; i < 20_000; i++) {
                    var hash = new InfoHash(0, 0, random.nextInt(40));
                    boolean stops = random.nextInt(3) == 0;
                    var event = stops ? AnnounceEvent.STOPPED : AnnounceEvent.NONE;
                    int port = 1 + self * 100 + random.nextInt(100);
                    TrackerReply reply =
                            table.announce(request(hash, i, port, random.nextInt(2), event, ALL), address("127.0.0.1"),
                                    PeerForm.WITH_IDS);
                    assertFalse(peers(reply).contains("127.0.0.1:" + port));
                    if (i % 100 == 0) table.expire(i);
                    if (i % 10 == 0) table.scrape(List.of(hash));
                }
                return 0;
            });
        }
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var result : threads.invokeAll(work)) result.get();
        }
        int counted = 0;
        for (int i = 0; i < 40; i++) {
            SwarmFigures figures = table.figures(new InfoHash(0, 0, i));
            counted += figures.seeders() + figures.leechers();
            int holders = table.holders(new InfoHash(0, 0, i), 1, 10_000).size();
            assertEquals(figures.seeders() + figures.leechers(), holders);
        }
        assertEquals(table.peers(), counted);
        for (int i = 0; i < 40; i++) {
            for (Holder holder : table.holders(new InfoHash(0, 0, i), 1, 10_000)) {
                table.announce(request(new InfoHash(0, 0, i), 0, holder.endpoint().port(), 0, AnnounceEvent.STOPPED, 0),
                        address("127.0.0.1"), PeerForm.COMPACT);
            }
        }
        assertEquals(0, table.peers());
        assertEquals(0, table.swarms());
    }
}
