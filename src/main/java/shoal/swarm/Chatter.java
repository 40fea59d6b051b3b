package shoal.swarm;

import shoal.wire.PeerFault;

/**
 * How much a peer may still say that moves nothing. Each message costs a word; what is of use, or is an answer to what
 * we said ourselves, gives it back, and time gives some. Who has none left floods us: to read on would cost us as much
 * as it likes, and to read slowly would keep the seat from somebody else. The swarm's thread alone uses it.
 */
final class Chatter {
    private double left = SwarmLimits.WORDS_FIRST;

    /** It says something. */
    void said() throws PeerFault {
        if (--left < 0) throw new PeerFault("floods us with messages of no use");
    }

    /** It was of use, or so many answers may come. */
    void earned(int words) {
        left = Math.min(SwarmLimits.WORDS_MOST, left + words);
    }

    /** Time has passed. */
    void tick(long nanos) {
        left = Math.min(SwarmLimits.WORDS_MOST, left + SwarmLimits.WORDS_PER_SECOND * nanos / 1e9);
    }
}
