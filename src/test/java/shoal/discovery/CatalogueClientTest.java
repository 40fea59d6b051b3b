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
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;

@Timeout(60)
final class CatalogueClientTest {
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
        try (var server = FakeServer.saying(FakeServer.ok("{\"entries\":[],\"exact\":[],\"similar\":[],\"peers\":[],\"shares\":[]}"))) {
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
