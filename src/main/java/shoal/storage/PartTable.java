package shoal.storage;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/**
 * Files that are being fetched, and the state of their blocks. A block is <em>received</em> when its bytes were handed
 * to the system, which a power failure may undo: its leaf is kept to check it against. It is <em>proven</em> when they
 * were forced to the disk before and belong to a piece whose hash was right.
 */
final class PartTable {
    /** Blocks in one row of {@code proven}: those of 64 MiB. */
    private static final int RUN = 4096;

    private static final int RUN_BYTES = RUN / 8;
    private static final int PROVEN_BITS = 20;
    private static final int RECEIVED_BITS = 34;

    private final Tables tables;

    PartTable(Tables tables) {
        this.tables = tables;
    }

    /**
     * A file that is being fetched.
     *
     * @param closed whether the stamp is the exact one that the file had when its process ended in order
     */
    record Part(long id, Hash root, FileStamp stamp, boolean closed) {}

    /** The leaves of blocks that were received, from {@code firstBlock} of the file on. */
    record Received(long firstBlock, HashList leaves) {}

    Optional<Part> find(Path path) throws SQLException {
        PreparedStatement get =
                tables.prepare("SELECT id, root, length, mtime, inode, closed FROM part WHERE path=?");
        get.setString(1, path.toString());
        try (ResultSet row = get.executeQuery()) {
            if (!row.next()) return Optional.empty();
            byte[] root = row.getBytes(2);
            if (root == null || root.length != Hash.BYTES) return Optional.empty();
            var stamp = new FileStamp(row.getLong(3), row.getLong(4), row.getLong(5));
            return Optional.of(new Part(row.getLong(1), Hash.of(root), stamp, row.getLong(6) != 0));
        }
    }

    /** Notes a file that is new, or of which nothing is to be believed any more. */
    long add(Path path, Hash root, FileStamp stamp) throws SQLException {
        remove(path);
        PreparedStatement add = tables.prepare(
                "INSERT INTO part (path, root, length, mtime, inode, closed) VALUES (?, ?, ?, ?, ?, 0) RETURNING id");
        add.setString(1, path.toString());
        add.setBytes(2, root.bytes());
        add.setLong(3, stamp.size());
        add.setLong(4, stamp.mtime());
        add.setLong(5, stamp.inode());
        return Tables.number(add, -1);
    }

    /** Notes when the file was last seen changed by us. */
    void stamp(long part, long mtime, boolean closed) throws SQLException {
        PreparedStatement update = tables.prepare("UPDATE part SET mtime=?, closed=? WHERE id=?");
        update.setLong(1, mtime);
        update.setLong(2, closed ? 1 : 0);
        update.setLong(3, part);
        update.executeUpdate();
    }

    /** Forgets the file: it is complete, or gone. */
    void remove(Path path) throws SQLException {
        Optional<Part> old = find(path);
        if (old.isEmpty()) return;
        long id = old.get().id;
        forgetAll(id);
        disprove(id);
        delete("DELETE FROM part WHERE id BETWEEN ? AND ?", id, id);
    }

    /** Notes blocks as received. */
    void receive(long part, long firstBlock, HashList leaves) throws SQLException {
        PreparedStatement put = tables.prepare("INSERT OR REPLACE INTO received (id, leaves) VALUES (?, ?)");
        put.setLong(1, (part << RECEIVED_BITS) + firstBlock);
        put.setBytes(2, leaves.bytes());
        put.executeUpdate();
    }

    /** Blocks count as never received. */
    void forget(long part, long firstBlock, long count) throws SQLException {
        long first = (part << RECEIVED_BITS) + firstBlock;
        delete("DELETE FROM received WHERE id BETWEEN ? AND ?", first, first + count - 1);
    }

    /** All blocks of the file that are not proven count as never received. */
    void forgetAll(long part) throws SQLException {
        long last = ((part + 1) << RECEIVED_BITS) - 1;
        delete("DELETE FROM received WHERE id BETWEEN ? AND ?", part << RECEIVED_BITS, last);
    }

