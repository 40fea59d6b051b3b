package shoal.node;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.discovery.GivenPeers;
import shoal.discovery.TrackerSource;
import shoal.manifest.DiskNames;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestFile;
import shoal.storage.DiskFault;
import shoal.storage.FileHoldings;
import shoal.storage.Holdings;
import shoal.storage.PartialPiece;
import shoal.storage.Progress;
import shoal.storage.Reuse;
import shoal.storage.Scrub;
import shoal.storage.Store;
import shoal.swarm.SwarmReport;
import shoal.swarm.Wanted;

/**
 * Brings a share, or the chosen files of it, to a folder of this disk. Made by {@link #begin}, which does not go to the
 * network if everything is here already; then one thread waits with {@link #await}, and any may look at it or close it.
 */
public final class Fetching implements AutoCloseable {
    private static final int BLOCK = 16 << 10;

    private final Wish wish;
    private final Patience patience;
    private final Trackers.Chosen trackers;
    private final Progress checking = new Progress();
    private volatile @Nullable Manifest manifest;
    private volatile @Nullable Bits chosen;
    private volatile long resumed;
    private volatile long taken;
    private volatile long wanted;
    private @Nullable Holdings early;
    private volatile @Nullable Holdings held;
    private volatile @Nullable Node node;
    private volatile @Nullable Session session;
    private volatile boolean done;

    /**
     * What is to be fetched, and how.
     *
     * @param found the share
     * @param folder where its files go
     * @param trackers those that the user named, or the usual one if a catalogue was asked
     * @param peers {@code HOST:PORT} of peers that are asked besides those that trackers name
     * @param from {@code HOST:PORT} of the only peers that may give; all may if there are none
     * @param selection the files that are wanted
     * @param overwrite whether files that are in the way may be replaced
     * @param reuse what is taken from this disk
     * @param webSeeds URLs of web servers that the user named
     * @param sequential whether pieces are fetched in their order
     * @param patience how long nothing may come until it is given up; nothing for as long as it takes
     */
    public record Wish(
            Found found,
            Path folder,
            List<URI> trackers,
            List<String> peers,
            List<String> from,
            Selection selection,
            boolean overwrite,
            Reuse reuse,
            List<String> webSeeds,
            boolean sequential,
            Optional<Duration> patience) {
        /** Copies the lists. */
        public Wish {
            trackers = List.copyOf(trackers);
            peers = List.copyOf(peers);
            from = List.copyOf(from);
            webSeeds = List.copyOf(webSeeds);
        }
    }

    private Fetching(Wish wish, Trackers.Chosen trackers) {
        this.wish = wish;
        this.trackers = trackers;
        boolean named = !wish.peers().isEmpty() || !wish.from().isEmpty() || !wish.found().peers().isEmpty()
                || !wish.webSeeds().isEmpty() || !wish.found().webSeeds().isEmpty();
        patience = new Patience(wish.found(), wish.patience(), trackers.all(), named);
    }

    /** A fetch that has not begun. */
    public static Fetching of(Wish wish, RandomGenerator random) {
        boolean isPrivate = wish.found().manifest().map(Manifest::isPrivate).orElse(false);
        boolean knowsSome = !wish.peers().isEmpty() || !wish.from().isEmpty();
        return new Fetching(wish, Trackers.toFetch(wish.found(), wish.trackers(), knowsSome, isPrivate, random));
    }

    /**
     * Looks what is here already, as far as the manifest is known. Returns whether that is all.
     *
     * @throws DiskFault if another process is at it, something is in the way, or there is no room
     */
    public boolean isHere(Store store) throws DiskFault, ManifestException, Refusal {
        Manifest known = wish.found().manifest().orElse(null);
        if (known == null) return false;
        Opener.Opened opened = open(store, known);
        early = opened.holdings();
        Bits pieces = Wanted.of(known, opened.holdings(), opened.wanted()).pieces();
        if (pieces.hasMoreThan(opened.holdings().have())) return false;
        opened.holdings().finish();
        done = true;
        return true;
    }

    private Opener.Opened open(Store store, Manifest whole) throws DiskFault, ManifestException, Refusal {
        Bits files = wish.found().selection().and(wish.selection()).of(whole);
        FileHoldings holdings = FileHoldings.forFetch(
                store, whole, wish.folder(), files, wish.overwrite(), wish.reuse(), checking);
        taken = holdings.taken();
        manifest = whole;
        held = holdings;
        chosen = files;
        count(whole, files, holdings);
        return new Opener.Opened(holdings, files);
    }

    private void count(Manifest whole, Bits files, FileHoldings holdings) {
        Bits pieces = Wanted.of(whole, holdings, files).pieces();
        Bits have = holdings.have();
        long all = 0;
        long here = 0;
        for (int piece = pieces.nextSet(0); piece >= 0; piece = pieces.nextSet(piece + 1)) {
            all += whole.pieceSize(piece);
            if (have.has(piece)) here += whole.pieceSize(piece);
        }
        for (PartialPiece partial : holdings.partial()) {
            if (!pieces.has(partial.piece()) || have.has(partial.piece())) continue;
            here += Math.min((long) partial.received().count() * BLOCK, whole.pieceSize(partial.piece()));
        }
        wanted = all;
        resumed = here - taken - holdings.assumed();
    }

