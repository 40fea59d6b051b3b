package shoal.node;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.discovery.GivenPeers;
import shoal.discovery.PeerSource;
import shoal.discovery.TrackerSource;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.storage.DiskFault;
import shoal.storage.FileCheck;
import shoal.storage.Progress;
import shoal.storage.Repair;
import shoal.storage.Repaired;
import shoal.storage.Store;
import shoal.swarm.SwarmReport;

/**
 * Brings files that were verified and found damaged back to what they were: fetches the blocks that are wrong, from
 * whoever has them, and writes them where they belong. One thread begins it and waits; any may look at it or close it.
 */
public final class Repairing implements AutoCloseable {
    private final Manifest manifest;
    private final Verifying verified;
    private final Trackers.Chosen trackers;
    private final List<String> peers;
    private final Found found;
    private final Patience patience;
    private final Progress checking = new Progress();
    private volatile @Nullable Repair repair;
    private volatile @Nullable Node node;
    private volatile @Nullable Session session;
    private volatile boolean done;

    private Repairing(Manifest manifest, Verifying verified, Found found, Trackers.Chosen trackers,
            List<String> peers, Duration wait) {
        this.manifest = manifest;
        this.verified = verified;
        this.found = found;
        this.trackers = trackers;
        this.peers = peers;
        patience = new Patience(found, Optional.of(wait), trackers.all(), true);
    }

    /**
     * A repair that has not begun.
     *
     * @param named trackers that the user named
     * @param peers {@code HOST:PORT} of peers that are asked besides those that trackers name
     * @param wait how long nothing may come until it is given up
     */
    public static Repairing of(Manifest manifest, Verifying verified, Found found, List<URI> named,
            List<String> peers, Duration wait, RandomGenerator random) {
        Trackers.Chosen trackers =
                Trackers.toFetch(found, named, !peers.isEmpty(), manifest.isPrivate(), random);
        return new Repairing(manifest, verified, found, trackers, List.copyOf(peers), wait);
    }

    /** Opens the files and goes to the network, as a peer of {@code settings}, if anything must come from there. */
    public void begin(Store store, NodeSettings settings, RandomGenerator.SplittableGenerator random)
            throws IOException, DiskFault, ManifestException, Refusal {
        var sources = new ArrayList<PeerSource>(trackers.sources());
        if (!peers.isEmpty()) sources.add(Addresses.source(peers));
        if (!found.peers().isEmpty()) sources.add(GivenPeers.of(found.peers()));
        Repair open = Repair.open(store, manifest, verified.folder(), verified.checks(), checking);
        repair = open;
        Bits wanted = open.wanted();
        if (open.isComplete()) {
            open.holdings().finish();
            done = true;
            return;
        }
        Node opened = Node.open(settings, random);
        node = opened;
        session = opened.join(ShareOrder.of(manifest, sources, _ -> new Opener.Opened(open.holdings(), wanted)));
        patience.begin(settings.dht().isPresent() && !manifest.isPrivate());
    }

    /**
     * Waits until all is right again, but no longer than {@code time}.
     *
     * @throws Refusal if nothing came for too long
     */
    public boolean await(Duration time) throws DiskFault, ManifestException, Refusal {
        Session open = session;
        if (open == null) return done;
        done = open.awaitComplete(time);
        if (!done) patience.check(open.report(), open.trouble());
        return done;
    }

    /** How the swarm stands. */
    public SwarmReport report() {
        Session open = session;
        return open == null ? SwarmReport.NOTHING : open.report();
    }

    /** What is right again, in the order of the manifest. */
    public List<Repaired> repaired() {
        Repair open = repair;
        return open == null ? List.of() : open.repaired();
    }

    /** What is still wrong: of each such file the ranges that are. */
    public List<FileCheck> remaining() {
        Repair open = repair;
        var left = new ArrayList<FileCheck>();
        for (FileCheck check : verified.checks()) {
            if (!check.isWrong()) continue;
            if (open == null) left.add(check);
            else if (!open.isWhole(check.file())) left.add(open.remaining(check));
        }
        return left;
    }

    /** The trackers that are asked. */
    public List<TrackerSource> trackers() {
        return trackers.all();
    }

    /** Takes leave of trackers and peers, and commits what is on the disk. Bounded in time. */
    @Override
    public void close() {
        checking.stop();
        Node opened = node;
        if (opened != null) opened.close();
        Repair open = repair;
        if (open != null && session == null) open.holdings().close();
    }
}
