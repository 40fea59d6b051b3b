package shoal.announce;

/** A request or a reply that breaks the announce protocol. The message is one short line that can be sent back. */
public final class AnnounceException extends Exception {
    private static final long serialVersionUID = 1;

    /** With a reason of one line that quotes nothing the other side sent. */
    public AnnounceException(String reason) {
        super(reason);
    }
}