    /** Goes to the network, as a peer of {@code settings}. */
    public void begin(Store store, NodeSettings settings, RandomGenerator.SplittableGenerator random)
            throws IOException, DiskFault, ManifestException, Refusal {
        List<Endpoint> providers = Addresses.endpoints(wish.from());
        var sources = new ArrayList<>(trackers.sources());
        if (!wish.peers().isEmpty()) sources.add(Addresses.source(wish.peers()));
        if (!providers.isEmpty()) sources.add(GivenPeers.of(providers));
        if (!wish.found().peers().isEmpty()) sources.add(GivenPeers.of(wish.found().peers()));
        Holdings open = early;
        early = null;
        Opener opener = open == null
                ? whole -> open(store, whole)
                : _ -> new Opener.Opened(open, Objects.requireNonNull(chosen));
        var order = new ShareOrder(
                wish.found().infoHash(), wish.found().v1Hash(), wish.found().hash(), wish.found().manifest(), sources,
                providers, opener, webServers(), wish.sequential());
        Node opened;
        try {
            opened = Node.open(settings, random);
        } catch (IOException e) {
            if (open != null) open.close();
            throw e;
        }
        node = opened;
        session = opened.join(order);
        boolean isPrivate = wish.found().manifest().map(Manifest::isPrivate).orElse(false);
        patience.begin(settings.dht().isPresent() && !isPrivate && providers.isEmpty());
    }

    /** Who names the only peers that may give means no web servers. */
    private List<WebSeeds.WebServer> webServers() {
        return wish.from().isEmpty() ? WebSeeds.of(wish.webSeeds(), wish.found().webSeeds()) : List.of();
    }

    /** What has happened since the last time that the user should know, a line each. */
    public List<String> news() {
        Session open = session;
        return open == null ? List.of() : open.news();
    }

    /**
     * Waits until all is proven and has its final name, but no longer than {@code time}.
     *
     * @throws Refusal if it makes no sense to wait longer
     */
    public boolean await(Duration time) throws DiskFault, ManifestException, Refusal {
        Session open = session;
        if (open == null) return done;
        done = open.awaitComplete(time);
        if (!done) patience.check(open.report(), open.trouble());
        return done;
    }

    /** Has what is here looked at again and again from now on; for who gives it on when all is done. */
    public void scrub(Store store) throws DiskFault, ManifestException {
        Session open = session;
        Manifest whole = manifest;
        Holdings files = held;
        if (open == null || whole == null || files == null) throw new IllegalStateException("it is not open");
        open.scrub(new Scrub(whole.withLayers(store.layers(whole)), files));
    }

    /** How the swarm stands. */
    public SwarmReport report() {
        Session open = session;
        return open == null ? SwarmReport.NOTHING : open.report();
    }

    /** Bytes that are wanted; 0 until that is known. */
    public long wanted() {
        return wanted;
    }

    /** Bytes of them that were here when it began. */
    public long resumed() {
        return resumed;
    }

    /** Bytes of them that were taken from elsewhere on this disk. */
    public long taken() {
        return taken;
    }

    /** Bytes of them that are proven and safe. */
    public long bytesDone() {
        SwarmReport report = report();
        return report.hasMetadata() ? wanted - report.missing() : done ? wanted : 0;
    }

    /** How far the hashing of what was found on the disk is. */
    public Progress checking() {
        return checking;
    }

    /** The manifest, once it is known. */
    public Optional<Manifest> manifest() {
        return Optional.ofNullable(manifest);
    }

    /** Where peers reach us; 0 if we never went to the network. */
    public int port() {
        Node open = node;
        return open == null ? 0 : open.port();
    }

    /** The trackers that are asked. */
    public List<TrackerSource> trackers() {
        return trackers.all();
    }

    /** Where it is: the one file that was chosen, or the folder in which all are. */
    public Path path() throws ManifestException {
        Manifest whole = Objects.requireNonNull(manifest, "the manifest is not known yet");
        Bits files = Objects.requireNonNull(chosen);
        List<Path> names = DiskNames.relativePaths(whole);
        Path folder = wish.folder().toAbsolutePath().normalize();
        boolean one = files.count() == 1;
        return folder.resolve(one ? names.get(files.nextSet(0)) : names.getFirst().getName(0));
    }

    /** What is wanted, by name. */
    public String name() {
        Manifest whole = manifest;
        if (whole == null) return wish.found().name();
        Bits files = chosen;
        if (files == null || files.count() != 1) return whole.name();
        ManifestFile file = whole.files().get(files.nextSet(0));
        return file.name();
    }

    /** Takes leave of trackers and peers, and commits what is on the disk. Bounded in time. */
    @Override
    public void close() {
        checking.stop();
        Node open = node;
        if (open != null) open.close();
        Holdings unused = early;
        early = null;
        if (unused != null) unused.close();
    }
}
