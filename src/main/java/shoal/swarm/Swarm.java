package shoal.swarm;

import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.storage.DiskFault;
import shoal.storage.StorageEvent;
import shoal.wire.ExtendedHandshake;
import shoal.wire.Extension;
import shoal.wire.ExtensionMessage;
import shoal.wire.Message;
import shoal.wire.PeerExchange;
import shoal.wire.PeerFault;

/**
 * One share's control plane: told of everything by {@link #handle}, of time by {@link #tick}, and acting through
 * {@link PeerLink}, {@link World} and the holdings alone. It has no thread, socket, file or clock of its own and never
 * blocks, so that a test can run a hundred of them in one thread and replay what happened from a seed. One thread uses
 * it at a time; only {@link #report} may be read by others.
 */
final class Swarm {
    private final SwarmSettings settings;
    private final World world;
    private final RandomGenerator random;
    private final LongSupplier clock;
    private final Peers peers = new Peers();
    private final Seats seats = new Seats(peers);
    private final Dials dials;
    private final Crossings crossings = new Crossings();
    private final MetadataExchange metadata;
    private final Gossip gossip;
    private final Ledger ledger = new Ledger();
    private @Nullable Transfer transfer;
    private volatile @Nullable BlockIntake intake;
    private volatile SwarmReport report = SwarmReport.NOTHING;
    private boolean stopped;
    private boolean isPrivate;
    private long lastTick;
    private long lastWanted;

    /** A swarm without peers. It needs to hear {@link SwarmEvent.Opened} before it can move pieces. */
    Swarm(SwarmSettings settings, World world, RandomGenerator random, LongSupplier clock) {
        this.settings = settings;
        this.world = world;
        this.random = random;
        this.clock = clock;
        dials = new Dials(peers, seats, world);
        metadata = new MetadataExchange(peers, settings);
        gossip = new Gossip(peers, theirs -> settings.port(world, theirs));
        lastTick = clock.getAsLong();
        lastWanted = lastTick;
    }

    /** Where peers' threads bring blocks, once the manifest is known. Any thread may call it. */
    @Nullable BlockIntake intake() {
        return intake;
    }

    /** The other shares whose peers may come, once the files are open. Any thread may call it. */
    Crossings crossings() {
        return crossings;
    }

    /** The share's pieces, once the manifest is known. */
    @Nullable Transfer transfer() {
        return transfer;
    }

    Peers peers() {
        return peers;
    }

    /** Who we are, to peers. */
    PeerId us() {
        return settings.us();
    }

    /** How the swarm stood a moment ago. Any thread may call it. */
    SwarmReport report() {
        return report;
    }

    /** Takes in what happened. */
    void handle(SwarmEvent event) {
        take(event);
        if (transfer != null) transfer.after();
    }

    private void take(SwarmEvent event) {
        switch (event) {
            case SwarmEvent.PeerConnected connected -> connected(connected);
            case SwarmEvent.PeerSaid(int number, List<Message> messages) -> said(number, messages);
            case SwarmEvent.BlocksCame(int number, List<BlockReceipt> receipts) -> {
                Peer peer = peers.at(number);
                if (peer != null) peer.lastHeard = clock.getAsLong();
                if (transfer != null) transfer.came(peer, receipts);
            }
            case SwarmEvent.Served(int number, int blocks) -> {
                Peer peer = peers.at(number);
                if (peer != null && transfer != null) transfer.served(peer, blocks);
            }
            case SwarmEvent.PeerGone gone -> gone(gone);
            case SwarmEvent.DialFailed(Endpoint endpoint, String _) ->
                dials.own().failed(endpoint, clock.getAsLong());
            case SwarmEvent.DialThereFailed(InfoHash swarm, Endpoint endpoint) ->
                dials.other(swarm).failed(endpoint, clock.getAsLong());
            case SwarmEvent.Found(List<Endpoint> endpoints, boolean given) -> {
                dials.own().found(endpoints, given, clock.getAsLong());
                dial();
            }
            case SwarmEvent.FoundThere(InfoHash swarm, List<Endpoint> endpoints) -> {
                if (crossings.of(swarm) != null) dials.other(swarm).found(endpoints, false, clock.getAsLong());
                dial();
            }
            case SwarmEvent.LookedFor(List<Endpoint> endpoints) -> {
                dials.own().found(endpoints, false, clock.getAsLong());
                if (isIdle() && !stopped) dials.dial(endpoints, clock.getAsLong());
                else dial();
            }
            case SwarmEvent.Opened opened -> opened(opened);
            case SwarmEvent.Stored(StorageEvent.Failed(DiskFault fault)) -> failed(fault);
            case SwarmEvent.Stored(StorageEvent stored) -> {
                if (transfer != null) transfer.stored(stored);
            }
            case SwarmEvent.DiskFailed(DiskFault fault) -> failed(fault);
            case SwarmEvent.Stop() -> stop();
        }
    }

