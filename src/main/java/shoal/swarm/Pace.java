package shoal.swarm;

import java.net.InetAddress;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Nearness;

/** How fast a node may take and give, all of its swarms together; without limits unless there are some. Any thread. */
public final class Pace {
    /** A limit below this, in bytes a second, would only make peers give us up. */
    public static final long SLOWEST = 1024;

    /** No limits. */
    public static final Pace FREE = new Pace(OptionalLong.empty(), OptionalLong.empty(), false);

    private final @Nullable Throttle down;
    private final @Nullable Throttle up;
    private final boolean limitsLan;

    /**
     * Limits for what comes and what goes, in bytes a second.
     *
     * @param limitsLan whether they hold for peers on this machine, this link and this site, too
     * @throws IllegalArgumentException if one is less than {@link #SLOWEST}
     */
    public Pace(OptionalLong down, OptionalLong up, boolean limitsLan) {
        this.down = throttle(down);
        this.up = throttle(up);
        this.limitsLan = limitsLan;
    }

    private static @Nullable Throttle throttle(OptionalLong limit) {
        return limit.isPresent() ? new Throttle(limit.getAsLong(), System.nanoTime()) : null;
    }

    private boolean holds(InetAddress peer) {
        return limitsLan || Nearness.of(peer) == Nearness.WORLD;
    }

    /** What holds for bytes from this peer; null for nothing. */
    @Nullable Throttle down(InetAddress peer) {
        return down != null && holds(peer) ? down : null;
    }

    /** What holds for bytes to this peer; null for nothing. */
    @Nullable Throttle up(InetAddress peer) {
        return up != null && holds(peer) ? up : null;
    }
}
