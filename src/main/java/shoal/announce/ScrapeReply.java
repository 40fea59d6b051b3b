package shoal.announce;

import java.util.Map;
import shoal.bytes.InfoHash;

/**
 * A tracker's answer to a scrape (BEP 48).
 *
 * @param files figures of each swarm that the tracker knows and was asked for
 */
public record ScrapeReply(Map<InfoHash, SwarmFigures> files) {
    /** Copies the map. */
    public ScrapeReply {
        files = Map.copyOf(files);
    }
}
