package shoal.tracker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shoal.catalogue.CatalogueEntry;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.NameRecord;
import shoal.catalogue.SigningKey;
import shoal.discovery.CatalogueClient;
import shoal.discovery.CatalogueException;
import shoal.manifest.Manifest;

/** Signed names at a tracker, over real sockets and with a real database. */
@Timeout(60)
final class NameRecordsTest {
    private static final SigningKey ALICE = SigningKey.of(new byte[32]);
    private static final SigningKey BOB = SigningKey.of(filled(1));

    @TempDir
    private Path data;

    private final Manifest film = Shares.of("film", 1);
    private final Manifest otherFilm = Shares.of("film", 2);
    private final CatalogueName name = new CatalogueName("film");
    private Tracker tracker;
    private CatalogueClient catalogue;

    private static byte[] filled(int with) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    @BeforeEach
    void start() throws IOException {
        var bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        tracker = Tracker.start(bind, data, TrackerLimits.DEFAULT);
        catalogue = new CatalogueClient(tracker.announceUrl());
    }

    @AfterEach
    void stop() {
        tracker.close();
    }

    private NameRecord published(SigningKey key, long seq, Manifest manifest) throws CatalogueException {
        NameRecord record = key.sign(new CatalogueName(manifest.name()), seq, manifest.infoHash());
        catalogue.publish(record);
        return record;
    }

    private void refused(String reason, NameRecord record) {
        var fault = assertThrows(CatalogueException.class, () -> catalogue.publish(record));
        assertEquals(CatalogueException.Kind.REFUSED, fault.kind());
        assertEquals(reason, fault.getMessage());
    }

    private List<NameRecord> of(SigningKey key) throws CatalogueException {
        return catalogue.records(name, key.key().hex());
    }

    @Test
    void theNewestRecordOfEachKeyIsFoundByTheKeyAndAtItsEntry() throws Exception {
        catalogue.register(film.encoded());
        catalogue.register(otherFilm.encoded());
        NameRecord first = published(ALICE, 1, film);
        NameRecord bobs = published(BOB, 1, film);
        catalogue.publish(bobs); // again
        assertEquals(List.of(first), of(ALICE));
        assertEquals(List.of(first), catalogue.records(name, ALICE.key().shortHex()));
        assertEquals(List.of(first, bobs), catalogue.entry(film.infoHash()).records());
        NameRecord second = published(ALICE, 5, otherFilm);
        assertEquals(List.of(second), of(ALICE));
        assertEquals(List.of(bobs), catalogue.entry(film.infoHash()).records(), "it is Alice's film no longer");
        assertEquals(List.of(List.of(second), List.of(bobs)), catalogue.search("film", 0, 10).entries().stream()
                .map(CatalogueEntry::records)
                .toList());
        assertEquals(List.of(), catalogue.records(new CatalogueName("film 2"), ALICE.key().hex()));
        assertEquals(List.of(), of(SigningKey.of(filled(7))));
    }

    @Test
    void nobodyCanRollBackOrForge() throws Exception {
        catalogue.register(film.encoded());
        catalogue.register(otherFilm.encoded());
        NameRecord newest = published(ALICE, 5, film);
        refused("a record with this number or a higher one is here", ALICE.sign(name, 4, otherFilm.infoHash()));
        refused("a record with this number or a higher one is here", ALICE.sign(name, 5, otherFilm.infoHash()));
        NameRecord bobs = BOB.sign(name, 6, otherFilm.infoHash());
        refused("the record is not signed by its key",
                new NameRecord(ALICE.key(), name, 6, otherFilm.infoHash(), bobs.signature()));
        assertEquals(List.of(newest), of(ALICE));
    }

    @Test
    void aRecordIsOfAShareThatIsThereUnderItsNameAndInPublic() throws Exception {
        refused("the share of the record is not registered", ALICE.sign(name, 1, film.infoHash()));
        catalogue.register(film.encoded());
        refused("the share of the record has another name",
                ALICE.sign(new CatalogueName("other"), 1, film.infoHash()));
        Manifest secret = Shares.secret("film", 3);
        catalogue.register(secret.encoded());
        refused("the share of the record is not registered", ALICE.sign(name, 1, secret.infoHash()));
    }