    private void connected(SwarmEvent.PeerConnected event) {
        long now = clock.getAsLong();
        var peer = new Peer(event, now, crossings.of(event.agreed()));
        metadata.recognise(peer);
        peers.add(peer);
        if (event.dialled()) dials.of(peer).connected(event.remote(), now);
        Peer tooMany = seats.tooMany(peer, !isIdle(), now);
        if (stopped || tooMany == peer) close(peer, "there are too many peers already");
        else if (peer.id.equals(settings.us())) ban(peer, "is ourselves");
        else if (dials.own().isBanned(peer)) close(peer, "it is banned");
        else if (!closesTwin(peer) && tooMany != null) close(tooMany, "it is of no use, and somebody else came");
        if (peer.closing) return;
        if (peer.extended) peer.send(ourHandshake(peer), now);
        if (transfer != null) peer.send(transfer.greeting(peer), now);
        int dhtPort = peer.dht ? world.dhtPort(peer.remote.address()) : 0;
        if (dhtPort != 0) peer.send(new Message.Port(dhtPort), now);
    }

    private boolean closesTwin(Peer newer) {
        boolean closed = false;
        for (Peer older : peers.twins(newer)) {
            Peer spare = Peers.spare(older, newer, settings.us());
            if (spare != null) close(spare, "it is connected already");
            closed |= spare != null;
        }
        if (newer.dialled && peers.isHereTwice(newer, world)) {
            close(newer, "it is connected already, at another address");
            return true;
        }
        return closed;
    }

    private ExtendedHandshake ourHandshake(Peer peer) {
        ExtendedHandshake hello = ExtendedHandshake.wanting(
                        Extension.PEER_EXCHANGE, Extension.METADATA, Extension.UPLOAD_ONLY, Extension.DONT_HAVE)
                .withClient(settings.client())
                .withRequestQueue(SwarmLimits.REQUESTS_QUEUED)
                .withYourAddress(peer.remote.address())
                .withUploadOnly(transfer != null && transfer.board.isComplete());
        int port = settings.port(world, peer.remote.address());
        if (port != 0) hello = hello.withPort(port);
        if (isPrivate || peer.crossed != null) hello = hello.without(Extension.PEER_EXCHANGE);
        int size = metadata.sizeFor(peer);
        return size > 0 ? hello.withMetadataSize(size) : hello;
    }

    private void said(int number, List<Message> messages) {
        Peer peer = peers.at(number);
        if (peer == null) return;
        peer.lastHeard = clock.getAsLong();
        try {
            for (Message message : messages) {
                if (peer.closing) return;
                peer.chatter.said();
                for (Message ours : peer.heard(message)) {
                    if (peer.closing) return;
                    said(peer, ours);
                }
            }
        } catch (PeerFault fault) {
            ban(peer, String.valueOf(fault.getMessage()));
        } finally {
            peer.link.heard();
        }
    }

    private void said(Peer peer, Message message) throws PeerFault {
        long now = clock.getAsLong();
        switch (message) {
            case ExtendedHandshake hello -> greeted(peer, hello, now);
            case ExtensionMessage.MetadataRequest request -> metadata.asked(peer, request, now);
            case ExtensionMessage.MetadataReject _ -> metadata.rejected(peer);
            case ExtensionMessage.MetadataData data -> {
                byte[] info = metadata.came(peer, data, now);
                if (info != null) {
                    metadata.known(info);
                    world.metadata(info);
                }
            }
            case PeerExchange exchange -> {
                // BEP 27: of a private share its tracker alone names peers
                if (isPrivate || peer.crossed != null || !settings.providers().isEmpty()) return;
                dials.own().overheard(gossip.heard(peer, exchange, now), now);
                dial();
            }
            case Message.Port(int port) -> world.dhtNode(peer.remote.address(), port);
            case Message other -> {
                if (transfer != null) transfer.said(peer, other);
                else peer.early.said(peer, other, now);
            }
        }
    }

    private void greeted(Peer peer, ExtendedHandshake hello, long now) throws PeerFault {
        peer.introduced(hello);
        if (peer.listens == null && hello.port().isPresent()) {
            peer.listens = new Endpoint(peer.remote.address(), hello.port().getAsInt());
            if (dials.own().isBanned(peer)) {
                close(peer, "it is banned");
                return;
            }
            dials.of(peer).connected(peer.listens, now);
        }
        metadata.tick(now);
    }

    private void gone(SwarmEvent.PeerGone event) {
        long now = clock.getAsLong();
        Peer peer = peers.remove(event.peer());
        if (peer == null) return;
        if (event.fault() != null) ban(peer, event.fault());
        boolean wasUseful = peer.down.total() + peer.link.payloadSent() > 0;
        if (peer.listens != null) dials.of(peer).gone(peer.listens, wasUseful, now);
        ledger.gone(peer, event.reason());
        peer.closing = true;
        if (peer.again && peer.listens != null) dials.own().found(List.of(peer.listens), false, now);
        metadata.tick(now);
        if (transfer != null) transfer.gone(peer);
        world.log("peer " + peer + " is gone: " + event.reason());
    }

