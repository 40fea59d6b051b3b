package shoal.swarm;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many times a peer was asked for each block and has not sent it. The swarm's thread adds before the request
 * leaves; the peer's reading thread takes away, so that a block nobody asked for is known as such before a byte of it
 * is written. They are counted because a request that was given up may be made again: a slow peer then answers both.
 */
final class Asked {
    private final Map<Long, Integer> blocks = new ConcurrentHashMap<>();

    static long key(int piece, int block) {
        return (long) piece << 32 | block;
    }

    static int piece(long key) {
        return (int) (key >>> 32);
    }

    static int block(long key) {
        return (int) key;
    }

    void add(long key) {
        blocks.merge(key, 1, Integer::sum);
    }

    boolean take(long key) {
        // the swarm's thread takes too, for a reject; whoever of the two comes second finds nothing
        boolean[] taken = {false};
        blocks.computeIfPresent(key, (_, times) -> {
            taken[0] = true;
            return times == 1 ? null : times - 1;
        });
        return taken[0];
    }
}
