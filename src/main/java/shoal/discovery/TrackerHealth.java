package shoal.discovery;

import java.util.Optional;

/**
 * How a tracker last answered.
 *
 * @param trouble why the last announce failed; nothing when it succeeded
 * @param warning what the tracker wants a person to read
 * @param seeders peers with everything, as the tracker counted
 * @param leechers other peers, as the tracker counted
 */
public record TrackerHealth(Optional<String> trouble, Optional<String> warning, int seeders, int leechers) {
    /** Of a tracker that was not asked yet. */
    public static final TrackerHealth UNKNOWN = new TrackerHealth(Optional.empty(), Optional.empty(), 0, 0);
}
