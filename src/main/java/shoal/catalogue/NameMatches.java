package shoal.catalogue;

import java.util.List;

/**
 * What a name stands for.
 *
 * @param exact the shares that bear this very name
 * @param similar shares whose names only look like it (case, spelling of accents, other alphabets)
 */
public record NameMatches(List<CatalogueEntry> exact, List<CatalogueEntry> similar) {
    /** Copies the lists. */
    public NameMatches {
        exact = List.copyOf(exact);
        similar = List.copyOf(similar);
    }
}
