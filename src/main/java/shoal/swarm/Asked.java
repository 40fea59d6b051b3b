package shoal.swarm;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The blocks that one peer was asked for and has not sent. The swarm's thread adds before the request leaves; the
 * peer's reading thread takes away, so that a block nobody asked for is known as such before a byte of it is written.
 */
final class Asked {
    private final Set<Long> blocks = ConcurrentHashMap.newKeySet();

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
        blocks.add(key);
    }

    boolean take(long key) {
        return blocks.remove(key);
    }
}
