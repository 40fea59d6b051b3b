package shoal.discovery;

/** A catalogue could not be asked or did not give what was asked for. The message is one line for a person. */
public final class CatalogueException extends Exception {
    private static final long serialVersionUID = 1;

    /** What kind of failure it is. */
    public enum Kind {
        /** The catalogue has no such thing. */
        NOT_FOUND,
        /** The catalogue refuses: the manifest is wrong or too large, the name is none, too much was asked. */
        REFUSED,
        /** There is no whole answer: the tracker is down, slow, or not there. */
        UNREACHABLE,
        /** The answer is not what a catalogue says. */
        GARBAGE
    }

    private final Kind kind;

    CatalogueException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What kind of failure it is. */
    public Kind kind() {
        return kind;
    }
}
