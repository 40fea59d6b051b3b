package shoal.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import shoal.bytes.Hash;
import shoal.catalogue.CatalogueEntry;
import shoal.discovery.CatalogueClient;
import shoal.discovery.CatalogueException;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestWriter;
import shoal.tracker.OwnCatalogue;

/** A node's own catalogue, asked by the client that asks trackers'. */
final class OwnCatalogueTest {
    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final Manifest film = manifest("A Film", false);
    private OwnCatalogue own;
    private CatalogueClient client;

    private static Manifest manifest(String name, boolean isPrivate) {
        try {
            return new ManifestWriter(name, 16384).isPrivate(isPrivate)
                    .file(List.of(name), 5, new Hash(1, 2, 3, 4), false).build();
        } catch (ManifestException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @BeforeEach
    void start() throws IOException {
        own = OwnCatalogue.start(HERE, film, Optional.empty(), Instant.EPOCH);
        client = new CatalogueClient(URI.create("http://127.0.0.1:" + own.port()));
    }

    @AfterEach
    void close() {
        own.close();
    }

    @Test
    void answersAsATrackersCatalogueDoes() throws Exception {
        CatalogueEntry entry = client.entry(film.infoHash());
        assertEquals("A Film", entry.name().text());
        assertEquals(1, entry.seeders());
        assertEquals(entry, client.entry(film.shortHash()));
        assertEquals(List.of(entry), client.named("A Film").exact());
        assertEquals(List.of(entry), client.named("a film").similar());
        assertEquals(List.of(), client.named("film").exact());
        assertEquals(List.of(entry), client.search("", 0, 10).entries());
        assertEquals(List.of(entry), client.search("film", 0, 10).entries());
        assertEquals(List.of(), client.search("music", 0, 10).entries());
        assertArrayEquals(film.encoded(), client.manifest(film.infoHash()));
    }

    private static CatalogueException.Kind kind(CatalogueException fault) {
        return fault.kind();
    }

    @Test
    void hasNothingElseAndTakesNothing() {
        var other = assertThrows(CatalogueException.class, () -> client.entry(new Hash(9, 9, 9, 9)));
        assertEquals(CatalogueException.Kind.NOT_FOUND, kind(other));
        assertThrows(CatalogueException.class, () -> client.manifest(new Hash(9, 9, 9, 9)));
        assertThrows(CatalogueException.class, () -> client.register(film.encoded()));
        var name = assertThrows(CatalogueException.class, () -> client.named("no\nname"));
        assertEquals(CatalogueException.Kind.REFUSED, kind(name));
    }

    @Test
    void aPrivateShareIsNotListed() {
        Manifest secret = manifest("secret", true);
        assertFalse(OwnCatalogue.mayList(secret));
        assertThrows(IllegalArgumentException.class,
                () -> OwnCatalogue.start(HERE, secret, Optional.empty(), Instant.EPOCH));
    }
}
