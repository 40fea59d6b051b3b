package shoal.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables of the database and how an older one becomes the newest. What is known of bytes hangs on {@code content},
 * that is on a root and a length; where bytes lie hangs on a path.
 *
 * <p>Each step runs once, in one transaction with the change of {@code user_version}: a step that was released is never
 * changed, the next one is added behind it.
 */
final class Schema {
    /** "Shol": tells our database from a stranger's. */
    static final int APPLICATION_ID = 0x53686f6c;

    private static final List<String> BYTES = List.of(
            // owner: the process that still hashes this content, whose root is not known until then
            """
            CREATE TABLE content (
                id INTEGER PRIMARY KEY, root BLOB UNIQUE, owner INTEGER) STRICT""",
            // id: content << 28 | number of a group of 64 blocks; an empty blob is a group of nothing but zeros
            "CREATE TABLE leaves (id INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT",
            """
            CREATE TABLE layer (
                content INTEGER NOT NULL, piece_length INTEGER NOT NULL, hashes BLOB NOT NULL,
                PRIMARY KEY (content, piece_length)) STRICT""",
            // a whole file; seal: a checksum over the row, for a wrong root would be worse than none
            """
            CREATE TABLE place (
                path TEXT PRIMARY KEY, root BLOB NOT NULL, size INTEGER NOT NULL, mtime INTEGER NOT NULL,
                inode INTEGER NOT NULL, seal INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
            // a file that is being fetched; path is the final one
            """
            CREATE TABLE part (
                id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, root BLOB NOT NULL, length INTEGER NOT NULL,
                mtime INTEGER NOT NULL, inode INTEGER NOT NULL, closed INTEGER NOT NULL) STRICT""",
            // id: part << 20 | number of a run of 4096 blocks; bits: one a block, then a checksum
            "CREATE TABLE proven (id INTEGER PRIMARY KEY, bits BLOB NOT NULL) STRICT",
            // id: part << 34 | number of the first block
            "CREATE TABLE received (id INTEGER PRIMARY KEY, leaves BLOB NOT NULL) STRICT",
            """
            CREATE TABLE share (
                info_hash BLOB PRIMARY KEY, manifest BLOB NOT NULL, target TEXT NOT NULL, added INTEGER NOT NULL)
                STRICT, WITHOUT ROWID""");

    private static final List<String> LENGTHS = List.of(
            // a root alone does not tell a length; 0: nobody knows any more, and nobody will find it
            """
            CREATE TABLE content_of (
                id INTEGER PRIMARY KEY, root BLOB, length INTEGER, owner INTEGER, UNIQUE (root, length)) STRICT""",
            """
            INSERT INTO content_of SELECT id, content.root, coalesce(known.length, 0), owner FROM content LEFT JOIN (
                SELECT root, max(length) AS length FROM (
                    SELECT root, size AS length FROM place UNION ALL SELECT root, length FROM part)
                GROUP BY root) AS known ON known.root = content.root""",
            "DROP TABLE content",
            "ALTER TABLE content_of RENAME TO content");

    // so that nobody can pass off a publisher's older word as the newest
    private static final List<String> NAMES = List.of("""
            CREATE TABLE name_seen (
                key BLOB NOT NULL, name TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, name))
                STRICT, WITHOUT ROWID""");

    // a file is found by its content, wherever it lies
    private static final List<String> LIBRARY = List.of("CREATE INDEX IF NOT EXISTS place_of ON place (root)");

    // what BitTorrent v1 knows a content's pieces by; seal: a checksum, for nothing else tells a wrong one
    private static final List<String> HYBRIDS = List.of("""
            CREATE TABLE IF NOT EXISTS sha1 (
                content INTEGER NOT NULL, piece_length INTEGER NOT NULL, padded INTEGER NOT NULL,
                hashes BLOB NOT NULL, seal INTEGER NOT NULL, PRIMARY KEY (content, piece_length, padded)) STRICT""");

    private static final List<List<String>> STEPS = List.of(BYTES, LENGTHS, NAMES, LIBRARY, HYBRIDS);

    /** The version that this program writes. */
    static final int VERSION = STEPS.size();

    private Schema() {}

    /** Brings a database of version {@code from} to {@link #VERSION}; the caller has begun a transaction. */
    static void migrate(Connection connection, int from) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (List<String> step : STEPS.subList(from, VERSION)) {
                for (String sql : step) statement.execute(sql);
            }
            statement.execute("PRAGMA application_id=" + APPLICATION_ID);
            statement.execute("PRAGMA user_version=" + VERSION);
        }
    }
}
