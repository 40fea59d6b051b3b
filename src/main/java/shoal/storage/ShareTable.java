package shoal.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import shoal.bytes.Hash;

/** Manifests that this user shared or fetched: so that a bare hash goes on without asking the swarm. */
final class ShareTable {
    private final Tables tables;

    ShareTable(Tables tables) {
        this.tables = tables;
    }

    void put(Hash infoHash, byte[] manifest, String target) throws SQLException {
        PreparedStatement known = tables.prepare(
                "SELECT count(*) FROM share WHERE info_hash=? AND target=? AND length(manifest)=?");
        known.setBytes(1, infoHash.bytes());
        known.setString(2, target);
        known.setInt(3, manifest.length);
        // to write some MiB again at each start would be a waste
        if (Tables.number(known, 0) != 0) return;
        PreparedStatement put = tables.prepare("""
                INSERT INTO share (info_hash, manifest, target, added) VALUES (?, ?, ?, unixepoch())
                ON CONFLICT (info_hash) DO UPDATE SET manifest=excluded.manifest, target=excluded.target""");
        put.setBytes(1, infoHash.bytes());
        put.setBytes(2, manifest);
        put.setString(3, target);
        put.executeUpdate();
    }

    /** Where the share lies, as it was put. */
    Optional<String> target(Hash infoHash) throws SQLException {
        PreparedStatement get = tables.prepare("SELECT target FROM share WHERE info_hash=?");
        get.setBytes(1, infoHash.bytes());
        try (ResultSet row = get.executeQuery()) {
            return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
        }
    }

    /** The hashes of all shares, the newest first. */
    List<Hash> all() throws SQLException {
        var all = new ArrayList<Hash>();
        PreparedStatement get = tables.prepare("SELECT info_hash FROM share ORDER BY added DESC, info_hash");
        try (ResultSet row = get.executeQuery()) {
            while (row.next()) {
                byte[] hash = row.getBytes(1);
                if (hash != null && hash.length == Hash.BYTES) all.add(Hash.of(hash));
            }
        }
        return all;
    }

    void remove(Hash infoHash) throws SQLException {
        PreparedStatement remove = tables.prepare("DELETE FROM share WHERE info_hash=?");
        remove.setBytes(1, infoHash.bytes());
        remove.executeUpdate();
    }

    /** The bytes of the manifest, to be read and checked like a stranger's. */
    Optional<byte[]> manifest(Hash infoHash) throws SQLException {
        PreparedStatement get = tables.prepare("SELECT manifest FROM share WHERE info_hash=?");
        get.setBytes(1, infoHash.bytes());
        try (ResultSet row = get.executeQuery()) {
            return row.next() ? Optional.ofNullable(row.getBytes(1)) : Optional.empty();
        }
    }
}
