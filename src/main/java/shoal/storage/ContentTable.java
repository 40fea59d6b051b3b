package shoal.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.LeafHasher;
import shoal.merkle.Merkle;

/**
 * What is known of contents, wherever they lie: their proven leaves and piece layers. Such facts never become untrue,
 * so rows are only added; but a disk can lie, so whoever reads hashes proves them again before using them.
 *
 * <p>A content is a root with a length. A root alone does not tell how long a file is: 64 bytes that are two nodes of a
 * tree have the node above them for a root, and padding makes layers of several lengths fold to one root. Whoever
 * writes a manifest with a false length must not get at what is known of the true one.
 */
final class ContentTable {
    /** Leaves in one row: those of 1 MiB. */
    static final int GROUP = 64;

    private static final int GROUP_BITS = 28;
    private static final byte[] ZEROS = zeros();

    private final Tables tables;

    ContentTable(Tables tables) {
        this.tables = tables;
    }

    private static byte[] zeros() {
        var zeros = new byte[GROUP * Hash.BYTES];
        for (int i = 0; i < GROUP; i++) LeafHasher.zeroBlock().write(zeros, i * Hash.BYTES);
        return zeros;
    }

    /** The number of the content of {@code length} bytes with this root, or -1. */
    long find(Hash root, long length) throws SQLException {
        PreparedStatement find = tables.prepare("SELECT id FROM content WHERE root=? AND length=?");
        find.setBytes(1, root.bytes());
        find.setLong(2, length);
        return Tables.number(find, -1);
    }

    /** The number of the content of {@code length} bytes with this root, which is noted if it is new. */
    long id(Hash root, long length) throws SQLException {
        long id = find(root, length);
        if (id >= 0) return id;
        PreparedStatement add = tables.prepare("INSERT INTO content (root, length) VALUES (?, ?) RETURNING id");
        add.setBytes(1, root.bytes());
        add.setLong(2, length);
        return Tables.number(add, -1);
    }

    /** A content whose root is not known yet because this process still hashes it. */
    long nameless() throws SQLException {
        PreparedStatement add = tables.prepare("INSERT INTO content (owner) VALUES (?) RETURNING id");
        add.setLong(1, ProcessHandle.current().pid());
        return Tables.number(add, -1);
    }

    /** Gives a nameless content its root; if that is known already, the leaves join it and its number is the answer. */
    long name(long id, Hash root, long length) throws SQLException {
        long known = find(root, length);
        if (known >= 0) {
            // it may have been fetched only in part: what we hashed is whole
            delete("DELETE FROM leaves WHERE id BETWEEN ? AND ?", known);
            PreparedStatement move = tables.prepare("UPDATE leaves SET id = id + ? WHERE id BETWEEN ? AND ?");
            move.setLong(1, (known - id) << GROUP_BITS);
            move.setLong(2, first(id));
            move.setLong(3, last(id));
            move.executeUpdate();
            PreparedStatement drop = tables.prepare("DELETE FROM content WHERE id=?");
            drop.setLong(1, id);
            drop.executeUpdate();
            return known;
        }
        PreparedStatement name = tables.prepare("UPDATE content SET root=?, length=?, owner=NULL WHERE id=?");
        name.setBytes(1, root.bytes());
        name.setLong(2, length);
        name.setLong(3, id);
        name.executeUpdate();
        return id;
    }

    /** Removes what killed processes left without a root. */
    void sweep() throws SQLException {
        PreparedStatement nameless = tables.prepare("SELECT id, owner FROM content WHERE root IS NULL");
        try (ResultSet row = nameless.executeQuery()) {
            while (row.next()) {
                if (ProcessHandle.of(row.getLong(2)).isEmpty()) discard(row.getLong(1));
            }
        }
    }

    /** Removes a nameless content. */
    void discard(long id) throws SQLException {
        delete("DELETE FROM leaves WHERE id BETWEEN ? AND ?", id);
        PreparedStatement drop = tables.prepare("DELETE FROM content WHERE id=?");
        drop.setLong(1, id);
        drop.executeUpdate();
    }

