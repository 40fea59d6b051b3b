package shoal.node;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.catalogue.NameRecord;
import shoal.manifest.ManifestException;
import shoal.storage.DiskFault;
import shoal.storage.FileHoldings;
import shoal.storage.Progress;
import shoal.storage.Scrub;
import shoal.storage.Store;
import shoal.swarm.SwarmReport;

/** A share of our own: its name in catalogues, and its bytes for all who ask, until it is closed. */
public final class Seeding implements AutoCloseable {
    private final Sharing.Made made;
    private final Trackers.Chosen trackers;
    private final TrackerWatch watch;
    private final Optional<NameRecord> record;
    private final Map<URI, Registration> registrations = new LinkedHashMap<>();
    private volatile @Nullable Node node;
    private volatile @Nullable LocalOffer offer;
    private volatile @Nullable Session session;
    private Supplier<@Nullable LocalOffer> local = () -> null;

    /** A share that nobody knows yet, for these trackers; {@code record} is what its publisher signed. */
    public Seeding(
            Sharing.Made made, Optional<NameRecord> record, List<URI> trackers, RandomGenerator random) {
        this.made = made;
        this.record = record;
        this.trackers = Trackers.of(trackers, List.of(), false, random);
        watch = new TrackerWatch(this.trackers.all());
        for (URI tracker : trackers) registrations.put(tracker, new Registration(tracker, made.manifest(), record));
    }

    /** Registers its name; {@code warnings} is told, in a line each, where that was not possible. */
    public void register(Consumer<String> warnings) {
        registrations.forEach((tracker, registration) -> {
            Optional<String> trouble = registration.attempt();
            if (registration.isPending()) watch.told(tracker);
            trouble.ifPresent(warnings);
        });
    }

    /** Listens for peers. */
    public void open(NodeSettings settings, RandomGenerator.SplittableGenerator random) throws IOException {
        Node open = Node.open(settings, random);
        node = open;
        local = () -> LocalOffer.of(made.manifest(), record, settings, open.port());
    }

    /**
     * Gives it to whoever asks. The files must still be as they were.
     *
     * @param scrubs whether it is looked again and again whether they are
     */
    public void begin(Store store, boolean scrubs) throws DiskFault, ManifestException, Refusal {
        Node open = node;
        if (open == null) throw new IllegalStateException("it is not open");
        var sources = new ArrayList<>(trackers.sources());
        sources.addAll(registrations.values());
        session = open.join(ShareOrder.of(made.manifest(), sources, whole -> {
            var holdings = FileHoldings.forShare(store, whole, made.paths(), new Progress());
            Optional<Scrub> scrub = scrubs ? Optional.of(new Scrub(whole, holdings)) : Optional.empty();
            return new Opener.Opened(holdings, new Bits(whole.files().size()), scrub);
        }));
        offer = local.get();
    }

    /** Where peers reach us. */
    public int port() {
        Node open = node;
        return open == null ? 0 : open.port();
    }

    /** What its trackers say. */
    public TrackerWatch watch() {
        return watch;
    }

    /** How the swarm stands. */
    public SwarmReport report() {
        Session open = session;
        return open == null ? SwarmReport.NOTHING : open.report();
    }

    /** Takes leave of trackers and peers. Bounded in time. */
    @Override
    public void close() {
        LocalOffer offered = offer;
        if (offered != null) offered.close();
        Node open = node;
        if (open != null) open.close();
    }
}
