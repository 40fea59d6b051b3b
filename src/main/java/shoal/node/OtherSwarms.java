package shoal.node;

import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.catalogue.CatalogueEntry;
import shoal.catalogue.Holder;
import shoal.catalogue.RootMatch;
import shoal.discovery.HttpTracker;
import shoal.discovery.PeerSource;
import shoal.discovery.Topic;
import shoal.discovery.TrackerSource;
import shoal.discovery.TrackerTiers;
import shoal.manifest.CanonicalShare;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestFile;
import shoal.manifest.ManifestReader;
import shoal.swarm.Crossing;
import shoal.swarm.SwarmThread;

/**
 * The swarms of other shares that have files of ours, since content is known by its root and not by its share. Each
 * large file has a {@link CanonicalShare}, under which all who hold it meet: we announce some of ours and answer for
 * more. While we fetch, the root indexes of our trackers name shares that contain what we want, whose peers we call as
 * peers of theirs. A private share has no part in any of this (BEP 27).
 *
 * <p>Its one thread, {@code other swarms HASH}, asks and makes crossings; peers come to the swarm as all others do.
 */
final class OtherSwarms implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OtherSwarms.class.getName());

    /** Files that are shorter than this are not worth a swarm of their own: bytes. */
    static final long LEAST = 4 << 20;

    /** Files, the longest first, for whose canonical share we answer. */
    private static final int ANSWERED = 256;

    /** Of these so many are announced, and asked for in root indexes: each costs an announce wherever we announce. */
    private static final int ANNOUNCED = 16;

    /** Other shares, of those that root indexes name. */
    private static final int SHARES = 16;

    /** A share of more files than this is not looked into. */
    private static final int MOST_FILES = 100_000;

    /** Root indexes are asked again while something is missing: after so long, then ever more rarely. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private static final Duration RARELY = Duration.ofMinutes(15);

    private final Node node;
    private final Session session;
    private final SwarmThread swarm;
    private final Seeking seeking;
    private final Manifest manifest;
    private final Opener.Opened opened;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closed;

    // its thread's
    private final Set<Hash> refused = new HashSet<>();
    private final Set<Hash> crossed = new HashSet<>();

    OtherSwarms(Node node, Session session, SwarmThread swarm, Seeking seeking, Manifest manifest,
            Opener.Opened opened) {
        this.node = node;
        this.session = session;
        this.swarm = swarm;
        this.seeking = seeking;
        this.manifest = manifest;
        this.opened = opened;
    }

    /** Begins, once. */
    void begin() {
        if (begun.getAndSet(true)) return;
        Thread.ofVirtual().name("other swarms " + session.infoHash()).start(this::run);
    }

    /** All is here: nobody is looked for any more, but who comes is answered. */
    void done() {
        ended.countDown();
    }

    @Override
    public void close() {
        closed = true;
        ended.countDown();
    }

    private void run() {
        try {
            List<ManifestFile> files = worthIt();
            int announced = 0;
            for (ManifestFile file : files) {
                if (closed) return;
                Manifest canonical = CanonicalShare.of(file.root(), file.length());
                if (meet(canonical) && announced++ < ANNOUNCED) announce(canonical.shortHash());
            }
            List<URI> indexes = indexes();
            boolean wants = !opened.wanted().isEmpty() && !indexes.isEmpty() && !files.isEmpty();
            List<ManifestFile> asked = files.subList(0, Math.min(ANNOUNCED, files.size()));
            Duration pause = AGAIN;
            while (wants && ended.getCount() > 0) {
                ask(new Catalogues(indexes), asked);
                if (ended.await(pause.toMillis(), TimeUnit.MILLISECONDS)) return;
                if (pause.compareTo(RARELY) < 0) pause = pause.multipliedBy(2);
            }
        } catch (ManifestException e) {
            throw new IllegalStateException("a file that is in one share can be in another", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
    }

    /** The files that are wanted, or all of a share that we give away, as far as they are long; the longest first. */
    private List<ManifestFile> worthIt() {
        var roots = new LinkedHashSet<Hash>();
        return manifest.files().stream()
                .filter(file -> file.length() >= LEAST)
                .filter(file -> opened.wanted().isEmpty() || opened.wanted().has(file.index()))
                .sorted(Comparator.comparingLong(ManifestFile::length).reversed())
                .filter(file -> roots.add(file.root()))
                .limit(ANSWERED)
                .toList();
    }

    /** Peers of this share may come to ours from now on; tells whether it is another one that has files of ours. */
    private boolean meet(Manifest other) {
        if (session.hashes().has(other.shortHash())) return false;
        Crossing crossing = Crossing.of(other, manifest, opened.holdings()::canonical).orElse(null);
        if (crossing == null || !swarm.cross(crossing)) return false;
        node.knownElsewhere(crossing.hash(), session);
        return true;
    }

    /** What has moved is counted under our own hash. */
    private void announce(InfoHash other) {
        seeking.seekElsewhere(other, new Topic.Figures(() -> 0, () -> 0, session::left));
    }

    /** The catalogues of our trackers; who is announced to over UDP alone may have none. */
    private List<URI> indexes() {
        var urls = new LinkedHashSet<URI>();
        for (PeerSource source : session.sources()) {
            List<TrackerSource> trackers = switch (source) {
                case TrackerSource one -> List.of(one);
                case TrackerTiers several -> several.trackers();
                default -> List.of();
            };
            for (TrackerSource each : trackers) {
                if (each instanceof HttpTracker) urls.add(each.url());
            }
        }
        return List.copyOf(urls);
    }

    private void ask(Catalogues catalogues, List<ManifestFile> files) {
        for (ManifestFile file : files) {
            if (ended.getCount() == 0) return;
            var matches = catalogues.ask(catalogue -> catalogue.byRoot(file.root())).answers().values();
            for (List<RootMatch> some : matches) {
                for (RootMatch match : some) {
                    if (match.length() == file.length()) found(catalogues, match);
                }
            }
        }
    }

    /** A share contains what we want. */
    private void found(Catalogues catalogues, RootMatch match) {
        Hash hash = match.entry().infoHash();
        if (match.holders().isEmpty() || refused.contains(hash) || session.hashes().has(hash.truncated())) return;
        if (!crossed.contains(hash)) {
            if (crossed.size() >= SHARES || !isMet(catalogues, match.entry())) {
                refused.add(hash);
                return;
            }
            crossed.add(hash);
            LOG.log(Level.DEBUG, () -> "the swarm of " + hash + " has files of " + session.infoHash());
        }
        swarm.foundThere(hash.truncated(), match.holders().stream().map(Holder::endpoint).toList());
    }

    private boolean isMet(Catalogues catalogues, CatalogueEntry entry) {
        if (entry.files() > MOST_FILES) return false;
        Hash hash = entry.infoHash();
        for (byte[] answer : catalogues.ask(catalogue -> catalogue.manifest(hash)).answers().values()) {
            try {
                // its layers are not needed: ours prove what comes
                Manifest other = ManifestReader.readInfo(ManifestReader.read(answer).info());
                if (other.infoHash().equals(hash)) return meet(other);
            } catch (ManifestException e) {
                LOG.log(Level.DEBUG, () -> "a catalogue has a bad manifest under " + hash + ": " + e.getMessage());
            }
        }
        return false;
    }
}
