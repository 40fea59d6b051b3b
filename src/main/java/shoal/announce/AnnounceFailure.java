package shoal.announce;

import java.time.Duration;
import java.util.Optional;

/**
 * A tracker's refusal.
 *
 * @param reason one short line for a person
 * @param retryIn when to ask again, if the tracker said so (BEP 31, or the interval beside the reason)
 * @param never whether to stop asking altogether (BEP 31)
 */
public record AnnounceFailure(String reason, Optional<Duration> retryIn, boolean never) implements TrackerReply {
    /** A refusal that says nothing about another try. */
    public static AnnounceFailure of(String reason) {
        return new AnnounceFailure(reason, Optional.empty(), false);
    }

    /** A refusal that asks to come again later. */
    public static AnnounceFailure retry(String reason, Duration in) {
        return new AnnounceFailure(reason, Optional.of(in), false);
    }
}