    @Test
    void aCatalogueThatIsFullOfRecordsTakesOnlyNewerOnes() throws Exception {
        TrackerLimits usual = TrackerLimits.DEFAULT;
        var one = new TrackerLimits(usual.interval(), usual.minInterval(), usual.peerLife(), usual.peers(),
                usual.swarms(), usual.swarmPeers(), usual.addressPeers(), usual.addressSwarmPeers(), usual.numWant(),
                usual.mostNumWant(), usual.connections(), usual.manifestBytes(), usual.shares(), 1,
                usual.registrations(), usual.announces());
        for (int restarts = 0; restarts < 2; restarts++) {
            tracker.close();
            tracker = Tracker.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), data, one);
            catalogue = new CatalogueClient(tracker.announceUrl());
            catalogue.register(film.encoded());
            published(ALICE, 1 + restarts, film);
            var full = assertThrows(CatalogueException.class, () -> published(BOB, 1, film));
            assertTrue(String.valueOf(full.getMessage()).endsWith("the catalogue is full"), full.getMessage());
        }
    }

    @Test
    void aCatalogueOfTheTimeBeforeRecordsKeepsItsShares() throws Exception {
        CatalogueEntry entry = catalogue.register(film.encoded());
        tracker.close();
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("catalogue.db"))) {
            execute(database, "DROP TABLE record");
            execute(database, "PRAGMA user_version = 1");
        }
        start();
        assertEquals(entry, catalogue.entry(film.infoHash()));
        NameRecord record = published(ALICE, 1, film);
        tracker.close();
        start();
        assertEquals(List.of(record), of(ALICE), "and what was published outlives the process");
    }

    private static void execute(Connection database, String sql) throws SQLException {
        try (var statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            400, name is missing,                         GET /api/names?key=0123456789abcdef HTTP/1.1
            400, key is not 16 to 64 hexadecimal digits,  GET /api/names?name=film HTTP/1.1
            400, key is not 16 to 64 hexadecimal digits,  GET /api/names?name=film&key=0123456789abcde HTTP/1.1
            400, key is not 16 to 64 hexadecimal digits,  GET /api/names?name=film&key=0123456789abcdeg HTTP/1.1
            400, the name has a slash,                    GET /api/names?name=a/b&key=0123456789abcdef HTTP/1.1
            405, only GET,                                DELETE /api/names HTTP/1.1
            411, a name record is expected here,          POST /api/names HTTP/1.1
            200, `"records":[]`,                          GET /api/names?name=film&key=0123456789ABCDEF HTTP/1.1
            """)
    void saysWhatIsWrongWithARequest(int status, String says, String request) throws IOException {
        try (var client = new RawClient(tracker.address())) {
            var response = client.send(request + "\r\nHost: t\r\n\r\n").receive();
            assertEquals(status, response.status(), response.body());
            assertTrue(response.body().contains(says), response.body());
        }
    }

    @Test
    void bytesThatAreNoRecordAreRefusedHoweverMany() throws IOException {
        byte[] record = ALICE.sign(name, 1, film.infoHash()).encoded();
        assertEquals(422, posted(Arrays.copyOf(record, record.length - 1)));
        assertEquals(422, posted(HexFormat.of().parseHex("6465")));
        assertEquals(422, posted(new byte[NameRecord.MOST_BYTES]));
        assertEquals(413, posted(new byte[NameRecord.MOST_BYTES + 1]));
        assertEquals(411, posted(new byte[0]));
        assertEquals(415, posted("text/plain", record));
    }

    private int posted(byte[] body) throws IOException {
        return posted("application/x-bencode", body);
    }

    private int posted(String type, byte[] body) throws IOException {
        try (var client = new RawClient(tracker.address())) {
            String head = "POST /api/names HTTP/1.1\r\nHost: t\r\nContent-Type: " + type + "\r\nContent-Length: "
                    + body.length + "\r\n\r\n";
            return client.send(head.getBytes(ISO_8859_1)).send(body).receive().status();
        }
    }
}
