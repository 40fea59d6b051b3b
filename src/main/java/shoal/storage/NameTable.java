package shoal.storage;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import shoal.bytes.PublisherKey;

/** The highest number that was seen of a publisher's records of a name. Only ever rises. */
final class NameTable {
    private final Tables tables;

    NameTable(Tables tables) {
        this.tables = tables;
    }

    void saw(PublisherKey key, String name, long seq) throws SQLException {
        PreparedStatement put = tables.prepare("""
                INSERT INTO name_seen (key, name, seq) VALUES (?, ?, ?)
                ON CONFLICT (key, name) DO UPDATE SET seq=max(seq, excluded.seq)""");
        put.setBytes(1, key.bytes());
        put.setString(2, name);
        put.setLong(3, seq);
        put.executeUpdate();
    }

    /** The highest number, or -1 if there is none. */
    long highest(PublisherKey key, String name) throws SQLException {
        PreparedStatement get = tables.prepare("SELECT seq FROM name_seen WHERE key=? AND name=?");
        get.setBytes(1, key.bytes());
        get.setString(2, name);
        return Tables.number(get, -1);
    }
}