    /** All that was received and is not proven, in the order of the file. */
    List<Received> received(long part) throws SQLException {
        PreparedStatement get = tables.prepare("SELECT id, leaves FROM received WHERE id BETWEEN ? AND ? ORDER BY id");
        get.setLong(1, part << RECEIVED_BITS);
        get.setLong(2, ((part + 1) << RECEIVED_BITS) - 1);
        var all = new ArrayList<Received>();
        try (ResultSet row = get.executeQuery()) {
            while (row.next()) {
                byte[] leaves = row.getBytes(2);
                if (leaves == null || leaves.length % Hash.BYTES != 0) continue;
                all.add(new Received(row.getLong(1) - (part << RECEIVED_BITS), HashList.wrap(leaves)));
            }
        }
        return all;
    }

    /** Notes all {@code blocks} of a file as proven; what is noted of them as received goes. */
    void prove(long part, BitSet blocks) throws SQLException {
        for (int from = blocks.nextSetBit(0); from >= 0; ) {
            int to = blocks.nextClearBit(from);
            forget(part, from, to - from);
            from = blocks.nextSetBit(to);
        }
        for (int block = blocks.nextSetBit(0); block >= 0; ) {
            int run = block / RUN;
            int end = (run + 1) * RUN;
            byte @Nullable [] old = run(part, run);
            byte[] bits = old == null ? new byte[RUN_BYTES] : old;
            for (; block >= 0 && block < end; block = blocks.nextSetBit(block + 1)) {
                bits[block % RUN / 8] |= (byte) (1 << block % 8);
            }
            PreparedStatement put = tables.prepare("INSERT OR REPLACE INTO proven (id, bits) VALUES (?, ?)");
            put.setLong(1, (part << PROVEN_BITS) + run);
            put.setBytes(2, sealed(bits));
            put.executeUpdate();
        }
    }

    /** Blocks turned out not to be on the disk after all. */
    void disprove(long part) throws SQLException {
        delete("DELETE FROM proven WHERE id BETWEEN ? AND ?", part << PROVEN_BITS, ((part + 1) << PROVEN_BITS) - 1);
    }

    /** All blocks that are proven. A row that a broken disk has altered counts as not there. */
    BitSet proven(long part) throws SQLException {
        PreparedStatement get = tables.prepare("SELECT id, bits FROM proven WHERE id BETWEEN ? AND ?");
        get.setLong(1, part << PROVEN_BITS);
        get.setLong(2, ((part + 1) << PROVEN_BITS) - 1);
        var all = new BitSet();
        try (ResultSet row = get.executeQuery()) {
            while (row.next()) {
                byte[] bits = opened(row.getBytes(2));
                if (bits == null) continue;
                int first = (int) (row.getLong(1) - (part << PROVEN_BITS)) * RUN;
                BitSet run = BitSet.valueOf(bits);
                run.stream().forEach(block -> all.set(first + block));
            }
        }
        return all;
    }

    private byte @Nullable [] run(long part, int run) throws SQLException {
        PreparedStatement get = tables.prepare("SELECT bits FROM proven WHERE id=?");
        get.setLong(1, (part << PROVEN_BITS) + run);
        try (ResultSet row = get.executeQuery()) {
            return row.next() ? opened(row.getBytes(1)) : null;
        }
    }

    private static byte[] sealed(byte[] bits) {
        return ByteBuffer.allocate(RUN_BYTES + 4).put(bits).putInt(crc(bits)).array();
    }

    private static byte @Nullable [] opened(byte @Nullable [] sealed) {
        if (sealed == null || sealed.length != RUN_BYTES + 4) return null;
        byte[] bits = Arrays.copyOf(sealed, RUN_BYTES);
        return ByteBuffer.wrap(sealed).getInt(RUN_BYTES) == crc(bits) ? bits : null;
    }

    private static int crc(byte[] bits) {
        var crc = new CRC32C();
        crc.update(bits);
        return (int) crc.getValue();
    }

    private void delete(String sql, long from, long to) throws SQLException {
        PreparedStatement delete = tables.prepare(sql);
        delete.setLong(1, from);
        delete.setLong(2, to);
        delete.executeUpdate();
    }
}
