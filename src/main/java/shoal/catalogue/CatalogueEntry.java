package shoal.catalogue;

import java.time.Instant;
import shoal.bytes.Hash;

/**
 * A share as the catalogue lists it. The hash is what it is; the name only what it is called, and others may be called
 * the same.
 *
 * @param infoHash the share hash: SHA-256 of the manifest's info dictionary
 * @param length bytes of all files together
 * @param files how many files there are, empty ones included
 * @param pieceLength bytes of a piece
 * @param isPrivate whether the share is private (BEP 27), and so in no list
 * @param seeders peers that have everything, now
 * @param leechers peers that do not, now
 * @param added when it was registered first
 */
public record CatalogueEntry(
        CatalogueName name,
        Hash infoHash,
        long length,
        int files,
        int pieceLength,
        boolean isPrivate,
        int seeders,
        int leechers,
        Instant added) {
    /** @throws IllegalArgumentException if a number is negative */
    public CatalogueEntry {
        if (length < 0 || files < 0 || pieceLength < 0 || seeders < 0 || leechers < 0) {
            throw new IllegalArgumentException("a number of a catalogue entry is negative");
        }
    }

    /** The same entry with these numbers of peers. */
    public CatalogueEntry withHolders(int nowSeeders, int nowLeechers) {
        return new CatalogueEntry(
                name, infoHash, length, files, pieceLength, isPrivate, nowSeeders, nowLeechers, added);
    }

    /** How many peers hold some of it. */
    public int holders() {
        return seeders + leechers;
    }
}