    private void delete(String sql, long id) throws SQLException {
        PreparedStatement delete = tables.prepare(sql);
        delete.setLong(1, first(id));
        delete.setLong(2, last(id));
        delete.executeUpdate();
    }

    private static long first(long id) {
        return id << GROUP_BITS;
    }

    private static long last(long id) {
        return ((id + 1) << GROUP_BITS) - 1;
    }

    /** Keeps leaves, the first of which is that of block {@code firstBlock}. */
    void putLeaves(long id, long firstBlock, HashList leaves) throws SQLException {
        for (int done = 0; done < leaves.size(); ) {
            long group = (firstBlock + done) / GROUP;
            int within = (int) ((firstBlock + done) % GROUP);
            int count = Math.min(GROUP - within, leaves.size() - done);
            byte @Nullable [] old = within == 0 && count == GROUP ? null : group(id, group);
            int length = Math.max(old == null ? 0 : old.length, (within + count) * Hash.BYTES);
            byte[] hashes = old == null ? new byte[length] : Arrays.copyOf(old, length);
            leaves.write(done, count, hashes, within * Hash.BYTES);
            PreparedStatement put = tables.prepare("INSERT OR REPLACE INTO leaves (id, hashes) VALUES (?, ?)");
            put.setLong(1, first(id) + group);
            put.setBytes(2, Arrays.equals(hashes, ZEROS) ? new byte[0] : hashes);
            put.executeUpdate();
            done += count;
        }
    }

    /** The leaves of {@code count} blocks; nothing if one of them is not known. */
    Optional<HashList> leaves(long id, long firstBlock, int count) throws SQLException {
        var all = new byte[count * Hash.BYTES];
        for (int done = 0; done < count; ) {
            byte[] hashes = group(id, (firstBlock + done) / GROUP);
            int within = (int) ((firstBlock + done) % GROUP);
            int step = Math.min(GROUP - within, count - done);
            if (hashes == null || hashes.length < (within + step) * Hash.BYTES) return Optional.empty();
            System.arraycopy(hashes, within * Hash.BYTES, all, done * Hash.BYTES, step * Hash.BYTES);
            done += step;
        }
        HashList leaves = HashList.wrap(all);
        for (int i = 0; i < count; i++) {
            if (leaves.at(i).isZero()) return Optional.empty();
        }
        return Optional.of(leaves);
    }

    private byte @Nullable [] group(long id, long group) throws SQLException {
        PreparedStatement get = tables.prepare("SELECT hashes FROM leaves WHERE id=?");
        get.setLong(1, first(id) + group);
        try (ResultSet row = get.executeQuery()) {
            if (!row.next()) return null;
            byte[] hashes = row.getBytes(1);
            // SQLite gives null for a blob of no bytes
            return hashes == null || hashes.length == 0 ? ZEROS : hashes;
        }
    }

    /** Keeps a piece layer. */
    void putLayer(long id, int pieceLength, HashList layer) throws SQLException {
        PreparedStatement put =
                tables.prepare("INSERT OR REPLACE INTO layer (content, piece_length, hashes) VALUES (?, ?, ?)");
        put.setLong(1, id);
        put.setInt(2, pieceLength);
        put.setBytes(3, layer.bytes());
        put.executeUpdate();
    }

    /** The piece layer of a file of {@code length} bytes; nothing if it is not known or not the right one. */
    Optional<HashList> layer(Hash root, long length, int pieceLength) throws SQLException {
        PreparedStatement get = tables.prepare("SELECT hashes FROM layer WHERE content=? AND piece_length=?");
        get.setLong(1, find(root, length));
        get.setInt(2, pieceLength);
        try (ResultSet row = get.executeQuery()) {
            byte[] hashes = row.next() ? row.getBytes(1) : null;
            long pieces = (length + pieceLength - 1) / pieceLength;
            if (hashes == null || hashes.length != pieces * Hash.BYTES) return Optional.empty();
            HashList layer = HashList.wrap(hashes);
            return Merkle.rootOfLayer(layer, length, pieceLength).equals(root) ? Optional.of(layer) : Optional.empty();
        }
    }
}
