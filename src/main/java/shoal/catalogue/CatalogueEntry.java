package shoal.catalogue;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
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
 * @param records what publishers say of this name and share, the first to say it first; claims until they are checked
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
        Instant added,
        List<NameRecord> records) {
    /** Records of one entry in an answer; a key can be asked for to find others. */
    public static final int MOST_RECORDS = 4;

    /** @throws IllegalArgumentException if a number is negative, or a record is of something else */
    public CatalogueEntry {
        if (length < 0 || files < 0 || pieceLength < 0 || seeders < 0 || leechers < 0) {
            throw new IllegalArgumentException("a number of a catalogue entry is negative");
        }
        records = List.copyOf(records);
        for (NameRecord record : records) {
            if (!record.isOf(name, infoHash)) throw new IllegalArgumentException("a name record is of another share");
        }
    }

    /** The same entry with these numbers of peers. */
    public CatalogueEntry withHolders(int nowSeeders, int nowLeechers) {
        return new CatalogueEntry(
                name, infoHash, length, files, pieceLength, isPrivate, nowSeeders, nowLeechers, added, records);
    }

    /** The same entry with these records. */
    public CatalogueEntry withRecords(List<NameRecord> others) {
        return new CatalogueEntry(
                name, infoHash, length, files, pieceLength, isPrivate, seeders, leechers, added, others);
    }

    /** Whose records there are: the first digits of each key, separated by commas. */
    public String publishers() {
        return records.stream().map(record -> record.key().shortHex()).distinct().collect(Collectors.joining(","));
    }

    /** How many peers hold some of it. */
    public int holders() {
        return seeders + leechers;
    }
}
