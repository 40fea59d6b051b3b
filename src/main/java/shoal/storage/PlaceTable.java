package shoal.storage;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import shoal.bytes.Hash;

/** Where whole files lie whose root is known: as long as the stamp is the same, the file need not be hashed. */
final class PlaceTable {
    private final Tables tables;

    PlaceTable(Tables tables) {
        this.tables = tables;
    }

    /** The root of the file at {@code path}, if it was known to be whole when it had this stamp. */
    Optional<Hash> root(Path path, FileStamp stamp) throws SQLException {
        PreparedStatement get =
                tables.prepare("SELECT root, seal FROM place WHERE path=? AND size=? AND mtime=? AND inode=?");
        String name = path.toString();
        get.setString(1, name);
        get.setLong(2, stamp.size());
        get.setLong(3, stamp.mtime());
        get.setLong(4, stamp.inode());
        try (ResultSet row = get.executeQuery()) {
            if (!row.next()) return Optional.empty();
            byte[] bytes = row.getBytes(1);
            if (bytes == null || bytes.length != Hash.BYTES) return Optional.empty();
            Hash root = Hash.of(bytes);
            return seal(name, root, stamp) == row.getLong(2) ? Optional.of(root) : Optional.empty();
        }
    }

    /** Whether anything is known of files whose paths begin with {@code folder}. */
    boolean knowsBelow(String folder) throws SQLException {
        PreparedStatement any = tables.prepare("SELECT EXISTS (SELECT 1 FROM place WHERE path BETWEEN ? AND ?)");
        any.setString(1, folder);
        // no path is that long: what begins with the folder's lies between
        any.setString(2, folder + "\uffff");
        return Tables.number(any, 0) != 0;
    }

    /** Notes that the whole file at {@code path} has this root as long as it has this stamp. */
    void put(Path path, Hash root, FileStamp stamp) throws SQLException {
        PreparedStatement put = tables.prepare(
                "INSERT OR REPLACE INTO place (path, root, size, mtime, inode, seal) VALUES (?, ?, ?, ?, ?, ?)");
        String name = path.toString();
        put.setString(1, name);
        put.setBytes(2, root.bytes());
        put.setLong(3, stamp.size());
        put.setLong(4, stamp.mtime());
        put.setLong(5, stamp.inode());
        put.setLong(6, seal(name, root, stamp));
        put.executeUpdate();
    }

    /** Where else a whole file of {@code size} bytes with this root lay when last seen; it may have gone since. */
    List<Place> of(Hash root, long size) throws SQLException {
        PreparedStatement get = tables.prepare("SELECT path, mtime, inode, seal FROM place WHERE root=? AND size=?");
        get.setBytes(1, root.bytes());
        get.setLong(2, size);
        var places = new ArrayList<Place>();
        try (ResultSet row = get.executeQuery()) {
            while (row.next()) {
                var stamp = new FileStamp(size, row.getLong(2), row.getLong(3));
                String path = row.getString(1);
                if (seal(path, root, stamp) == row.getLong(4)) places.add(new Place(Path.of(path), stamp));
            }
        }
        return places;
    }

    /** All whole files that are called so. Looks at every row, so ask for many names at once. */
    List<Known> named(Set<String> names) throws SQLException {
        var known = new ArrayList<Known>();
        PreparedStatement get = tables.prepare("SELECT path, root, size FROM place");
        try (ResultSet row = get.executeQuery()) {
            while (row.next()) {
                String path = row.getString(1);
                byte[] root = row.getBytes(2);
                if (root == null || root.length != Hash.BYTES) continue;
                if (!names.contains(path.substring(path.lastIndexOf('/') + 1))) continue;
                known.add(new Known(Path.of(path), Hash.of(root), row.getLong(3)));
            }
        }
        return known;
    }

    /** A whole file as it was last seen. */
    record Known(Path path, Hash root, long size) {}

    /** The lengths of the whole files with this root. */
    List<Long> lengths(Hash root) throws SQLException {
        PreparedStatement get = tables.prepare("SELECT DISTINCT size FROM place WHERE root=?");
        get.setBytes(1, root.bytes());
        var lengths = new ArrayList<Long>();
        try (ResultSet row = get.executeQuery()) {
            while (row.next()) lengths.add(row.getLong(1));
        }
        return lengths;
    }

    /** A path at which a whole file was known. */
    record Place(Path path, FileStamp stamp) {}

    void remove(Path path) throws SQLException {
        PreparedStatement remove = tables.prepare("DELETE FROM place WHERE path=?");
        remove.setString(1, path.toString());
        remove.executeUpdate();
    }

    /** Drops a place, unless something newer has been noted of its path. */
    void remove(Place place) throws SQLException {
        PreparedStatement remove = tables.prepare("DELETE FROM place WHERE path=? AND size=? AND mtime=? AND inode=?");
        remove.setString(1, place.path.toString());
        remove.setLong(2, place.stamp.size());
        remove.setLong(3, place.stamp.mtime());
        remove.setLong(4, place.stamp.inode());
        remove.executeUpdate();
    }

    private static long seal(String path, Hash root, FileStamp stamp) {
        var crc = new CRC32C();
        crc.update(path.getBytes(StandardCharsets.UTF_8));
        crc.update(root.bytes());
        crc.update(new Hash(stamp.size(), stamp.mtime(), stamp.inode(), 0).bytes());
        return crc.getValue();
    }
}
