package shoal.announce;

/**
 * What a scrape says of one swarm (BEP 48).
 *
 * @param seeders peers that have everything ("complete")
 * @param leechers peers that do not ("incomplete")
 * @param downloaded how many "completed" events there were
 */
public record SwarmFigures(int seeders, int leechers, int downloaded) {
    /** Of a swarm nobody is in. */
    public static final SwarmFigures NONE = new SwarmFigures(0, 0, 0);
}
