package shoal.swarm;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.InfoHash;

/** The other shares whose peers are understood here, by what they are called among peers. Any thread may use it. */
final class Crossings {
    private final Map<InfoHash, Crossing> byHash = new ConcurrentHashMap<>();

    /** False if there are too many of them already. */
    boolean add(Crossing crossing) {
        if (byHash.size() >= SwarmLimits.CROSSINGS) return false;
        byHash.putIfAbsent(crossing.hash(), crossing);
        return true;
    }

    /** How peers who call the share so are to be understood, if they mean another one. */
    @Nullable Crossing of(InfoHash agreed) {
        return byHash.get(agreed);
    }

    /** Whether all that the other share has in common with ours is among these pieces of ours. */
    boolean isAll(InfoHash other, Bits pieces) {
        Crossing crossing = byHash.get(other);
        return crossing == null || crossing.isAll(pieces);
    }
}
