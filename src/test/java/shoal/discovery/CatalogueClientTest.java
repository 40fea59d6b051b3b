package shoal.discovery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.catalogue.CatalogueEntry;
import shoal.catalogue.CatalogueJson;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.NameRecord;
import shoal.catalogue.SearchPage;
import shoal.catalogue.SigningKey;

@Timeout(60)
final class CatalogueClientTest {
    private static final SigningKey ALICE = SigningKey.of(new byte[32]);
    private static final SigningKey BOB = SigningKey.of("bob, who is somebody else, surely".substring(1)
            .getBytes(StandardCharsets.US_ASCII));
    private static final CatalogueName FILM = new CatalogueName("film");

    @ParameterizedTest
    @CsvSource({
        "http://t.example:6969/announce, http://t.example:6969/api/",
        "http://t.example/x/announce?passkey=1, http://t.example/x/api/",
        "https://[2001:db8::1]/announce, https://[2001:db8::1]/api/",
        "http://t.example, http://t.example/api/",
        "http://t.example:6969/, http://t.example:6969/api/",
        "http://t.example/announce/announce, http://t.example/announce/api/"
    })
    void theCatalogueIsBesideTheAnnounce(String tracker, String api) {
        assertEquals(URI.create(api), new CatalogueClient(URI.create(tracker)).api());
    }

    @Test
    void asksForWhatTheDocumentationNames() throws Exception {
        String nothing = "{\"entries\":[],\"exact\":[],\"similar\":[],\"peers\":[],\"shares\":[]}";
        try (var server = FakeServer.saying(FakeServer.ok(nothing))) {
            var catalogue = new CatalogueClient(server.uri("/announce"));
            catalogue.search("größe & co", 50, 25);
            assertEquals("GET /api/shares?q=gr%C3%B6%C3%9Fe+%26+co&offset=50&limit=25 HTTP/1.1", server.next());
            catalogue.named("a/b?");
            assertEquals("GET /api/shares?name=a%2Fb%3F HTTP/1.1", server.next());
            catalogue.peers(new InfoHash(1, 2, 3));
            assertEquals("GET /api/shares/" + new InfoHash(1, 2, 3).hex() + "/peers HTTP/1.1", server.next());
            catalogue.byRoot(Hash.ZERO);
            assertEquals("GET /api/roots/" + Hash.ZERO.hex() + " HTTP/1.1", server.next());
            byte[] manifest = catalogue.manifest(Hash.ZERO);
            assertEquals("GET /api/shares/" + Hash.ZERO.hex() + "/manifest HTTP/1.1", server.next());
            assertArrayEquals("{\"en".getBytes(StandardCharsets.UTF_8), Arrays.copyOf(manifest, 4));
        }
    }

    private static String records(NameRecord... records) {
        return FakeServer.ok(new String(CatalogueJson.records(List.of(records)), StandardCharsets.US_ASCII));
    }

    private static String lies(String answer, Ask ask) {
        try (var server = FakeServer.saying(answer)) {
            var catalogue = new CatalogueClient(server.uri("/announce"));
            var fault = assertThrows(CatalogueException.class, () -> ask.of(catalogue));
            assertEquals(CatalogueException.Kind.GARBAGE, fault.kind());
            return String.valueOf(fault.getMessage());
        }
    }

    private interface Ask {
        void of(CatalogueClient catalogue) throws CatalogueException;
    }

    @Test
    void aTrackerThatForgesARecordOrGivesAnotherIsNotBelieved() throws Exception {
        NameRecord good = ALICE.sign(FILM, 7, Hash.ZERO);
        NameRecord bobs = BOB.sign(FILM, 7, Hash.ZERO);
        var forged = new NameRecord(ALICE.key(), FILM, 8, Hash.ZERO, good.signature());
        String digits = ALICE.key().shortHex();
        try (var server = FakeServer.saying(records(good))) {
            var catalogue = new CatalogueClient(server.uri("/announce"));
            assertEquals(List.of(good), catalogue.records(FILM, digits));
            assertEquals("GET /api/names?name=film&key=" + digits + " HTTP/1.1", server.next());
        }
        assertTrue(lies(records(good, forged), catalogue -> catalogue.records(FILM, digits))
                .endsWith(" lies: its record of \"film\" was not signed by " + digits));
        assertTrue(lies(records(bobs), catalogue -> catalogue.records(FILM, digits))
                .endsWith(" lies: it gives a record of another name or key"));
        lies(records(good), catalogue -> catalogue.records(new CatalogueName("film 2"), digits));
        var entry = new CatalogueEntry(FILM, Hash.ZERO, 1, 1, 1, false, 0, 0, Instant.EPOCH, List.of(forged));
        var page = new SearchPage(List.of(entry), SearchPage.NO_MORE);
        lies(FakeServer.ok(new String(CatalogueJson.page(page), StandardCharsets.US_ASCII)),
                catalogue -> catalogue.search("", 0, 10));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            404, {"error":"there is no such thing"}, NOT_FOUND,   there is no such thing
            422, {"error":"not a manifest: \\u001b"}, REFUSED,     not a manifest: \\u001b
            429, x,                                  REFUSED,     HTTP status 429
            500, {"error":"broken"},                 UNREACHABLE, broken
            200, {"error":"what"},                   GARBAGE,     does not answer like a catalogue
            200, <html>,                             GARBAGE,     does not answer like a catalogue
            302, {},                                 UNREACHABLE, HTTP status 302
            """)
    void sortsWhatCanGoWrong(int status, String body, CatalogueException.Kind kind, String reason) {
        String answer = "HTTP/1.1 " + status + " S\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        try (var server = FakeServer.saying(answer)) {
            var catalogue = new CatalogueClient(server.uri("/announce"));
            var fault = assertThrows(CatalogueException.class, () -> catalogue.entry(Hash.ZERO));
            assertEquals(kind, fault.kind());
            assertTrue(String.valueOf(fault.getMessage()).contains(reason), fault.getMessage());
            assertThrows(CatalogueException.class, () -> catalogue.register(new byte[10]));
        }
    }

    @Test
    void aCatalogueThatIsNotThereIsNamed() throws IOException {
        try (var nobody = new Socket()) {
            nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)); // held, but it does not listen
            var url = "http://127.0.0.1:" + nobody.getLocalPort();
            var catalogue = new CatalogueClient(URI.create(url + "/announce"));
            var fault = assertThrows(CatalogueException.class, () -> catalogue.search("", 0, 1));
            assertEquals(CatalogueException.Kind.UNREACHABLE, fault.kind());
            assertEquals("the tracker at " + url + " cannot be asked: Connection refused", fault.getMessage());
        }
    }
}
