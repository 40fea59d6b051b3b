package shoal.swarm;

import shoal.wire.Message;

/**
 * The way to one peer, as its swarm sees it. Nothing here blocks: what does not fit the peer's outbox closes the peer,
 * because it is too slow for what it asks. The simulation has links of its own.
 */
interface PeerLink {
    /** Sends a message after those that were given before, though not after blocks. */
    void send(Message message);

    /** Sends a block of ours, read from the disk when its turn comes. Answer: {@link SwarmEvent.Served}. */
    void serve(int piece, int begin, int length);

    /** How many blocks may lie ready for it, the rest waiting where they can be cancelled. */
    default int servesReady() {
        return SwarmLimits.SERVES_READY;
    }

    /** What it said has been heard: it may say more. */
    default void heard() {}

    /** Whether it is here because the user or the share wants it, and not in anybody's way. */
    default boolean keepsItsSeat() {
        return false;
    }

    /** Bytes that it has taken so far, of blocks and whatever else. */
    default long taken() {
        return payloadSent();
    }

    /** Whether it is waited for to take what is being sent. */
    default boolean isStuck() {
        return false;
    }

    /** Bytes of hashes that it was given and that have not been sent yet. */
    default long hashesUnsent() {
        return 0;
    }

    /** Ends the connection. Answer, once only: {@link SwarmEvent.PeerGone}. */
    void close(String reason);

    /** The blocks that were asked of the peer and have not come. */
    Asked asked();

    /** Bytes of blocks sent so far. */
    long payloadSent();
}
