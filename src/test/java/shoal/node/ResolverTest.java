package shoal.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.catalogue.CatalogueEntry;
import shoal.catalogue.CatalogueJson;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.Holder;
import shoal.catalogue.NameMatches;
import shoal.catalogue.NameRecord;
import shoal.catalogue.RootMatch;
import shoal.catalogue.SigningKey;
import shoal.manifest.CanonicalShare;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestWriter;
import shoal.storage.Store;

/** Asks catalogues that answer what each test puts into them, over real HTTP on loopback. */
final class ResolverTest {
    private static final SigningKey ALICE = SigningKey.of(new byte[32]);
    private static final SigningKey BOB = SigningKey.of("bob's own key is of 32 bytes too".getBytes(UTF_8));
    private static final CatalogueName FILM = new CatalogueName("film");

    private final Manifest one = manifest("film", "http://t.example/announce");
    private final Manifest two = manifest("film two", "http://t.example/announce");
    private final Map<String, byte[]> answers = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final Socket nobody = new Socket();
    private HttpServer server;
    private URI tracker;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String asked = exchange.getRequestURI().toString().replace("/api/", "");
            byte[] answer = answers.get(asked);
            byte[] body = answer == null ? CatalogueJson.error("no such thing") : answer;
            exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        tracker = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/announce");
    }

    @AfterEach
    void stop() throws IOException {
        nobody.close();
        server.stop(0);
    }

    private static Manifest manifest(String name, String tracker) {
        try {
            return new ManifestWriter(name, 16384)
                    .file(List.of(name), 5, Hash.ofHex("ab".repeat(32)), false)
                    .trackers(List.of(tracker))
                    .build();
        } catch (ManifestException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CatalogueEntry entry(Manifest manifest, int seeders) {
        return new CatalogueEntry(new CatalogueName(manifest.name()), manifest.infoHash(), manifest.length(), 1, 16384,
                false, seeders, 0, Instant.EPOCH, List.of());
    }

    private void has(Manifest manifest) {
        answers.put("shares/" + manifest.infoHash() + "/manifest", manifest.encoded());
    }

    private Found resolve(What what, URI... trackers) throws Exception {
        return new Resolver(List.of(trackers), Resolver.Known.NOTHING, warnings::add).resolve(what);
    }

    private Refusal refused(Refusal.Kind kind, What what, URI... trackers) {
        Refusal refusal = assertThrows(Refusal.class, () -> resolve(what, trackers));
        assertEquals(kind, refusal.kind(), refusal.getMessage());
        return refusal;
    }

    private static What.Named named(String name) {
        return new What.Named(new CatalogueName(name));
    }

    /** A port that is held so that nobody else gets it, and at which nobody listens. */
    private URI nobody() throws IOException {
        if (!nobody.isBound()) nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return URI.create("http://127.0.0.1:" + nobody.getLocalPort() + "/announce");
    }

    @Test
    void aNameOfOneShareIsThatShare() throws Exception {
        answers.put("shares?name=film", CatalogueJson.names(new NameMatches(List.of(entry(one, 1)), List.of())));
        has(one);
        Found found = resolve(named("film"), tracker);
        assertEquals(Optional.of(one), found.manifest());
        assertEquals(List.of(List.of("http://t.example/announce")), found.trackers());
        assertEquals(List.of(), warnings);
    }

    @Test
    void aNameOfTwoSharesListsThemAndTakesNone() {
        answers.put("shares?name=film",
                CatalogueJson.names(new NameMatches(List.of(entry(one, 1), entry(two, 3)), List.of())));
        Refusal refusal = refused(Refusal.Kind.USAGE, named("film"), tracker);
        assertEquals("2 shares are called \"film\": name one by its hash\n"
                + "  " + one.infoHash() + "  5 B  1 holder  \"film\"\n"
                + "  " + two.infoHash() + "  5 B  3 holders  \"film two\"", refusal.getMessage());
    }

    @Test
    void aNameThatNobodyBearsSaysWhoWasAskedAndWhatIsSimilar() {
        answers.put("shares?name=Film", CatalogueJson.names(new NameMatches(List.of(), List.of(entry(one, 0)))));
        Refusal refusal = refused(Refusal.Kind.NOT_FOUND, named("Film"), tracker);
        assertTrue(refusal.getMessage().startsWith("no share is called \"Film\" at " + tracker + "; similar are\n  "));
        assertTrue(refusal.getMessage().contains(one.infoHash().hex()));
    }

    @Test
    void oneTrackerThatIsDownIsAWarningWhenAnotherKnowsTheName() throws Exception {
        answers.put("shares?name=film", CatalogueJson.names(new NameMatches(List.of(entry(one, 1)), List.of())));
        has(one);
        assertEquals(Optional.of(one), resolve(named("film"), nobody(), tracker).manifest());
        assertEquals(1, warnings.size(), warnings.toString());
    }

    @Test
    void aNameThatNobodyCanBeAskedForIsTheNetworksFault() throws Exception {
        Refusal refusal = refused(Refusal.Kind.NETWORK, named("film"), nobody());
        assertTrue(refusal.getMessage().contains("cannot be asked"), refusal.getMessage());
    }

    @Test
    void aHashThatIsKnownHereAsksNobody() throws Exception {
        Resolver resolver = new Resolver(List.of(nobody()), hash -> Optional.of(one), warnings::add);
        assertEquals(Optional.of(one), resolver.resolve(new What.Share(one.infoHash())).manifest());
        assertEquals(List.of(), warnings);
    }

    @Test
    void aHashThatNobodyKnowsIsLeftToThePeers() throws Exception {
        Found found = resolve(new What.Share(one.infoHash()), tracker);
        assertEquals(Optional.empty(), found.manifest());
        assertEquals(one.shortHash(), found.infoHash());
        assertEquals(List.of(tracker + " (no such thing)"), found.asked());
    }

    @Test
    void aCatalogueThatHandsOutAnotherManifestIsNotBelieved() throws Exception {
        answers.put("shares/" + one.infoHash() + "/manifest", two.encoded());
        assertEquals(Optional.empty(), resolve(new What.Share(one.infoHash()), tracker).manifest());
        answers.put("shares/" + one.infoHash() + "/manifest", "rubbish".getBytes(UTF_8));
        assertEquals(Optional.empty(), resolve(new What.Share(one.infoHash()), tracker).manifest());
        assertEquals(2, warnings.size(), warnings.toString());
    }

    @Test
    void aShortHashIsMadeWholeByTheCatalogue() throws Exception {
        answers.put("shares/" + one.shortHash(), CatalogueJson.entry(entry(one, 1)));
        has(one);
        assertEquals(Optional.of(one), resolve(new What.ShortShare(one.shortHash()), tracker).manifest());
        assertEquals(Optional.empty(), resolve(new What.ShortShare(two.shortHash()), tracker).hash());
    }

    /** Two hashes side by side are also a file of 64 bytes, with the same root. */
    @Test
    void aRootOnWhoseLengthSharesDisagreeIsNotGuessed() throws Exception {
        Hash root = Hash.ofHex("ab".repeat(32));
        answers.put("roots/" + root, CatalogueJson.roots(List.of(
                new RootMatch(entry(one, 9), "film", 0, 64, List.of()),
                new RootMatch(entry(two, 2), "film two", 0, 32768, List.of()))));
        Refusal refusal = refused(Refusal.Kind.USAGE, new What.Root(root), tracker);
        assertTrue(refusal.getMessage().contains(one.infoHash() + "  64 bytes  "), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(two.infoHash() + "  32768 bytes  "), refusal.getMessage());
    }

    @Test
    void aRootIsFetchedFromTheShareWithTheMostSeedersAndNothingElseOfIt() throws Exception {
        Hash root = Hash.ofHex("ab".repeat(32));
        answers.put("roots/" + root, CatalogueJson.roots(List.of(
                new RootMatch(entry(one, 1), "film", 0, 5, List.of()),
                new RootMatch(entry(two, 2), "film two", 0, 5, List.of()))));
        has(two);
        Found found = resolve(new What.Root(root), tracker);
        assertEquals(Optional.of(two), found.manifest());
        assertEquals(1, found.selection().of(two).count());
        answers.put("roots/" + root, CatalogueJson.roots(List.of()));
        refused(Refusal.Kind.NOT_FOUND, new What.Root(root), tracker);
    }

    @Test
    void aRootOfKnownLengthNeedsNobodyToKnowAShareOfIt() throws Exception {
        Hash root = Hash.ofHex("ab".repeat(32));
        Manifest canonical = CanonicalShare.of(root, 64);
        var what = new What.Root(root, OptionalLong.of(64));
        assertEquals(Optional.of(canonical), resolve(what, tracker).manifest());
        assertEquals(Optional.of(canonical), resolve(what, nobody()).manifest());
        assertEquals(1, warnings.size(), warnings::toString);
        answers.put("roots/" + root, CatalogueJson.roots(List.of(
                new RootMatch(entry(one, 9), "film", 0, 64, List.of()),
                new RootMatch(entry(two, 20), "film two", 0, 32768, List.of()))));
        has(one);
        assertEquals(Optional.of(one), resolve(what, tracker).manifest());
        Refusal refusal = refused(Refusal.Kind.NOT_FOUND, new What.Root(Hash.ofHex("cd".repeat(32))), tracker);
        assertTrue(refusal.getMessage().endsWith(":BYTES, and it is looked for among all who have it"));
    }

    @Test
    void aMagnetBringsItsOwnTrackersPeersAndSelection() throws Exception {
        has(one);
        String link = "magnet:?xt=urn:btmh:1220" + one.infoHash() + "&tr=" + tracker + "&x.pe=127.0.0.1:7&so=0";
        Found found = resolve(What.parse(link));
        assertEquals(Optional.of(one), found.manifest(), "its tracker's catalogue was asked");
        assertEquals(List.of(List.of("http://t.example/announce"), List.of(tracker.toString())), found.trackers());
        assertEquals(List.of(Endpoint.parse("127.0.0.1:7")), found.peers());
        assertTrue(found.selection().takes(one.files().getFirst()));
        assertFalse(resolve(What.parse(link.replace("so=0", "so=1"))).selection().takes(one.files().getFirst()));
    }

    @Test
    void aManifestFileIsReadOrSaidToBeNone(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("a.torrent"), one.encoded());
        assertEquals(Optional.of(one), resolve(new What.Filed(file)).manifest());
        refused(Refusal.Kind.NOT_FOUND, new What.Filed(folder.resolve("b.torrent")));
        refused(Refusal.Kind.BAD_MANIFEST, new What.Filed(folder));
        Path bad = Files.writeString(folder.resolve("c.torrent"), "d4:infodee");
        assertTrue(refused(Refusal.Kind.BAD_MANIFEST, new What.Filed(bad)).getMessage().startsWith(bad + ": "));
    }

    @Test
    void aManifestIsTakenFromAWebServer() throws Exception {
        answers.put("/files/a.torrent", one.encoded());
        answers.put("/files/b.torrent", "<html>".getBytes(UTF_8));
        assertEquals(Optional.of(one), resolve(new What.Hosted(tracker.resolve("/files/a.torrent"))).manifest());
        refused(Refusal.Kind.BAD_MANIFEST, new What.Hosted(tracker.resolve("/files/b.torrent")));
        refused(Refusal.Kind.NOT_FOUND, new What.Hosted(tracker.resolve("/files/c.torrent")));
        refused(Refusal.Kind.NETWORK, new What.Hosted(nobody()));
    }

    @Test
    void peersOfAShareAreCountedOnceThoughTwoTrackersKnowThem() throws Exception {
        Endpoint peer = Endpoint.parse("192.0.2.1:6881");
        answers.put("shares/" + one.shortHash() + "/peers", CatalogueJson.holders(List.of(
                Holder.of(peer, 3, 5, Duration.ofSeconds(9)), Holder.of(peer, 0, 5, Duration.ofSeconds(1)))));
        List<Census> found = Census.of(new What.Share(one.infoHash()), List.of(tracker));
        assertEquals(1, found.size());
        assertEquals(List.of(Holder.of(peer, 0, 5, Duration.ofSeconds(1))), found.getFirst().holders());
    }

    private void signed(String name, String digits, NameRecord... records) {
        answers.put("names?name=" + name + "&key=" + digits, CatalogueJson.records(List.of(records)));
    }

    private static What.Signed signed(String digits) {
        return new What.Signed(FILM, digits);
    }

    @Test
    void aSignedNameIsTheNewestShareOfItsPublisherAmongAllTrackers() throws Exception {
        String digits = ALICE.key().shortHex();
        signed("film", digits, ALICE.sign(FILM, 7, one.infoHash()));
        has(one);
        assertEquals(Optional.of(one), resolve(signed(digits), nobody(), tracker).manifest());
        assertEquals(1, warnings.size(), "the tracker that is down: " + warnings);
        String more = ALICE.key().hex();
        signed("film", more, ALICE.sign(FILM, 7, one.infoHash()), ALICE.sign(FILM, 8, two.infoHash()));
        has(two);
        assertEquals(Optional.of(two), resolve(signed(more), tracker).manifest());
    }

    @Test
    void aSignedNameIsNeverTheShareOfAnyoneElse() throws Exception {
        String digits = ALICE.key().shortHex();
        answers.put("shares?name=film", CatalogueJson.names(new NameMatches(List.of(entry(one, 1)), List.of())));
        has(one);
        assertTrue(refused(Refusal.Kind.NOT_FOUND, signed(digits), tracker).getMessage()
                .startsWith("nothing called \"film\" is signed by " + digits + " at "));
        NameRecord bobs = BOB.sign(FILM, 7, one.infoHash());
        signed("film", digits, bobs);
        assertTrue(refused(Refusal.Kind.NETWORK, signed(digits), tracker).getMessage().contains(" lies: "));
        signed("film", digits, new NameRecord(ALICE.key(), FILM, 7, one.infoHash(), bobs.signature()));
        assertTrue(refused(Refusal.Kind.NETWORK, signed(digits), tracker).getMessage()
                .endsWith(" lies: its record of \"film\" was not signed by " + digits));
    }

    @Test
    void aManifestThatIsNotTheOneThatWasSignedIsNotBelieved() throws Exception {
        String digits = ALICE.key().shortHex();
        signed("film", digits, ALICE.sign(FILM, 7, one.infoHash()));
        answers.put("shares/" + one.infoHash() + "/manifest", two.encoded());
        Found found = resolve(signed(digits), tracker);
        assertEquals(Optional.empty(), found.manifest());
        assertEquals(Optional.of(one.infoHash()), found.hash(), "what the swarm has to prove");
        assertEquals(List.of(tracker + " has another manifest under " + one.infoHash()), warnings);
    }

    @Test
    void aTrackerCannotGoBackToAnOlderRecordThanWasSeen(@TempDir Path state) throws Exception {
        String digits = ALICE.key().shortHex();
        has(one);
        has(two);
        try (Store store = Store.open(state)) {
            var resolver = new Resolver(List.of(tracker), Resolver.Known.of(store), warnings::add);
            signed("film", digits, ALICE.sign(FILM, 8, two.infoHash()));
            assertEquals(Optional.of(two), resolver.resolve(signed(digits)).manifest());
            signed("film", digits, ALICE.sign(FILM, 7, one.infoHash()));
            Refusal refusal = assertThrows(Refusal.class, () -> resolver.resolve(signed(digits)));
            assertTrue(refusal.getMessage().endsWith("number 7, and it was 8 already"), refusal.getMessage());
            signed("film", digits, ALICE.sign(FILM, 9, one.infoHash()));
            assertEquals(Optional.of(one), resolver.resolve(signed(digits)).manifest());
        }
    }

    @Test
    void aShareWhoseNameOnlyLooksSignedIsShownByItsHash() {
        String digits = ALICE.key().shortHex();
        answers.put("shares?name=film%40" + digits,
                CatalogueJson.names(new NameMatches(List.of(entry(one, 1)), List.of())));
        assertTrue(refused(Refusal.Kind.NOT_FOUND, signed(digits), tracker).getMessage()
                .contains("; what is called \"film@" + digits + "\" is fetched by its hash\n  " + one.infoHash()));
    }

    @Test
    void sharesOfOneNameAreListedWithTheirPublishers() {
        NameRecord good = ALICE.sign(FILM, 7, one.infoHash());
        CatalogueEntry second = new CatalogueEntry(FILM, two.infoHash(), 5, 1, 16384, false, 0, 0, Instant.EPOCH,
                List.of(new NameRecord(ALICE.key(), FILM, 8, two.infoHash(), good.signature())));
        answers.put("shares?name=film", CatalogueJson.names(new NameMatches(
                List.of(entry(one, 1).withRecords(List.of(good)), second), List.of())));
        assertEquals("2 shares are called \"film\": name one by its hash, or as NAME@PUBLISHER\n"
                + "  " + one.infoHash() + "  5 B  1 holder  \"film\"  by " + ALICE.key().shortHex() + "\n"
                + "  " + two.infoHash() + "  5 B  0 holders  \"film\"",
                refused(Refusal.Kind.USAGE, named("film"), tracker).getMessage());
        assertEquals(List.of("a catalogue lies: its record of \"film\" was not signed by " + ALICE.key().shortHex()),
                warnings);
    }

    @Test
    void peersOfASignedNameAreThoseOfItsShare() throws Exception {
        String digits = ALICE.key().shortHex();
        signed("film", digits, ALICE.sign(FILM, 7, one.infoHash()));
        answers.put("shares/" + one.shortHash() + "/peers", CatalogueJson.holders(List.of()));
        assertEquals(Optional.of(one.infoHash()), Census.of(signed(digits), List.of(tracker)).getFirst().hash());
    }
}
