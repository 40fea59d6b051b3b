package shoal.node;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.bytes.Printable;
import shoal.discovery.Dht;
import shoal.discovery.PeerSource;
import shoal.discovery.RangeClient;
import shoal.discovery.Topic;
import shoal.gateway.Protocol;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestReader;
import shoal.storage.DiskFault;
import shoal.storage.Holdings;
import shoal.storage.Scrub;
import shoal.swarm.SwarmReport;
import shoal.swarm.SwarmSettings;
import shoal.swarm.SwarmThread;
import shoal.swarm.Wanted;
import shoal.swarm.World;
import shoal.wire.Features;
import shoal.wire.Handshake;
import shoal.wire.PeerChannel;

/**
 * One share in this node: its swarm, the sources that name peers for it, and its files. The swarm's thread, the
 * sources' and the caller's meet here; what they share is safe for that, and long work is done on a thread of its own.
 */
public final class Session implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Session.class.getName());

    /** What trackers are told is missing while nobody knows: one block, as libtorrent does. */
    private static final long LEFT_UNKNOWN = 16384;

    private final Node node;
    private final ShareOrder order;
    private final PeerId us;
    private final ShortHashes hashes;
    private final SwarmThread swarm;
    private final Seeking seeking;
    private final Topic.Figures figures = new Topic.Figures(
            () -> report().sent(), () -> report().received(), this::left);
    private final CompletableFuture<Manifest> known = new CompletableFuture<>();
    private final CompletableFuture<Manifest> complete = new CompletableFuture<>();
    private final Queue<String> news = new ConcurrentLinkedQueue<>();
    private volatile boolean closing;
    private volatile @Nullable Holdings holdings;
    private volatile @Nullable OtherSwarms others;
    private volatile Optional<Scrub> scrub = Optional.empty();
    private volatile @Nullable Endpoint unencrypted;

    Session(Node node, ShareOrder order, RandomGenerator random) {
        this.node = node;
        this.order = order;
        us = PeerId.random(random);
        hashes = new ShortHashes(order);
        seeking = new Seeking(node, order, us, new Finds());
        swarm = SwarmThread.start(
                order.infoHash().hex(),
                new SwarmSettings(order.infoHash(), order.v1Hash(), order.fullHash(), us, node.port(), Node.CLIENT,
                        order.providers(), node.settings().pace(), node.settings().slots(), order.sequential()),
                new Around(),
                random);
    }

    /** Opens the files if the manifest is at hand, and begins to look for peers. */
    void start() throws DiskFault, ManifestException, Refusal {
        Manifest manifest = order.manifest().orElse(null);
        if (manifest != null) open(manifest);
        seek();
    }

    /** Begins to look for peers under each hash under which nobody looks yet. */
    private void seek() {
        hashes.all().forEach(hash -> seeking.seek(hash, figures));
        OtherSwarms open = others;
        if (open != null) open.begin();
    }

    /** What sources find: of our own share, or of another one that has files of ours. */
    private final class Finds implements Seeking.Listener {
        @Override
        public void found(InfoHash hash, List<Endpoint> peers, boolean given) {
            if (!hashes.has(hash)) {
                swarm.foundThere(hash, peers);
                return;
            }
            if (!given) hashes.found(hash, peers);
            swarm.found(peers, given);
        }

        @Override
        public void lookedFor(InfoHash hash, List<Endpoint> peers) {
            if (hashes.has(hash)) swarm.lookedFor(peers);
            else swarm.foundThere(hash, peers);
        }
    }

    private void open(Manifest manifest) throws DiskFault, ManifestException, Refusal {
        hashes.learn(manifest);
        if (manifest.isPrivate()) seeking.keepPrivate();
        Opener.Opened opened = order.opener().open(manifest);
        holdings = opened.holdings();
        known.complete(manifest);
        swarm.opened(manifest, opened.holdings(), Wanted.of(manifest, opened.holdings(), opened.wanted()));
        opened.scrub().ifPresent(this::scrub);
        // who named the only peers that may give means no others
        if (order.providers().isEmpty() && !manifest.isPrivate()) {
            others = new OtherSwarms(node, this, swarm, seeking, manifest, opened);
        }
        for (WebSeeds.WebServer server : order.webSeeds()) {
            Thread.ofVirtual().name("find " + server.url()).start(() -> meet(server, manifest));
        }
    }

    /** Has its files looked after as long as it lasts. */
    void scrub(Scrub by) {
        scrub = Optional.of(by);
        by.begin();
        if (closing) by.close();
    }

    private void meet(WebSeeds.WebServer server, Manifest manifest) {
        var client = new RangeClient(server.isOurs());
        String name = Printable.of(server.url().toString());
        try {
            Endpoint at = client.locate(server.url());
            swarm.web(name, at, WebSeeds.reader(server, manifest, client), manifest,
                    PeerId.random(new SplittableRandom()), reason -> {
                        if (!report().hasMetadata() || report().missing() > 0) tell(name, reason);
                    });
        } catch (IOException e) {
            tell(name, String.valueOf(e.getMessage()));
        }
    }

    private void tell(String server, String reason) {
        if (!closing) news.add("the web server " + server + " gives nothing: " + reason);
    }

    /** What has happened since the last time that the user should know, a line each. */
    public List<String> news() {
        var lines = new ArrayList<String>();
        for (String line = news.poll(); line != null; line = news.poll()) lines.add(line);
        return lines;
    }

    /** What peers of this share are told that we can do. */
    Features features() {
        return seeking.dht().isPresent() ? hashes.features().withDht() : hashes.features();
    }

    /** Others reach us at another port than before: those who name us to them are told. */
    void moved() {
        seeking.wantPeers();
    }

    /** Bytes that are missing, for trackers. */
    long left() {
        SwarmReport report = report();
        return report.hasMetadata() ? report.missing() : LEFT_UNKNOWN;
    }

    /** Names the share among peers. */
    public InfoHash infoHash() {
        return order.infoHash();
    }

    /** What it is called among peers. */
    ShortHashes hashes() {
        return hashes;
    }

    /** Our peer id in this share. */
    PeerId us() {
        return us;
    }

    /** How it stands. */
    public SwarmReport report() {
        return swarm.report();
    }

    /** The sources that name peers. */
    public List<PeerSource> sources() {
        return order.sources();
    }

    /** The manifest, once it is known. */
    public Optional<Manifest> manifest() {
        return known.isDone() && !known.isCompletedExceptionally() ? Optional.of(known.join()) : Optional.empty();
    }

    /**
     * Waits until all that is wanted is proven and has its final name, but no longer than {@code time}.
     *
     * @return whether it is
     * @throws DiskFault if our disk failed
     * @throws ManifestException if the manifest that came cannot be used here
     * @throws Refusal if nothing in it is what the user wants
     */
    public boolean awaitComplete(Duration time) throws DiskFault, ManifestException, Refusal {
        try {
            complete.get(time.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case DiskFault fault -> throw fault;
                case ManifestException fault -> throw fault;
                case Refusal fault -> throw fault;
                case null, default -> throw new IllegalStateException("a bug of ours", e.getCause());
            }
        }
    }

    void connected(PeerChannel channel, Endpoint remote, boolean dialled, Handshake theirs, InfoHash agreed) {
        swarm.connected(channel, remote, dialled, theirs, agreed);
    }

    /** Somebody is there, who does not encrypt as he must. */
    void unencrypted(Endpoint endpoint) {
        unencrypted = endpoint;
    }

    /** Why peers that are there are not connected, if that is our own choice. */
    Optional<String> trouble() {
        return Optional.ofNullable(unencrypted)
                .map(peer -> peer + " hangs up on an encrypted handshake, and --encryption is require");
    }

    void dialFailed(Endpoint endpoint, Optional<InfoHash> other, String reason) {
        LOG.log(Level.DEBUG, () -> "cannot reach " + endpoint + ": " + reason);
        other.ifPresentOrElse(
                hash -> swarm.dialThereFailed(hash, endpoint), () -> swarm.dialFailed(endpoint, reason));
    }

    /** Takes leave of trackers and peers, and commits what is on the disk. Bounded in time. */
    @Override
    public void close() {
        closing = true;
        OtherSwarms open = others;
        if (open != null) open.close();
        scrub.ifPresent(Scrub::close);
        seeking.close(() -> {
            swarm.stop();
            Holdings files = holdings;
            if (files != null) files.close();
        });
        node.ended(this);
    }

    /** What the swarm asks of the world. Each call is on the swarm's thread and returns at once. */
    private final class Around implements World {
        @Override
        public void dial(Endpoint endpoint) {
            node.dial(endpoint, Session.this, Optional.empty());
        }

        @Override
        public void dial(Endpoint endpoint, InfoHash other) {
            node.dial(endpoint, Session.this, Optional.of(other));
        }

        @Override
        public void metadata(byte[] info) {
            work("open", () -> {
                open(ManifestReader.readInfo(info));
                node.known(Session.this);
                seek();
            });
        }

        @Override
        public void layersComplete(Map<Hash, HashList> layers) {
            LOG.log(Level.DEBUG, "all piece layers are here");
        }

        @Override
        public void peersWanted() {
            seeking.wantPeers();
        }

        @Override
        public int port(InetAddress theirs, int ours) {
            return node.ourPort().seenFrom(theirs, Protocol.TCP);
        }

        @Override
        public boolean isHere(InetAddress address) {
            return Addresses.isHere(address);
        }

        @Override
        public int dhtPort(InetAddress theirs) {
            return seeking.dht().isPresent() ? node.ourPort().seenFrom(theirs, Protocol.UDP) : 0;
        }

        @Override
        public void dhtNode(InetAddress address, int port) {
            if (port != 0) seeking.dht().ifPresent(dht -> dht.meet(new Endpoint(address, port)));
        }

        @Override
        public void complete() {
            work("finish", () -> {
                Holdings open = holdings;
                if (open != null) open.finish();
                seeking.done();
                OtherSwarms elsewhere = others;
                if (elsewhere != null) elsewhere.done();
                complete.complete(known.join());
            });
        }

        @Override
        public void failed(DiskFault fault) {
            complete.completeExceptionally(fault);
        }

        @Override
        public void bug(Throwable thrown) {
            LOG.log(Level.ERROR, "a bug of ours in swarm " + order.infoHash(), thrown);
            complete.completeExceptionally(thrown);
        }

        @Override
        public void log(String line) {
            LOG.log(Level.DEBUG, line);
        }

        private void work(String name, Work work) {
            Thread.ofVirtual().name(name + " " + order.infoHash()).start(() -> {
                try {
                    work.run();
                } catch (DiskFault | ManifestException | Refusal | RuntimeException e) {
                    complete.completeExceptionally(e);
                }
            });
        }
    }

    /** Work that may fail for reasons that a user can understand. */
    @FunctionalInterface
    private interface Work {
        void run() throws DiskFault, ManifestException, Refusal;
    }
}
