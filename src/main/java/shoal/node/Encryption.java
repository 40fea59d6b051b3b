package shoal.node;

import java.util.List;

/** Whether peers are spoken to by message stream encryption. */
public enum Encryption {
    /** Never. */
    OFF,

    /** Who asks for it is answered; who hangs up on a plain handshake is asked. */
    ALLOW,

    /** Everybody is asked for it first, and who hangs up is spoken to plainly. Who comes may do as he likes. */
    PREFER,

    /** Nobody is spoken to without, and all that is said is encrypted. */
    REQUIRE;

    /** Ways in which a peer is dialled, one after the other: encrypted or not. */
    List<Boolean> ways() {
        return switch (this) {
            case OFF -> List.of(false);
            case ALLOW -> List.of(false, true);
            case PREFER -> List.of(true, false);
            case REQUIRE -> List.of(true);
        };
    }

    /** Whether this way of shaking hands is answered. */
    boolean takes(boolean encrypted) {
        return ways().contains(encrypted);
    }
}
