package shoal.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.zip.CRC32C;
import shoal.bytes.Sha1List;

/**
 * What BitTorrent v1 knows the pieces of a content by, so that a hybrid is made again without reading anything. No root
 * proves it: a seal over the row tells a disk that alters bytes.
 */
final class Sha1Table {
    private final Tables tables;

    Sha1Table(Tables tables) {
        this.tables = tables;
    }

    void put(long content, long length, int pieceLength, V1Pieces how, Sha1List pieces) throws SQLException {
        PreparedStatement put = tables.prepare(
                "INSERT OR REPLACE INTO sha1 (content, piece_length, padded, hashes, seal) VALUES (?, ?, ?, ?, ?)");
        byte[] hashes = pieces.bytes();
        put.setLong(1, content);
        put.setInt(2, pieceLength);
        put.setInt(3, padded(length, pieceLength, how));
        put.setBytes(4, hashes);
        put.setLong(5, seal(hashes));
        put.executeUpdate();
    }

    /** Those of the content of this number, -1 if it has none, which has {@code length} bytes. */
    Optional<Sha1List> get(long content, long length, int pieceLength, V1Pieces how) throws SQLException {
        PreparedStatement get =
                tables.prepare("SELECT hashes, seal FROM sha1 WHERE content=? AND piece_length=? AND padded=?");
        get.setLong(1, content);
        get.setInt(2, pieceLength);
        get.setInt(3, padded(length, pieceLength, how));
        try (ResultSet row = get.executeQuery()) {
            byte[] hashes = row.next() ? row.getBytes(1) : null;
            long pieces = Math.ceilDiv(length, (long) pieceLength);
            if (hashes == null || hashes.length != pieces * Sha1List.HASH) return Optional.empty();
            return seal(hashes) == row.getLong(2) ? Optional.of(Sha1List.wrap(hashes)) : Optional.empty();
        }
    }

    /** Where the last piece is whole, there is nothing to fill up, and both ways are one. */
    private static int padded(long length, int pieceLength, V1Pieces how) {
        return how == V1Pieces.PADDED && length % pieceLength != 0 ? 1 : 0;
    }

    private static long seal(byte[] hashes) {
        var crc = new CRC32C();
        crc.update(hashes);
        return crc.getValue();
    }
}
