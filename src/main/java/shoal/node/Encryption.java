package shoal.node;

import java.util.List;

/** Whether peers are spoken to by message stream encryption. */
public enum Encryption {
    /** Never. */
    OFF(false),

    /** Who asks for it is answered; who hangs up on a plain handshake is asked. */
    ALLOW(false, true),

    /** Everybody is asked for it first, and who hangs up is spoken to plainly. Who comes may do as he likes. */
    PREFER(true, false),

    /** Nobody is spoken to without, and all that is said is encrypted. */
    REQUIRE(true);

    private final List<Boolean> ways;

    Encryption(Boolean... ways) {
        this.ways = List.of(ways);
    }

    /** Ways in which a peer is dialled, one after the other: encrypted or not. */
    List<Boolean> ways() {
        return ways;
    }

    /** Whether this way of shaking hands is answered. */
    boolean takes(boolean encrypted) {
        return ways.contains(encrypted);
    }
}
