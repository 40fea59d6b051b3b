package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

class PeerBookTest {
    /** A clock shows anything, and passes zero. */
    private static final long NOW = -SwarmLimits.DIAL_PAUSE;

    private static final Endpoint HERE = at("192.0.2.1", 7000);
    private static final Endpoint THERE = at("192.0.2.2", 7000);

    private final PeerBook book = new PeerBook();

    private static Endpoint at(String address, int port) {
        return new Endpoint(InetAddress.ofLiteral(address), port);
    }

    private static Peer peer(Endpoint remote, boolean dialled, long id) {
        return new Peer(new SwarmEvent.PeerConnected(
                1, new RecordingLink(), remote, dialled, new PeerId(1, 2, (int) id), true, true, false,
                new InfoHash(1, 2, 3), true), NOW);
    }

    private long pauseAfterFailure(Endpoint endpoint, long now) {
        book.failed(endpoint, now);
        long pause = 0;
        for (long step = SwarmLimits.DIAL_PAUSE; !book.hasMore(now + pause); ) pause += step;
        assertEquals(List.of(endpoint), book.take(9, now + pause));
        return pause;
    }

    @Test
    void namesEachAddressOnceUntilItFails() {
        book.found(List.of(HERE, THERE, HERE), false, NOW);
        assertEquals(2, book.size());
        assertEquals(List.of(HERE), book.take(1, NOW));
        assertEquals(List.of(THERE), book.take(9, NOW));
        assertEquals(List.of(), book.take(9, NOW));
        assertFalse(book.hasMore(NOW));
    }

    @Test
    void namesThoseThatTheUserGaveFirst() {
        book.found(List.of(HERE), false, NOW);
        book.found(List.of(THERE), true, NOW);
        assertEquals(List.of(THERE, HERE), book.take(9, NOW));
    }

    @Test
    void leavesAloneLongerWhoFailsAgainAndAgain() {
        book.found(List.of(HERE), false, NOW);
        book.take(1, NOW);
        long pause = SwarmLimits.DIAL_PAUSE;
        for (int failures = 0; failures < 12; failures++) {
            assertEquals(Math.min(pause, SwarmLimits.DIAL_PAUSE_LONGEST), pauseAfterFailure(HERE, NOW));
            pause *= 2;
        }
    }

    @Test
    void neverLeavesAloneForLongWhoTheUserGave() {
        book.found(List.of(HERE), true, NOW);
        book.take(1, NOW);
        long longest = 0;
        for (int failures = 0; failures < 12; failures++) longest = Math.max(longest, pauseAfterFailure(HERE, NOW));
        assertEquals(5 * SwarmLimits.DIAL_PAUSE, longest);
    }

    @Test
    void forgivesFailuresOfWhoWasUseful() {
        book.found(List.of(HERE), false, NOW);
        book.take(1, NOW);
        for (int failures = 0; failures < 5; failures++) pauseAfterFailure(HERE, NOW);
        book.connected(HERE, NOW);
        book.gone(HERE, true, NOW);
        assertFalse(book.hasMore(NOW));
        assertTrue(book.hasMore(NOW + SwarmLimits.DIAL_PAUSE));
    }

    @Test
    void triesAtOnceWhoIsNamedAgainUnlessItFailedOften() {
        book.found(List.of(HERE), false, NOW);
        for (int failures = 1; failures < 4; failures++) {
            book.failed(HERE, NOW);
            book.found(List.of(HERE), false, NOW);
            assertEquals(failures < 3, book.hasMore(NOW), failures + " failures");
        }
    }

    @Test
    void doesNotDialWhoIsConnected() {
        book.found(List.of(HERE), false, NOW);
        book.connected(HERE, NOW);
        assertEquals(List.of(), book.take(9, NOW + SwarmLimits.DIAL_PAUSE_LONGEST));
    }

    @Test
    void takesNoAddressThatNobodyCanBeAt() {
        book.found(List.of(at("224.0.0.1", 7000), at("0.0.0.0", 7000)), false, NOW);
        assertEquals(0, book.size());
    }

    @Test
    void remembersSoManyAddressesAndAlwaysThoseThatTheUserGave() {
        var many = new ArrayList<Endpoint>();
        for (int i = 0; i < SwarmLimits.ADDRESSES + 10; i++) many.add(at("192.0.2." + (1 + i % 200), 1000 + i));
        book.found(many, false, NOW);
        assertEquals(SwarmLimits.ADDRESSES, book.size());
        book.found(List.of(at("198.51.100.1", 5)), true, NOW);
        assertEquals(SwarmLimits.ADDRESSES + 1, book.size());
        assertEquals(List.of(at("198.51.100.1", 5)), book.take(1, NOW));
    }

    @Test
    void aBanHoldsForAnAddressWithItsPort() {
        Endpoint neighbour = at("192.0.2.1", 7001);
        book.found(List.of(HERE, neighbour), false, NOW);
        book.ban(peer(HERE, true, 1));
        assertEquals(List.of(neighbour), book.take(9, NOW));
        assertEquals(1, book.size());
        assertTrue(book.isBanned(peer(HERE, true, 5)));
        assertFalse(book.isBanned(peer(neighbour, true, 5)), "another behind the same address");
    }

    @Test
    void aBanHoldsForAnIdAtItsAddressAlone() {
        book.ban(peer(HERE, false, 1));
        assertTrue(book.isBanned(peer(at("192.0.2.1", 50_000), false, 1)), "comes again from another port");
        assertFalse(book.isBanned(peer(at("192.0.2.1", 50_000), false, 2)));
        assertFalse(book.isBanned(peer(at("192.0.2.9", 50_000), false, 1)), "anybody can claim to have its id");
        book.found(List.of(HERE), false, NOW);
        assertEquals(List.of(HERE), book.take(9, NOW), "the port that it dialled from says nothing");
    }
}
