package shoal.swarm;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.PeerId;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.storage.DiskFault;
import shoal.wire.Message;

/** A peer of the simulation: a real {@link Swarm} on a simulated disk and network. It may die and come back. */
final class SimPeer implements World {
    final SimNetwork network;
    final int index;
    final Endpoint endpoint;
    final Mischief mischief;
    final SimDisk disk;

    /** Whether it is to have everything it wants in the end; a seed has it from the beginning. */
    final boolean isLeecher;

    /** Whether it was given the manifest; if not, it has only the hash. */
    boolean knowsManifest = true;

    /** Why its disk failed, if it did. */
    @Nullable DiskFault failure;

    private boolean isDialable = true;
    private int generation;
    private int numbers;
    private long lastHandled;
    private boolean online;
    private boolean complete;
    private @Nullable Swarm swarm;
    private SimDisk.@Nullable Open holdings;
    private @Nullable BlockIntake intake;

    SimPeer(SimNetwork network, int index, Endpoint endpoint, Mischief mischief, SimDisk disk, boolean isLeecher) {
        this.network = network;
        this.index = index;
        this.endpoint = endpoint;
        this.mischief = mischief;
        this.disk = disk;
        this.isLeecher = isLeecher;
    }

    boolean isHonest() {
        return !mischief.isFoul();
    }

    boolean isOnline() {
        return online;
    }

    boolean isComplete() {
        return complete;
    }

    boolean isDialable() {
        return isDialable && online;
    }

    /** Nobody can connect to it. */
    void hide() {
        isDialable = false;
    }

    int generation() {
        return generation;
    }

    int nextNumber() {
        return ++numbers;
    }

    Swarm swarm() {
        if (swarm == null) throw new IllegalStateException(this + " is not there");
        return swarm;
    }

    @Nullable BlockIntake intake() {
        return intake;
    }

    SimDisk.Open holdings() {
        if (holdings == null) throw new IllegalStateException(this + " has no files");
        return holdings;
    }

    /** Begins, or comes back. */
    void start() {
        generation++;
        online = true;
        lastHandled = network.timeline.now();
        PeerId us = PeerId.random(network.random);
        Hash full = network.content.manifest.infoHash();
        var settings = new SwarmSettings(
                full.truncated(), Optional.empty(), Optional.of(full), us, endpoint.port(), "Sim/" + index,
                network.providers(this));
        var begun = new Swarm(settings, this, network.random, network::clock);
        swarm = begun;
        if (knowsManifest) open(network.content.manifest);
        tickLater(generation);
    }

    /** Its process dies; its disk stays. */
    void die() {
        for (SimLink link : network.links(this)) link.cut();
        if (swarm != null) network.check.died(this);
        generation++;
        online = false;
        if (holdings != null) holdings.close();
        holdings = null;
        intake = null;
    }

    private void open(Manifest manifest) {
        SimDisk.Open opened = disk.open();
        holdings = opened;
        int now = generation;
        opened.listener(event -> post(now, new SwarmEvent.Stored(event)));
        post(now, new SwarmEvent.Opened(manifest, opened, Wanted.of(manifest, opened, wanted())));
    }

    private Bits wanted() {
        return disk.files;
    }

    private void tickLater(int when) {
        network.timeline.after(SwarmLimits.TICK, () -> {
            if (when != generation) return;
            network.act(this, 0, () -> swarm().tick());
            mischief();
            tickLater(when);
        });
    }

    private void mischief() {
        if (mischief != Mischief.FLAPS) return;
        for (SimLink link : network.links(this)) {
            link.send(new Message.Choke());
            link.send(new Message.Unchoke());
        }
    }

    /** Puts an event into the mailbox, where it waits for a moment behind those before it. */
    void post(int when, SwarmEvent event) {
        lastHandled = Math.max(lastHandled, network.timeline.now() + network.random.nextLong(Timeline.millis(0.5)));
        network.timeline.at(lastHandled, () -> {
            if (when != generation || !online) return;
            network.act(this, network.check.mix(event), () -> swarm().handle(event));
            if (event instanceof SwarmEvent.Opened) intake = swarm().intake();
        });
    }

    @Override
    public void dial(Endpoint to) {
        network.dial(this, to);
    }

    @Override
    public void metadata(byte[] info) {
        int when = generation;
        network.timeline.after(network.random.nextLong(Timeline.millis(80)), () -> {
            if (when != generation) return;
            knowsManifest = true;
            try {
                open(network.content.bare(info).withLayers(disk.layers()));
            } catch (ManifestException e) {
                throw new AssertionError(this + " got wrong layers", e);
            }
        });
    }

    @Override
    public void layersComplete(Map<Hash, HashList> layers) {
        network.check.layers(this, layers);
    }

    @Override
    public void peersWanted() {
        network.askTracker(this);
    }

    @Override
    public int dhtPort(InetAddress theirs) {
        return 0;
    }

    @Override
    public void dhtNode(InetAddress address, int port) {}

    @Override
    public void complete() {
        complete = true;
        network.check.complete(this);
    }

    @Override
    public void failed(DiskFault fault) {
        failure = fault;
    }

    @Override
    public void bug(Throwable thrown) {
        throw new AssertionError(this + " has a bug", thrown);
    }

    @Override
    public void log(String line) {
        network.check.logged(this, line);
    }

    void found(List<Endpoint> endpoints) {
        post(generation, new SwarmEvent.Found(endpoints, false));
    }

    @Override
    public String toString() {
        return (isLeecher ? "leecher " : "seed ") + index + (isHonest() ? "" : " (" + mischief + ")");
    }
}
