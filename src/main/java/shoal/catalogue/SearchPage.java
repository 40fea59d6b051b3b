package shoal.catalogue;

import java.util.List;

/**
 * A part of what a search found.
 *
 * @param entries the best first
 * @param next the offset of the part that follows, or {@link #NO_MORE}
 */
public record SearchPage(List<CatalogueEntry> entries, int next) {
    /** Nothing follows. */
    public static final int NO_MORE = -1;

    /** Entries of one page at most: a tracker refuses to be asked for more. */
    public static final int MOST = 200;

    /** Copies the list. */
    public SearchPage {
        entries = List.copyOf(entries);
        if (next < NO_MORE) throw new IllegalArgumentException("an offset is negative");
    }
}
