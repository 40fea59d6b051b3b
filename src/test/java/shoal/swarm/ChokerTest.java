package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ChokerTest {
    private static final long START = Long.MAX_VALUE - 100_000_000_000L;

    private final SplittableRandom random = new SplittableRandom(1);
    private final SimContent content = new SimContent(random, 16384, 100_000);
    private final SimDisk disk = new SimDisk(content, content.allFiles(), new Timeline(), random);
    private final Peers peers = new Peers();
    private long now = START;
    private Choker choker = choker(SwarmLimits.SLOTS);

    private Choker choker(int slots) {
        SimDisk.Open holdings = disk.open();
        var board = new PieceBoard(
                content.manifest, holdings, Wanted.of(content.manifest, holdings, content.allFiles()), false, random);
        return new Choker(peers, new Uploads(board), slots, random, now);
    }

    private void come(int count) {
        for (int i = 1; i <= count; i++) {
            Peer peer = RecordingLink.peer(i, false, now + i);
            peers.add(peer);
            peer.interestedInUs = true;
            choker.interested(peer, now);
        }
    }

    private Set<Integer> unchoked() {
        var numbers = new TreeSet<Integer>();
        for (Peer peer : peers.all()) {
            if (!peer.choking) numbers.add(peer.number);
        }
        return numbers;
    }

    private void round(boolean complete) {
        now += SwarmLimits.CHOKE_ROUND;
        // who has a slot takes
        for (Peer peer : peers.all()) peer.lastMoved = now;
        choker.tick(now, complete);
    }

    @Test
    void whoComesWhileSlotsAreFreeDoesNotWait() {
        come(20);
        assertEquals(Set.of(1, 2, 3, 4, 5, 6, 7, 8), unchoked());
    }

    @Test
    void aSlotThatGetsFreeIsGivenAtOnce() {
        come(10);
        peers.remove(3);
        choker.tick(now + SwarmLimits.TICK, false);
        assertEquals(Set.of(1, 2, 4, 5, 6, 7, 8, 9), unchoked());
    }

    @Test
    void whoHasASlotAndTakesNothingLosesItToOneThatWaits() {
        come(20);
        Set<Integer> idle = unchoked();
        now += SwarmLimits.TAKES_NOTHING_AFTER + 20;
        for (Peer peer : peers.all()) peer.lastMoved = peer.number == 5 ? now : peer.lastMoved;
        choker.tick(now, true);
        assertEquals(Set.of(5, 9, 10, 11, 12, 13, 14, 15), unchoked());
        now += SwarmLimits.TAKES_NOTHING_AFTER + 20;
        choker.tick(now, true);
        assertEquals(8, unchoked().size());
        assertTrue(unchoked().containsAll(Set.of(16, 17, 18, 19, 20)), "who never had one comes first");
        // now each had one, and took nothing: no slot goes round in vain
        Set<Integer> last = unchoked();
        now += SwarmLimits.TAKES_NOTHING_AFTER + 20;
        choker.tick(now, true);
        assertEquals(last, unchoked());
        Peer newcomer = RecordingLink.peer(21, false, now);
        newcomer.interestedInUs = true;
        peers.add(newcomer);
        choker.interested(newcomer, now);
        choker.tick(now + SwarmLimits.TICK, true);
        assertTrue(unchoked().contains(21), "nor does anybody wait for those");
        assertTrue(idle.contains(5));
    }

    @Test
    void whoGivesMostHasASlotAndOneMoreByChance() {
        come(20);
        for (Peer peer : peers.all()) {
            peer.down.add(peer.number * 100_000L);
            peer.down.tick(SwarmLimits.TICK);
        }
        round(false);
        Set<Integer> chosen = unchoked();
        assertEquals(9, chosen.size());
        assertTrue(chosen.containsAll(Set.of(13, 14, 15, 16, 17, 18, 19, 20)), chosen.toString());
    }

    @Test
    void neverMoreThanTheUsersSlotsAreTaken() {
        for (int slots : new int[] {1, 2, 5}) {
            for (Peer peer : peers.copy()) peers.remove(peer.number);
            choker = choker(slots);
            come(20);
            var had = new HashSet<Integer>();
            for (int i = 0; i < 300; i++) {
                round(i > 100);
                assertEquals(slots, unchoked().size());
                had.addAll(unchoked());
            }
            assertEquals(20, had.size());
        }
    }

    @Test
    void theOptimisticSlotMovesOnAndReachesEverybody() {
        come(20);
        for (Peer peer : peers.all()) {
            peer.down.add(peer.number <= 8 ? 1_000_000 : 0);
            peer.down.tick(SwarmLimits.TICK);
        }
        var lucky = new HashSet<Integer>();
        for (int i = 0; i < 400; i++) {
            round(false);
            lucky.addAll(unchoked());
        }
        assertEquals(20, lucky.size());
    }

    @Test
    void ofASeedAllHaveTheirTurnForAMinute() {
        come(24);
        var had = new HashSet<Integer>(unchoked());
        Set<Integer> first = unchoked();
        round(true);
        assertTrue(unchoked().containsAll(first), "nobody loses its slot within a minute");
        for (int i = 0; i < 30; i++) {
            round(true);
            had.addAll(unchoked());
        }
        assertEquals(24, had.size());
    }
}
