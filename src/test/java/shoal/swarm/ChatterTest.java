package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import shoal.wire.Message;
import shoal.wire.PeerFault;

class ChatterTest {
    private final Chatter chatter = new Chatter();

    private void say(int words) throws PeerFault {
        for (int i = 0; i < words; i++) chatter.said();
    }

    @Test
    void whoSaysMuchThatIsOfNoUseIsAtFault() throws Exception {
        say(SwarmLimits.WORDS_FIRST);
        assertThrows(PeerFault.class, chatter::said);
    }

    @Test
    void whatIsOfUseMayBeSaidForEver() throws Exception {
        for (int i = 0; i < 100_000; i++) {
            say(1);
            chatter.earned(1);
        }
        say(SwarmLimits.WORDS_FIRST);
        assertThrows(PeerFault.class, chatter::said);
    }

    @Test
    void timeGivesSomeAndNotMoreThanThat() throws Exception {
        say(SwarmLimits.WORDS_FIRST);
        chatter.tick(Duration.ofSeconds(2).toNanos());
        say(2 * SwarmLimits.WORDS_PER_SECOND);
        assertThrows(PeerFault.class, chatter::said);
        chatter.tick(Duration.ofDays(2).toNanos());
        say(SwarmLimits.WORDS_MOST);
        assertThrows(PeerFault.class, chatter::said);
    }

    /** A choke crosses the requests of a peer that has as many out as we said that it may. */
    @Test
    void theRequestsThatCrossOurChokeAreNoFlood() throws Exception {
        Peer peer = RecordingLink.peer(1);
        peer.send(new Message.Choke(), 0);
        for (int i = 0; i < SwarmLimits.REQUESTS_QUEUED; i++) peer.chatter.said();
    }
}