    private void close(Peer peer, String reason) {
        if (peer.closing) return;
        peer.closing = true;
        if (transfer != null) transfer.requests.freeAll(peer);
        peer.link.close(reason);
    }

    /** A peer that may have gone already has done wrong: it shall not come again. */
    private void ban(Peer peer, String why) {
        dials.own().ban(peer);
        world.log("peer " + peer + " is banned: it " + why);
        close(peer, "it " + why);
        for (Peer other : peers.copy()) {
            if (dials.own().isBanned(other)) close(other, "it is banned");
        }
    }

    private void failed(DiskFault fault) {
        if (stopped) return;
        stop();
        world.failed(fault);
    }

    private void opened(SwarmEvent.Opened event) {
        long now = clock.getAsLong();
        metadata.known(event.manifest());
        isPrivate = event.manifest().isPrivate();
        if (isPrivate) dials.own().forgetOverheard();
        var begun = new Transfer(event, peers, owner(), settings, random, clock);
        transfer = begun;
        // before the first request leaves: its answer may be back before this thread is done here
        intake = begun.board.intake;
        begun.begin();
        for (Peer peer : peers.copy()) {
            metadata.recognise(peer);
            if (peer.isV1 && peer.speaksV2 && !event.manifest().hasAllLayers()) {
                peer.again = true;
                close(peer, "it can give hashes when we call it by the v2 hash");
            }
            if (peer.closing) continue;
            if (peer.extended) peer.send(ourHandshake(peer), now);
            peer.send(begun.greeting(peer), now);
            said(peer.number, peer.early.take());
        }
        dial();
        makeReport();
    }

    private Transfer.Owner owner() {
        return new Transfer.Owner() {
            @Override
            public void ban(Peer peer, String why) {
                Swarm.this.ban(peer, why);
            }

            @Override
            public void complete() {
                makeReport();
                world.complete();
            }

            @Override
            public void layersComplete(Map<Hash, HashList> layers) {
                world.layersComplete(layers);
            }
        };
    }

    private void stop() {
        stopped = true;
        for (Peer peer : peers.copy()) close(peer, "we stop");
        makeReport();
    }

    /** Time has passed; to be called every {@link SwarmLimits#TICK}. */
    void tick() {
        long now = clock.getAsLong();
        long nanos = now - lastTick;
        lastTick = now;
        for (Peer peer : peers.copy()) {
            peer.down.tick(nanos);
            peer.lookWhatItTook(now);
            peer.up.tick(nanos);
            watch(peer, now);
        }
        dials.tick();
        metadata.tick(now);
        if (transfer != null) {
            transfer.tick(now, nanos);
            transfer.after();
            if (!isPrivate) gossip.tick(now);
        }
        dial();
        wantPeers(now);
        makeReport();
    }

    private void wantPeers(long now) {
        if (isIdle() || peers.size() > 0 || now - lastWanted < SwarmLimits.PEERS_WANTED_AGAIN) return;
        lastWanted = now;
        world.peersWanted();
    }

    private void watch(Peer peer, long now) {
        if (peer.closing) return;
        if (isRedundant(peer)) close(peer, "both have everything");
        else if (now - peer.lastHeard > SwarmLimits.SILENT_AFTER) close(peer, "it was silent for two minutes");
        else if (now - peer.lastTook > SwarmLimits.STUCK_AFTER) close(peer, "it does not take what it asked for");
        else if (isIdle(peer, now) && dials.hasMore(now)) close(peer, "it gives nothing, and others wait");
        else if (now - peer.lastSaid > SwarmLimits.KEEP_ALIVE) peer.send(new Message.KeepAlive(), now);
    }

    private boolean isRedundant(Peer peer) {
        if (transfer == null) return false;
        Bits ours = transfer.board.ours;
        if (peer.crossed == null) return transfer.board.isComplete() && peer.isSeed() && ours.isFull();
        Crossing crossing = peer.crossed.crossing();
        return peer.has != null && crossing.isAll(peer.has) && crossing.isAll(ours);
    }

    /** When all places are taken, one that has neither given nor taken anything for long makes room for another. */
    private boolean isIdle(Peer peer, long now) {
        boolean full = peers.size() >= SwarmLimits.DIALLED;
        boolean useless = peer.down.total() + peer.link.payloadSent() == 0 && peer.chokedByIt && peer.choking;
        return full && useless && now - peer.since > SwarmLimits.USELESS_AFTER;
    }

    /** Whether there is nothing to fetch. */
    private boolean isIdle() {
        return transfer != null && transfer.board.isComplete();
    }

    private void dial() {
        if (isIdle() || stopped) return;
        Transfer moving = transfer;
        dials.dial(clock.getAsLong(), other -> moving == null || crossings.isAll(other, moving.board.ours));
    }

    private void makeReport() {
        report = ledger.report(peers, transfer, dials.size());
    }
}
