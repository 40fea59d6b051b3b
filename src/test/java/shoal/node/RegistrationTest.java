package shoal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Hash;
import shoal.catalogue.CatalogueEntry;
import shoal.catalogue.CatalogueJson;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.NameRecord;
import shoal.catalogue.SigningKey;
import shoal.discovery.CatalogueClient;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestWriter;
import shoal.tracker.Tracker;
import shoal.tracker.TrackerLimits;

/** How a name comes to a tracker, over real HTTP on loopback. */
@Timeout(60)
final class RegistrationTest {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final SigningKey ALICE = SigningKey.of(new byte[32]);
    private static final CatalogueName FILM = new CatalogueName("film");

    private final Manifest manifest = manifest();

    private static Manifest manifest() {
        try {
            return new ManifestWriter("film", 16384)
                    .file(List.of("film"), 5, Hash.ofHex("ab".repeat(32)), false)
                    .build();
        } catch (ManifestException e) {
            throw new AssertionError(e);
        }
    }

    private Registration registration(URI tracker, long seq) {
        return new Registration(tracker, manifest, Optional.of(ALICE.sign(FILM, seq, manifest.infoHash())));
    }

    @Test
    void registersTheShareAndWhatItsPublisherSigned(@TempDir Path data) throws Exception {
        try (Tracker tracker = Tracker.start(ANY, data, TrackerLimits.DEFAULT)) {
            URI url = tracker.announceUrl();
            Registration unsigned = new Registration(url, manifest, Optional.empty());
            assertEquals(Optional.empty(), unsigned.attempt());
            var catalogue = new CatalogueClient(url);
            assertEquals(List.of(), catalogue.entry(manifest.infoHash()).records());
            assertEquals(Optional.empty(), registration(url, 7).attempt());
            assertEquals(Optional.empty(), registration(url, 7).attempt(), "again is no trouble");
            NameRecord record = catalogue.entry(manifest.infoHash()).records().getFirst();
            assertEquals(ALICE.sign(FILM, 7, manifest.infoHash()), record);

            Registration late = registration(url, 6);
            assertEquals(Optional.of("the name is registered without its signature: " + url
                    + ": a record with this number or a higher one is here"), late.attempt());
            assertFalse(late.isPending(), "it would be refused again");
        }
    }

    @Test
    void aTrackerThatKnowsNoRecordsHasTheNameAllTheSame() throws Exception {
        HttpServer old = HttpServer.create(ANY, 0);
        old.createContext("/", exchange -> {
            boolean isShare = exchange.getRequestURI().getPath().equals("/api/shares");
            var entry = new CatalogueEntry(FILM, manifest.infoHash(), 5, 1, 16384, false, 0, 0,
                    Instant.EPOCH, List.of());
            byte[] body = isShare ? CatalogueJson.entry(entry) : CatalogueJson.error("what is that");
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(isShare ? 200 : 404, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        old.start();
        try {
            URI url = URI.create("http://127.0.0.1:" + old.getAddress().getPort() + "/announce");
            Registration registration = registration(url, 7);
            assertEquals(Optional.of("the name is registered without its signature: " + url + ": what is that"),
                    registration.attempt());
            assertFalse(registration.isPending());
        } finally {
            old.stop(0);
        }
    }

    @Test
    void aTrackerThatIsDownIsTriedAgain(@TempDir Path data) throws Exception {
        Tracker tracker = Tracker.start(ANY, data, TrackerLimits.DEFAULT);
        Registration registration = registration(tracker.announceUrl(), 7);
        tracker.close();
        assertTrue(registration.attempt().orElseThrow().endsWith(", so the name is not registered"));
        assertTrue(registration.isPending());
    }
}
