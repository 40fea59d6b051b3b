package shoal.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;

/**
 * Opens the file {@code state.db}: makes it when it is missing, brings it to the newest version, leaves alone what is a
 * newer Shoal's or a stranger's, and sets a damaged one aside. Several processes may have it open.
 *
 * <p>A lost or damaged database loses no content: files are hashed again when they are asked for.
 */
final class Database {
    /** How long to wait for another process's transaction; theirs are as short as ours. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(4);

    private static final String NAME = "state.db";

    private Database() {}

    /** The database in {@code dir}, which is made if need be. */
    static Connection open(Path dir) throws DiskFault {
        Path file = dir.resolve(NAME);
        try {
            Files.createDirectories(dir);
        } catch (IOException e) {
            throw Faults.of(e, "cannot make the folder", dir);
        }
        try {
            if (Files.exists(doubt(file))) {
                check(file);
                Files.deleteIfExists(doubt(file));
            }
            return connect(file);
        } catch (SQLException e) {
            if (!Faults.isDamage(e)) throw Faults.of(e, file);
        } catch (IOException e) {
            throw Faults.of(e, "cannot open", file);
        }
        setAside(file);
        try {
            return connect(file);
        } catch (SQLException e) {
            throw Faults.of(e, file);
        }
    }

    /** Remembers that the database in {@code dir} seems to be damaged: the next {@link #open} looks at all of it. */
    static void distrust(Path dir) {
        try {
            Files.writeString(doubt(dir.resolve(NAME)), "");
        } catch (IOException e) {
            // the next start then meets the damage itself
        }
    }

    private static Path doubt(Path file) {
        return file.resolveSibling(NAME + ".doubt");
    }

    private static Connection connect(Path file) throws SQLException, DiskFault {
        Connection connection = raw(file.toString());
        try {
            prepare(connection, file);
            return connection;
        } catch (SQLException | DiskFault | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** What {@link #open} needs before it can open anything, which takes the JVM long: classes, the native library. */
    static void warmUp() {
        try {
            raw(":memory:").close();
        } catch (SQLException e) {
            // to open a database will say why
        }
    }

    private static Connection raw(String name) throws SQLException {
        var properties = new Properties();
        properties.setProperty("busy_timeout", "100");
        // what nobody asks for: it costs as much as the insertion itself
        properties.setProperty("jdbc.get_generated_keys", "false");
        // not by DriverManager, which looks for other drivers on the whole class path first
        Connection connection = new JDBC().connect("jdbc:sqlite:" + name, properties);
        if (connection == null) throw new SQLException("not a name for a database: " + name);
        return connection;
    }

    private static void prepare(Connection connection, Path file) throws SQLException, DiskFault {
        try (Statement statement = connection.createStatement()) {
            Version.require(text(statement, "SELECT sqlite_version()"));
            long id = number(statement, "PRAGMA application_id");
            long version = number(statement, "PRAGMA user_version");
            boolean isEmpty = id == 0 && number(statement, "SELECT count(*) FROM sqlite_schema") == 0;
            if (id != Schema.APPLICATION_ID && !isEmpty) {
                throw new DiskFault(DiskFault.Kind.EXISTS, file + " is not a database of Shoal's: nothing was changed");
            }
            if (version > Schema.VERSION) {
                throw new DiskFault(
                        DiskFault.Kind.NEWER,
                        file + " was written by a newer Shoal (version " + version + ", this one knows "
                                + Schema.VERSION
                                + "): nothing was changed; use that one, or another SHOAL_HOME");
            }
            patiently(connection, file, () -> {
                statement.execute("PRAGMA journal_mode=WAL");
                return "";
            });
            statement.execute("PRAGMA synchronous=NORMAL");
            // the store says when: a checkpoint in the midst of a fetch delays what must be quick
            statement.execute("PRAGMA wal_autocheckpoint=0");
            statement.execute("PRAGMA journal_size_limit=67108864");
            if (version < Schema.VERSION) migrate(connection, statement, file);
        }
    }

    private static void migrate(Connection connection, Statement statement, Path file) throws SQLException, DiskFault {
        patiently(connection, file, () -> {
            statement.execute("BEGIN IMMEDIATE");
            return "";
        });
        try {
            // another process may have been quicker
            int version = (int) number(statement, "PRAGMA user_version");
            if (version < Schema.VERSION) Schema.migrate(connection, version);
            statement.execute("COMMIT");
        } catch (SQLException e) {
            try {
                statement.execute("ROLLBACK");
            } catch (SQLException done) {
                // SQLite has already rolled back by itself, as it does when the disk is full
            }
            throw e;
        }
    }

    /** Something that may find the database locked. */
    interface Attempt<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    /** Tries again while another process holds the database, but not for ever. */
    static <T extends @Nullable Object> T patiently(Connection connection, Path file, Attempt<T> attempt)
            throws SQLException, DiskFault {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                return attempt.run();
            } catch (SQLException e) {
                if (!Faults.isBusy(e)) throw e;
                if (System.nanoTime() - deadline > 0) throw Faults.of(e, file);
            }
        }
    }

    private static void check(Path file) throws SQLException {
        try (Connection connection = raw(file.toString());
                Statement statement = connection.createStatement()) {
            String verdict = text(statement, "PRAGMA quick_check(1)");
            if (!verdict.equals("ok")) throw Faults.damage(verdict);
        }
    }

    /** Renames the database and its two companions, so that nothing of it is lost that someone could still read. */
    private static void setAside(Path file) throws DiskFault {
        String others = Holders.of(file);
        if (!others.isEmpty()) {
            throw new DiskFault(
                    DiskFault.Kind.IN_USE, file + " is damaged and in use by " + others + ": stop that first");
        }
        var time = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS");
        String suffix = ".corrupt-" + LocalDateTime.now(ZoneId.systemDefault()).format(time);
        try {
            for (String part : new String[] {"", "-wal", "-shm"}) {
                Path from = file.resolveSibling(NAME + part);
                if (Files.exists(from)) Files.move(from, file.resolveSibling(NAME + suffix + part));
            }
            Files.deleteIfExists(doubt(file));
        } catch (IOException e) {
            throw Faults.of(e, "is damaged and cannot be set aside:", file);
        }
        System.getLogger(Database.class.getName())
                .log(
                        System.Logger.Level.WARNING,
                        "{0} was damaged and is now {1}; files are hashed again when they are asked for",
                        file,
                        NAME + suffix);
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private static String text(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            String text = row.next() ? row.getString(1) : null;
            return text == null ? "" : text;
        }
    }

    /** SQLite's own version: before 3.51.3 two processes could damage a database while they wrote back its log. */
    static final class Version {
        private static final int LEAST = 3_051_003;

        private Version() {}

        static void require(String version) {
            int number = 0;
            String[] parts = version.split("\\.", -1);
            for (int i = 0; i < 3; i++) number = number * 1000 + (i < parts.length ? Integer.parseInt(parts[i]) : 0);
            if (number < LEAST) throw new IllegalStateException("SQLite " + version + " is too old: 3.51.3 is needed");
        }
    }
}
