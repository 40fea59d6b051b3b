package shoal.announce;

import java.util.Locale;
import java.util.Optional;

/** Why a peer announces. */
public enum AnnounceEvent {
    /** The interval has passed. */
    NONE,
    /** The share has just begun. */
    STARTED,
    /** The last byte has just come. */
    COMPLETED,
    /** The share ends. */
    STOPPED,
    /** The peer has some files, wants no more and gives what it has: a partial seed (BEP 21). */
    PAUSED;

    /** The event's word in a query; empty for {@link #NONE}. */
    public String word() {
        return this == NONE ? "" : name().toLowerCase(Locale.ROOT);
    }

    /** The event of this word; an empty one is {@link #NONE}. */
    public static Optional<AnnounceEvent> of(String word) {
        for (AnnounceEvent event : values()) {
            if (event.word().equals(word)) return Optional.of(event);
        }
        return Optional.empty();
    }
}
