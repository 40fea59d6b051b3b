package shoal.tracker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.catalogue.CatalogueEntry;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.NameRecord;
import shoal.catalogue.SearchKey;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;

/**
 * The durable half of the tracker: which shares there are and what they are called, in one SQLite file. What
 * {@link #register} has returned is on the disk. No share in it is ever changed or replaced: the hash says what it is,
 * and the first one to register it said what it is called. Of name records the newest is kept. Any thread.
 *
 * <p>Private shares are found by their whole hash only; no list, search, name or root leads to them.
 */
final class CatalogueStore implements AutoCloseable {
    private static final String FILE = "catalogue.db";
    private static final int READERS = 2;
    private static final Duration MOST_READ = Duration.ofSeconds(2);
    private static final String ENTRY =
            "s.id, s.hash, s.name, s.length, s.files, s.piece_length, s.private, s.added";

    private final int mostShares;
    private final int mostRecords;
    private final Lane writer;
    private final List<Lane> readers = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicLong shares = new AtomicLong();
    private final AtomicLong records = new AtomicLong();
    private final Set<InfoHash> hidden = ConcurrentHashMap.newKeySet();

    /**
     * What became of a registration.
     *
     * @param entry the share, without its peers
     * @param isNew whether it was not known before
     */
    record Registered(CatalogueEntry entry, boolean isNew) {}

