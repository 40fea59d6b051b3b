package shoal.node;

import org.jspecify.annotations.Nullable;

/**
 * What the user wants cannot be done, and neither our disk nor a bug of ours is the reason. The message is one line:
 * what is wrong, which value, what to do; further lines only list choices.
 */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    /** Why; a command makes its exit code of it. */
    public enum Kind {
        /** The words of the command do not fit together, or mean several things. */
        USAGE,
        /** Nobody who was asked knows it. */
        NOT_FOUND,
        /** It is known, but nobody who has it can be found, or they are silent. */
        NO_PEERS,
        /** Nobody could be asked. */
        NETWORK,
        /** It was stopped before its end, and can go on later. */
        UNFINISHED,
        /** A manifest is none, or cannot be used here. */
        BAD_MANIFEST,
        /** A magnet link is none. */
        BAD_MAGNET
    }

    private final Kind kind;

    /** A refusal with its line for the user. */
    public Refusal(Kind kind, String message) {
        this(kind, message, null);
    }

    /** A refusal with its line for the user, and what brought it about. */
    public Refusal(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** Why. */
    public Kind kind() {
        return kind;
    }
}
