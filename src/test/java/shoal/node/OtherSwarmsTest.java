package shoal.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.discovery.CatalogueClient;
import shoal.discovery.CatalogueException;
import shoal.discovery.GivenPeers;
import shoal.discovery.HttpTracker;
import shoal.discovery.PeerSource;
import shoal.discovery.TrackerTiers;
import shoal.manifest.CanonicalShare;
import shoal.manifest.DiskNames;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestFile;
import shoal.manifest.ManifestWriter;
import shoal.storage.FileHoldings;
import shoal.storage.Progress;
import shoal.storage.Store;
import shoal.swarm.SwarmReport;
import shoal.testing.Conversation;
import shoal.testing.FakePeer;
import shoal.testing.FakeShare;
import shoal.tracker.Tracker;
import shoal.tracker.TrackerLimits;

/** Real nodes with shares that have one file in common, and a real tracker. */
@Timeout(120)
final class OtherSwarmsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int LENGTH = 9_000_001;
    private static final int PIECE = 1 << 18;
    private static final Endpoint NOBODY = new Endpoint(InetAddress.getLoopbackAddress(), 1);

    /** The same bytes: alone and in long pieces, and in a folder behind other files, in short ones. */
    private static final FakeShare ALONE = FakeShare.ofFile(5, PIECE, LENGTH);

    private static final FakeShare FOLDER = ALONE.again(0, "holiday", 1 << 15, "films/beach.mkv", 300_000, 5_000_000);
    private static final FakeShare THIRD = ALONE.again(0, "third", 1 << 14, "x");
    private static final ManifestFile FILE = ALONE.manifest().files().getFirst();

    @TempDir
    private Path dir;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Tracker tracker;

    @BeforeEach
    void startTracker() throws Exception {
        var bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        tracker = Tracker.start(bind, dir.resolve("tracker"), TrackerLimits.DEFAULT);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) each.close();
        tracker.close();
    }

    private Node node() throws IOException {
        var settings = new NodeSettings(Optional.of(InetAddress.getLoopbackAddress()), OptionalInt.empty());
        Node node = Node.open(settings, new SplittableRandom());
        open.add(node);
        return node;
    }

    private static Endpoint at(Node node) {
        return new Endpoint(InetAddress.getLoopbackAddress(), node.port());
    }

    private Store store(String name) throws Exception {
        Store store = Store.open(dir.resolve(name + "-state"));
        open.addFirst(store);
        return store;
    }

    private PeerSource announces() {
        return new HttpTracker(tracker.announceUrl(), new SplittableRandom());
    }

    private Path out(String who, Manifest manifest, int file) throws ManifestException {
        return dir.resolve(who).resolve(DiskNames.relativePaths(manifest).get(file));
    }

    /** Takes part in a share; {@code has} says for each 64 KiB of the common file whether it is here already. */
    private Session join(String who, Node node, FakeShare share, IntPredicate has, boolean fetches, PeerSource source,
            List<Endpoint> providers) throws Exception {
        Manifest manifest = share.manifest();
        for (ManifestFile file : manifest.files()) {
            byte[] bytes = share.content(file.index());
            boolean whole = true;
            for (int at = 0; at < bytes.length; at += 65_536) {
                if (bytes.length != LENGTH || has.test(at / 65_536)) continue;
                Arrays.fill(bytes, at, Math.min(bytes.length, at + 65_536), (byte) 0);
                whole = false;
            }
            Path path = out(who, manifest, file.index());
            if (!whole) path = path.resolveSibling(path.getFileName() + ".part");
            Files.createDirectories(path.getParent());
            Files.write(path, bytes);
        }
        return join(who, node, manifest, fetches, source, providers);
    }

    private Session join(String who, Node node, Manifest manifest, boolean fetches, PeerSource source,
            List<Endpoint> providers) throws Exception {
        Store store = store(who);
        return node.join(new ShareOrder(
                manifest.shortHash(), Optional.empty(), Optional.of(manifest.infoHash()), Optional.of(manifest),
                List.of(source), providers, opener(store, who, fetches), List.of(), false));
    }

    private Opener opener(Store store, String who, boolean fetches) {
        return known -> {
            var all = new Bits(known.files().size());
            all.fill();
            return new Opener.Opened(
                    FileHoldings.forFetch(store, known, dir.resolve(who), all, true, new Progress()),
                    fetches ? all : new Bits(all.size()));
        };
    }

    private static void assertComplete(Session session) throws Exception {
        assertTrue(session.awaitComplete(SOON), session.report()::toString);
    }

    private void assertFetched(String who, Manifest manifest, int file) throws Exception {
        assertArrayEquals(ALONE.content(0), Files.readAllBytes(out(who, manifest, file)));
    }

    /** Each block came once, but for those that two were asked for at the end. */
    private static void assertNoneTwice(SwarmReport report, long wanted) {
        assertEquals(wanted, report.received() - report.wasted(), report::toString);
        assertTrue(report.wasted() <= wanted / 20, report::toString);
    }

    @Test
    void twoWhoDoNotKnowOfEachOtherHelpAThirdWithHalfAFileEach() throws Exception {
        join("ann", node(), ALONE, at -> at / 4 % 2 == 0, false, announces(), List.of());
        join("ben", node(), FOLDER, at -> at / 4 % 2 == 1, false, announces(), List.of());
        Session third = join("cid", node(), ALONE.manifest(), true, announces(), List.of());
        assertComplete(third);
        assertFetched("cid", ALONE.manifest(), 0);
        assertNoneTwice(third.report(), LENGTH);
        assertEquals(2, third.report().peers().stream().filter(peer -> peer.received() > LENGTH / 3).count());
    }

    @Test
    void partsOfPiecesComeFromSharesWithShorterOnes() throws Exception {
        join("ann", node(), FOLDER, at -> at % 2 == 0, false, announces(), List.of());
        join("ben", node(), THIRD, at -> at % 2 == 1, false, announces(), List.of());
        Session third = join("cid", node(), ALONE.manifest(), true, announces(), List.of());
        assertComplete(third);
        assertFetched("cid", ALONE.manifest(), 0);
        assertNoneTwice(third.report(), LENGTH);
    }

    @Test
    void twoOfDifferentSharesGiveEachOtherWhatTheyLack() throws Exception {
        Session ann = join("ann", node(), ALONE, at -> at / 4 % 2 == 0, true, announces(), List.of());
        Session ben = join("ben", node(), FOLDER, at -> at / 4 % 2 == 1, true, announces(), List.of());
        assertComplete(ann);
        assertComplete(ben);
        assertFetched("ann", ALONE.manifest(), 0);
        int file = FOLDER.manifest().files().stream().filter(each -> each.length() == LENGTH).findFirst().get().index();
        assertFetched("ben", FOLDER.manifest(), file);
    }

    /** Who takes part for certain peers alone announces no other share: as a client does that knows of none. */
    @Test
    void theRootIndexLeadsToAShareWhosePeersKnowOfNoOther() throws Exception {
        new CatalogueClient(tracker.announceUrl()).register(FOLDER.manifest().encoded());
        join("ben", node(), FOLDER, at -> true, false, announces(), List.of(NOBODY));
        Session third = join("cid", node(), ALONE.manifest(), true, announces(), List.of());
        assertComplete(third);
        assertFetched("cid", ALONE.manifest(), 0);
        assertNoneTwice(third.report(), LENGTH);
    }

    @Test
    void whoNamedTheOnlyProvidersGetsNothingFromOthers() throws Exception {
        new CatalogueClient(tracker.announceUrl()).register(FOLDER.manifest().encoded());
        join("ben", node(), FOLDER, at -> true, false, announces(), List.of());
        Session third = join("cid", node(), ALONE.manifest(), true, announces(), List.of(NOBODY));
        join("dan", node(), ALONE.manifest(), true, announces(), List.of()).awaitComplete(SOON);
        assertEquals(0, third.report().received());
    }

    @Test
    void aFileIsFetchedByTheHashOfItsCanonicalShareAlone() throws Exception {
        Node node = node();
        join("ann", node, FOLDER, at -> true, false, GivenPeers.of(List.of()), List.of());
        Manifest canonical = CanonicalShare.of(FILE.root(), FILE.length());
        Store store = store("cid");
        Session third = node().join(new ShareOrder(
                canonical.shortHash(), Optional.empty(), Optional.of(canonical.infoHash()), Optional.empty(),
                List.of(GivenPeers.of(List.of(at(node)))), List.of(), opener(store, "cid", true), List.of(), false));
        assertComplete(third);
        assertFetched("cid", canonical, 0);
    }

    /** Nobody has more of the file's piece layer than lies below the longer pieces that he has. */
    @Test
    void aFileIsFetchedByItsCanonicalShareFromTwoWhoHaveHalfOfItInLongerPieces() throws Exception {
        Manifest canonical = CanonicalShare.of(FILE.root(), FILE.length());
        assertTrue(canonical.pieceLength() < PIECE && !canonical.hasAllLayers());
        join("ann", node(), ALONE, at -> at / 4 % 2 == 0, false, announces(), List.of());
        join("ben", node(), ALONE, at -> at / 4 % 2 == 1, false, announces(), List.of());
        Session third = join("cid", node(), canonical, true, announces(), List.of());
        assertComplete(third);
        assertFetched("cid", canonical, 0);
        assertNoneTwice(third.report(), LENGTH);
    }

    /** We cost those whom somebody else chose no more than one announce. */
    @Test
    void trackersThatCameWithTheShareHearOfNoOther() throws Exception {
        var bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (Tracker strange = Tracker.start(bind, dir.resolve("strange"), TrackerLimits.DEFAULT)) {
            var theirs = new HttpTracker(strange.announceUrl(), new SplittableRandom());
            Manifest manifest = ALONE.manifest();
            Files.createDirectories(dir.resolve("ann"));
            Files.write(out("ann", manifest, 0), ALONE.content(0));
            node().join(new ShareOrder(
                    manifest.shortHash(), Optional.empty(), Optional.of(manifest.infoHash()), Optional.of(manifest),
                    List.of(new TrackerTiers(List.of(List.of(theirs)), new SplittableRandom()), announces()),
                    List.of(), opener(store("ann"), "ann", false), List.of(), false));
            InfoHash canonical = CanonicalShare.of(FILE.root(), LENGTH).shortHash();
            awaitHolder(tracker, canonical);
            awaitHolder(strange, manifest.shortHash());
            assertEquals(0, holders(strange, canonical));
        }
    }

    private static int holders(Tracker tracker, InfoHash hash) throws Exception {
        try {
            return new CatalogueClient(tracker.announceUrl()).peers(hash).size();
        } catch (CatalogueException e) {
            return 0;
        }
    }

    private static void awaitHolder(Tracker tracker, InfoHash hash) throws Exception {
        long end = System.nanoTime() + SOON.toNanos();
        while (holders(tracker, hash) == 0) assertTrue(System.nanoTime() < end, "nobody announces " + hash);
    }

    @Test
    void noFileOfAPrivateShareIsGivenUnderAnotherName() throws Exception {
        Manifest secret = new ManifestWriter("secret", PIECE)
                .isPrivate(true)
                .file(List.of("secret"), LENGTH, FILE.root(), false)
                .layer(FILE.root(), ALONE.manifest().layer(FILE.root()).orElseThrow())
                .build();
        Node node = node();
        Files.createDirectories(dir.resolve("ann"));
        Files.write(dir.resolve("ann/secret"), ALONE.content(0));
        join("ann", node, secret, false, announces(), List.of());
        Session open = join("ben", node, THIRD, at -> true, false, announces(), List.of(NOBODY));
        assertComplete(open);
        FakePeer stranger = FakePeer.of(ALONE).inSwarm(CanonicalShare.of(FILE.root(), LENGTH).shortHash());
        this.open.add(stranger);
        Conversation talk = stranger.dial(at(node));
        talk.awaitEnd(SOON);
        assertEquals(0, talk.channel().bytesIn());
    }
}