    private CatalogueStore(Path file, TrackerLimits limits) throws IOException {
        mostShares = limits.shares();
        mostRecords = limits.records();
        writer = new Lane("catalogue writer", file, CatalogueSchema.open(file), Duration.ZERO);
        try {
            for (int i = 0; i < READERS; i++) {
                readers.add(new Lane("catalogue reader " + i, file, CatalogueSchema.openToRead(file), MOST_READ));
            }
            writer.call(this::count);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Opens the catalogue in {@code folder}, and makes both if they are missing. */
    static CatalogueStore open(Path folder, TrackerLimits limits) throws IOException {
        Files.createDirectories(folder);
        return new CatalogueStore(folder.resolve(FILE), limits);
    }

    /** Learns which shares are private, and how much there is of all; returns how many shares. */
    private long count(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            try (var row = statement.executeQuery("SELECT hash FROM share WHERE private = 1")) {
                while (row.next()) hidden.add(Hash.of(row.getBytes(1)).truncated());
            }
            try (var row = statement.executeQuery(
                    "SELECT (SELECT count(*) FROM share), (SELECT count(*) FROM record)")) {
                if (row.next()) {
                    shares.set(row.getLong(1));
                    records.set(row.getLong(2));
                }
            }
        }
        return shares.get();
    }

    private Lane reader() {
        return readers.get(Math.floorMod(turn.getAndIncrement(), READERS));
    }

    /** How many shares there are. */
    long shares() {
        return shares.get();
    }

    /** Whether this is the short hash of a private share. */
    boolean isHidden(InfoHash shortHash) {
        return hidden.contains(shortHash);
    }

    /** Registers a share whose manifest has these bytes, if there is room for it or it is known already. */
    Optional<Registered> register(Manifest manifest, byte[] bytes, Instant now) throws IOException {
        var name = new CatalogueName(manifest.name());
        var entry = new CatalogueEntry(
                name,
                manifest.infoHash(),
                manifest.length(),
                manifest.files().size(),
                manifest.pieceLength(),
                manifest.isPrivate(),
                0,
                0,
                Instant.ofEpochMilli(now.toEpochMilli()),
                List.of());
        return writer.call(connection -> {
            List<CatalogueEntry> known = entries(
                    connection, "SELECT " + ENTRY + " FROM share s WHERE s.hash = ?", manifest.infoHash().bytes());
            if (!known.isEmpty()) return Optional.of(new Registered(known.getFirst(), false));
            if (shares.get() >= mostShares) return Optional.empty();
            connection.setAutoCommit(false);
            try {
                insert(connection, entry, manifest, bytes);
                connection.commit();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            shares.incrementAndGet();
            if (entry.isPrivate()) hidden.add(manifest.shortHash());
            return Optional.of(new Registered(entry, true));
        });
    }

    /** Keeps a record that is known to be genuine, if it is newer than what is here. */
    NameRecordTable.Fate put(NameRecord record) throws IOException {
        return writer.call(connection -> {
            var fate = NameRecordTable.put(connection, record, records.get() < mostRecords);
            if (fate == NameRecordTable.Fate.NEW) records.incrementAndGet();
            return fate;
        });
    }

    /** The records of a name by keys whose digits begin so. */
    List<NameRecord> records(CatalogueName name, String digits, int limit) throws IOException {
        return reader().call(connection -> NameRecordTable.find(connection, name, digits, limit));
    }

    private static void insert(Connection connection, CatalogueEntry entry, Manifest manifest, byte[] bytes)
            throws SQLException {
        String key = SearchKey.of(entry.name().text());
        long id = insert(
                connection,
                "INSERT INTO share (hash, name, name_key, length, files, piece_length, private, added)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                entry.infoHash().bytes(),
                entry.name().text(),
                key,
                entry.length(),
                entry.files(),
                entry.pieceLength(),
                entry.isPrivate() ? 1 : 0,
                entry.added().toEpochMilli());
        insert(connection, "INSERT INTO manifest (share, bytes) VALUES (?, ?)", id, bytes);
        if (entry.isPrivate()) return;
        insert(connection, "INSERT INTO word (rowid, name_key) VALUES (?, ?)", id, key);
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO file (share, number, root, length, path) VALUES (?, ?, ?, ?, ?)")) {
            for (ManifestFile file : manifest.files()) {
                if (file.length() == 0) continue;
                bind(statement, id, file.index(), file.root().bytes(), file.length(), file.pathText());
                statement.executeUpdate();
            }
        }
    }

    private static long insert(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            statement.executeUpdate();
        }
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT last_insert_rowid()")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** The share of this hash. */
    Optional<CatalogueEntry> find(Hash infoHash) throws IOException {
        return entries("SELECT " + ENTRY + " FROM share s WHERE s.hash = ?", infoHash.bytes()).stream().findFirst();
    }

    /** The share of this short hash, if it is not private. */
    Optional<CatalogueEntry> find(InfoHash shortHash) throws IOException {
        byte[] from = Arrays.copyOf(shortHash.bytes(), Hash.BYTES);
        byte[] to = from.clone();
        Arrays.fill(to, InfoHash.BYTES, Hash.BYTES, (byte) 0xff);
        String query = "SELECT " + ENTRY + " FROM share s WHERE s.hash BETWEEN ? AND ? AND s.private = 0 LIMIT 1";
        return entries(query, from, to).stream().findFirst();
    }

    /** The manifest that was registered, byte for byte. */
    Optional<byte[]> manifest(Hash infoHash) throws IOException {
        return reader().call(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT m.bytes FROM manifest m JOIN share s ON s.id = m.share WHERE s.hash = ?")) {
                bind(statement, (Object) infoHash.bytes());
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
                }
            }
        });
    }

    /** The shares whose names have this key, oldest first. */
    List<CatalogueEntry> named(String key, int limit) throws IOException {
        return entries(
                "SELECT " + ENTRY + " FROM share s WHERE s.name_key = ? AND s.private = 0 ORDER BY s.id LIMIT ?",
                key,
                limit);
    }

    /** All shares, newest first. */
    List<CatalogueEntry> newest(int offset, int limit) throws IOException {
        return entries(
                "SELECT " + ENTRY + " FROM share s WHERE s.private = 0 ORDER BY s.id DESC LIMIT ? OFFSET ?",
                limit,
                offset);
    }

    /** The shares that a search for the text {@code query} finds: those that are called so first, then the newest. */
    List<CatalogueEntry> search(String query, int offset, int limit) throws IOException {
        String key = SearchKey.of(query);
        if (key.isEmpty()) return newest(offset, limit);
        return entries(
                "SELECT " + ENTRY + " FROM share s WHERE s.private = 0 AND (s.name_key = ?1"
                        + " OR s.id IN (SELECT rowid FROM word WHERE word MATCH ?2))"
                        + " ORDER BY s.name_key = ?1 DESC, s.id DESC LIMIT ?3 OFFSET ?4",
                key,
                phrases(key),
                limit,
                offset);
    }

    /** The words of a key as FTS5's phrases, the last word of each as a prefix; nothing in them is syntax. */
    private static String phrases(String key) {
        var phrases = new StringBuilder();
        for (String word : key.split(" ", -1)) {
            phrases.append('"').append(word.replace("\"", "\"\"")).append("\"* ");
        }
        return phrases.toString();
    }

    /** The files of this root, of shares that are not private. */
    List<StoredFile> withRoot(Hash root, int limit) throws IOException {
        String query = "SELECT " + ENTRY + ", f.number, f.length, f.path FROM file f JOIN share s ON s.id = f.share"
                + " WHERE f.root = ? ORDER BY f.share, f.number LIMIT ?";
        return reader().call(connection -> {
            var files = new ArrayList<StoredFile>();
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                bind(statement, root.bytes(), limit);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        CatalogueEntry entry = entry(connection, row);
                        files.add(new StoredFile(entry, row.getInt(9), row.getLong(10), row.getString(11)));
                    }
                }
            }
            return files;
        });
    }

    private List<CatalogueEntry> entries(String query, Object... values) throws IOException {
        return reader().call(connection -> entries(connection, query, values));
    }

    private static List<CatalogueEntry> entries(Connection connection, String query, Object... values)
            throws SQLException {
        var entries = new ArrayList<CatalogueEntry>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            bind(statement, values);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) entries.add(entry(connection, row));
            }
        }
        return entries;
    }

    private static CatalogueEntry entry(Connection connection, ResultSet row) throws SQLException {
        return new CatalogueEntry(
                new CatalogueName(row.getString(3)),
                Hash.of(row.getBytes(2)),
                row.getLong(4),
                row.getInt(5),
                row.getInt(6),
                row.getInt(7) != 0,
                0,
                0,
                Instant.ofEpochMilli(row.getLong(8)),
                NameRecordTable.of(connection, row.getLong(1)));
    }

    private static void bind(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            switch (values[i]) {
                case byte[] bytes -> statement.setBytes(i + 1, bytes);
                case String text -> statement.setString(i + 1, text);
                case Number number -> statement.setLong(i + 1, number.longValue());
                default -> throw new IllegalArgumentException(values[i].getClass() + " is not stored");
            }
        }
    }

    /** Closes the database; what was acknowledged is in it. */
    @Override
    public void close() {
        readers.forEach(Lane::close);
        writer.close();
    }
}
