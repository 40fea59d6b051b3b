package shoal.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** The tables of one connection. Belongs to the thread that owns it. */
final class Tables {
    private final Connection connection;
    private final Statement plain;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private final ContentTable contents = new ContentTable(this);
    private final PlaceTable places = new PlaceTable(this);
    private final PartTable parts = new PartTable(this);
    private final ShareTable shares = new ShareTable(this);
    private final NameTable names = new NameTable(this);
    private final Sha1Table sha1s = new Sha1Table(this);

    Tables(Connection connection) throws SQLException {
        this.connection = connection;
        this.plain = connection.createStatement();
    }

    ContentTable contents() {
        return contents;
    }

    PlaceTable places() {
        return places;
    }

    PartTable parts() {
        return parts;
    }

    ShareTable shares() {
        return shares;
    }

    NameTable names() {
        return names;
    }

    Sha1Table sha1s() {
        return sha1s;
    }

    /** The statement for {@code sql}, prepared once. */
    PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    void begin() throws SQLException {
        // at once the right to write: to want it later, in the midst of a transaction, can fail without a remedy
        prepare("BEGIN IMMEDIATE").execute();
    }

    void commit() throws SQLException {
        prepare("COMMIT").execute();
    }

    /** Many questions to one state of the database, which is locked once for all of them and not for each. */
    <T> T view(Store.Question<T> questions) throws SQLException {
        prepare("BEGIN").execute();
        try {
            return questions.ask(this);
        } finally {
            rollback();
        }
    }

    void rollback() {
        try {
            plain.execute("ROLLBACK");
        } catch (SQLException e) {
            // SQLite has already rolled back by itself, as it does when the disk is full
        }
    }

    /** Writes the log back into the database and lets it begin anew, if it has more than {@code pages} pages. */
    void writeBack(Path file, int pages) throws SQLException {
        // asking SQLite for the length of its log is itself a checkpoint; the file's length only ever grows to its peak
        if (file.resolveSibling(file.getFileName() + "-wal").toFile().length() / 4096 <= pages) return;
        try (ResultSet row = plain.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            row.next();
        }
    }

    /** The one number that {@code statement} selects, or {@code otherwise}. */
    static long number(PreparedStatement statement, long otherwise) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getLong(1) : otherwise;
        }
    }
}
