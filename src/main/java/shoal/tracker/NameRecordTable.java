package shoal.tracker;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import shoal.bytes.PublisherKey;
import shoal.catalogue.CatalogueEntry;
import shoal.catalogue.CatalogueFormatException;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.NameRecord;

/**
 * The name records of the catalogue: for each key and name the one with the highest number, of shares that are there,
 * bear the name and are not private. Runs on the thread of the connection that it is given.
 */
final class NameRecordTable {
    /** What becomes of a record. */
    enum Fate {
        /** It is the first one of its key and name. */
        NEW,
        /** It took the place of an older one. */
        NEWER,
        /** It is here already. */
        KNOWN,
        /** One with its number or a higher one is here. */
        OLD,
        /** Its share is not. */
        NO_SHARE,
        /** Its share is called something else. */
        OTHER_NAME,
        /** There is no room. */
        FULL
    }

    private NameRecordTable() {}

    /** Keeps {@code record} if it should be; {@code hasRoom}: whether there may be one more. */
    static Fate put(Connection connection, NameRecord record, boolean hasRoom) throws SQLException {
        long share;
        try (PreparedStatement find = connection.prepareStatement(
                "SELECT id, name FROM share WHERE hash = ? AND private = 0")) {
            find.setBytes(1, record.share().bytes());
            try (ResultSet row = find.executeQuery()) {
                if (!row.next()) return Fate.NO_SHARE;
                if (!new CatalogueName(row.getString(2)).equals(record.name())) return Fate.OTHER_NAME;
                share = row.getLong(1);
            }
        }
        String name = record.name().text();
        List<NameRecord> here = find(connection, record.name(), record.key().hex(), 1);
        if (!here.isEmpty() && here.getFirst().equals(record)) return Fate.KNOWN;
        if (!here.isEmpty() && here.getFirst().seq() >= record.seq()) return Fate.OLD;
        if (here.isEmpty() && !hasRoom) return Fate.FULL;
        try (PreparedStatement put = connection.prepareStatement("""
                INSERT INTO record (name, key, seq, share, bytes) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (name, key) DO UPDATE SET seq = excluded.seq, share = excluded.share,
                bytes = excluded.bytes WHERE seq < excluded.seq""")) {
            put.setString(1, name);
            put.setBytes(2, record.key().bytes());
            put.setLong(3, record.seq());
            put.setLong(4, share);
            put.setBytes(5, record.encoded());
            put.executeUpdate();
        }
        return here.isEmpty() ? Fate.NEW : Fate.NEWER;
    }

    /** Some records of the share in this row, those of the keys that spoke first. */
    static List<NameRecord> of(Connection connection, long share) throws SQLException {
        try (PreparedStatement find = connection.prepareStatement(
                "SELECT bytes FROM record WHERE share = ? ORDER BY id LIMIT " + CatalogueEntry.MOST_RECORDS)) {
            find.setLong(1, share);
            return read(find);
        }
    }

    /** Up to {@code limit} records of {@code name} by keys whose digits begin with {@code digits}. */
    static List<NameRecord> find(Connection connection, CatalogueName name, String digits, int limit)
            throws SQLException {
        int missing = PublisherKey.DIGITS - digits.length();
        try (PreparedStatement find = connection.prepareStatement(
                "SELECT bytes FROM record WHERE name = ? AND key BETWEEN ? AND ? ORDER BY key LIMIT ?")) {
            find.setString(1, Normalizer.normalize(name.text(), Normalizer.Form.NFC));
            find.setBytes(2, PublisherKey.ofHex(digits + "0".repeat(missing)).bytes());
            find.setBytes(3, PublisherKey.ofHex(digits + "f".repeat(missing)).bytes());
            find.setInt(4, limit);
            return read(find);
        }
    }

    private static List<NameRecord> read(PreparedStatement find) throws SQLException {
        var records = new ArrayList<NameRecord>();
        try (ResultSet row = find.executeQuery()) {
            while (row.next()) records.add(NameRecord.read(row.getBytes(1)));
            return records;
        } catch (CatalogueFormatException e) {
            throw new SQLException("SQLITE_CORRUPT: " + e.getMessage(), e);
        }
    }
}
