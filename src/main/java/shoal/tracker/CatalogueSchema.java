package shoal.tracker;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.sqlite.SQLiteConfig;

/**
 * The tables of the catalogue's database, and how it is opened. Each step of them runs once, in one transaction with
 * the change of {@code user_version}: a step that was released is never changed, the next one is added behind it.
 */
final class CatalogueSchema {
    /** "SHOL": of SQLite's application_id. */
    private static final int APPLICATION = 0x53484f4c;

    private static final int BUSY_MILLIS = 5_000;

    private static final List<String> SHARES = List.of(
            """
            CREATE TABLE share (
                id INTEGER PRIMARY KEY,
                hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
                name TEXT NOT NULL,
                name_key TEXT NOT NULL,
                length INTEGER NOT NULL,
                files INTEGER NOT NULL,
                piece_length INTEGER NOT NULL,
                private INTEGER NOT NULL,
                added INTEGER NOT NULL -- milliseconds of the clock on the wall
            ) STRICT""",
            "CREATE INDEX share_name_key ON share (name_key) WHERE private = 0",
            "CREATE TABLE manifest (share INTEGER PRIMARY KEY REFERENCES share, bytes BLOB NOT NULL) STRICT",
            // of shares that are not private; empty files have no root
            """
            CREATE TABLE file (
                share INTEGER NOT NULL REFERENCES share,
                number INTEGER NOT NULL,
                root BLOB NOT NULL CHECK (length(root) = 32),
                length INTEGER NOT NULL,
                path TEXT NOT NULL,
                PRIMARY KEY (share, number)
            ) STRICT, WITHOUT ROWID""",
            "CREATE INDEX file_root ON file (root)",
            // one row for each share that is not private, its words those of name_key; pictures count as letters
            """
            CREATE VIRTUAL TABLE word USING fts5 (
                name_key, content = '', prefix = '1 2 3',
                tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* So Co'"
            )""");

    // the newest one of each key and name; name is in NFC, bytes is the whole record as it came
    private static final List<String> RECORDS = List.of(
            """
            CREATE TABLE record (
                id INTEGER PRIMARY KEY,
                name TEXT NOT NULL,
                key BLOB NOT NULL CHECK (length(key) = 32),
                seq INTEGER NOT NULL,
                share INTEGER NOT NULL REFERENCES share,
                bytes BLOB NOT NULL,
                UNIQUE (name, key)
            ) STRICT""",
            "CREATE INDEX record_share ON record (share)");

    private static final List<List<String>> STEPS = List.of(SHARES, RECORDS);

    /** Of SQLite's user_version. */
    private static final int VERSION = STEPS.size();

    private CatalogueSchema() {}

    /** Opens the database in {@code file} and makes the tables that it lacks. */
    static Connection open(Path file) throws IOException {
        try {
            Connection connection = connect(file, false);
            try {
                prepare(connection, file);
                return connection;
            } catch (SQLException | IOException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new IOException(explained(file, e), e);
        }
    }

    /** Opens the database, which is there, only to read. */
    static Connection openToRead(Path file) throws IOException {
        try {
            return connect(file, true);
        } catch (SQLException e) {
            throw new IOException(explained(file, e), e);
        }
    }

    private static Connection connect(Path file, boolean onlyRead) throws SQLException {
        var config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.enforceForeignKeys(true);
        // what was acknowledged is on the disk, even if the power fails
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, config.toProperties());
        try (Statement statement = connection.createStatement()) {
            statement.execute(onlyRead ? "PRAGMA query_only = 1" : "PRAGMA journal_mode = WAL");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private static void prepare(Connection connection, Path file) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            int version = number(statement, "PRAGMA user_version");
            if (version > VERSION) {
                throw new IOException("the catalogue " + file + " is from a newer Shoal (version " + version
                        + ", this one knows " + VERSION + ")");
            }
            if (version == VERSION) return;
            if (version == 0 && number(statement, "SELECT count(*) FROM sqlite_schema") > 0) {
                throw new IOException(file + " is a database, but not a catalogue of Shoal");
            }
            connection.setAutoCommit(false);
            for (List<String> step : STEPS.subList(version, VERSION)) {
                for (String sql : step) statement.execute(sql);
            }
            statement.execute("PRAGMA application_id = " + APPLICATION);
            statement.execute("PRAGMA user_version = " + VERSION);
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    private static int number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    /** What a person can do about {@code e}. */
    static String explained(Path file, SQLException e) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("SQLITE_NOTADB") || text.contains("SQLITE_CORRUPT")) {
            return "the catalogue " + file + " is damaged: move it away to begin a new one, or put back a copy";
        }
        if (text.contains("SQLITE_BUSY") || text.contains("SQLITE_LOCKED")) {
            return "the catalogue " + file + " is locked by another program";
        }
        if (text.contains("SQLITE_FULL")) return "the disk of the catalogue " + file + " is full";
        return "the catalogue " + file + " cannot be used: " + text;
    }
}
