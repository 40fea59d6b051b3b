package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class SeatsTest {
    private static final long NOW = Long.MAX_VALUE;
    private static final long LATER = NOW + SwarmLimits.SEAT_AT_LEAST + 1000;

    private final Peers peers = new Peers();
    private final Seats seats = new Seats(peers);

    private Peer come(int number, boolean dialled, long now) {
        Peer peer = RecordingLink.peer(number, dialled, now);
        peers.add(peer);
        return peer;
    }

    private void full() {
        for (int i = 1; i <= SwarmLimits.CONNECTIONS; i++) {
            Peer peer = come(i, false, NOW + i);
            peer.interestedInUs = true;
        }
    }

    private Peer at(int number) {
        Peer peer = peers.at(number);
        if (peer == null) throw new AssertionError(number);
        return peer;
    }

    @Test
    void whoWasOfNoUseLongestMakesRoomForANewcomer() {
        full();
        at(7).interestedInUs = false;
        at(9).interestedInUs = false;
        at(9).lastMoved = NOW;
        at(12).takesNothing = true;
        Peer newcomer = come(250, false, LATER);
        assertSame(at(9), seats.tooMany(newcomer, false, LATER));
        at(9).closing = true;
        assertNull(seats.tooMany(newcomer, false, LATER), "who is going has no seat");
        Peer next = come(251, false, LATER);
        assertSame(at(7), seats.tooMany(next, false, LATER));
        at(7).closing = true;
        assertSame(at(12), seats.tooMany(come(252, true, LATER), false, LATER));
    }

    @Test
    void nobodyIsSentAwayWhoIsOfUseOrHasJustComeOrWasCalled() {
        full();
        Peer newcomer = come(250, false, LATER);
        assertSame(newcomer, seats.tooMany(newcomer, false, LATER));
        at(3).interestedInUs = false;
        at(3).lastMoved = LATER - 1;
        assertSame(newcomer, seats.tooMany(newcomer, false, LATER));
        peers.remove(3);
        come(3, true, NOW);
        assertSame(newcomer, seats.tooMany(newcomer, false, LATER));
    }

    @Test
    void whoComesLeavesRoomForThoseToWhomWeGo() {
        int most = SwarmLimits.CONNECTIONS - SwarmLimits.DIALLED;
        for (int i = 1; i <= most; i++) come(i, false, NOW).interestedInUs = true;
        assertEquals(SwarmLimits.DIALLED, seats.toDial());
        Peer one = come(210, false, LATER);
        assertSame(one, seats.tooMany(one, true, LATER));
        assertNull(seats.tooMany(one, false, LATER), "a seed goes to nobody");
        one.closing = true;
        assertNull(seats.tooMany(come(211, true, LATER), true, LATER));
        // one that is going still takes room in our tables
        assertEquals(SwarmLimits.DIALLED - 2, seats.toDial());
    }
}
