package shoal.catalogue;

import java.util.List;

/**
 * A share that contains a file of a certain root.
 *
 * @param entry the share
 * @param path the file's path in it, levels joined by {@code /}
 * @param fileIndex the file's number in the manifest, counted from 0
 * @param length bytes of the file
 * @param holders some of the peers that hold the share
 */
public record RootMatch(CatalogueEntry entry, String path, int fileIndex, long length, List<Holder> holders) {
    /** Copies the list. */
    public RootMatch {
        holders = List.copyOf(holders);
    }
}
