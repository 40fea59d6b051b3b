package shoal.wire;

/** A peer broke the rules: its connection is closed. The message says how, in words fit for a log line. */
public final class PeerFault extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    /** With a reason that can stand behind {@code "closed 192.0.2.1:6881: "}. */
    public PeerFault(String reason) {
        super(reason);
        this.reason = reason;
    }

    PeerFault(String reason, Throwable cause) {
        super(reason, cause);
        this.reason = reason;
    }

    /** What the peer did. */
    public String reason() {
        return reason;
    }
}
