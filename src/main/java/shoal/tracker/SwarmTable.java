package shoal.tracker;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import shoal.announce.AnnounceEvent;
import shoal.announce.AnnounceFailure;
import shoal.announce.AnnounceReply;
import shoal.announce.AnnounceRequest;
import shoal.announce.CompactPeers;
import shoal.announce.ScrapeReply;
import shoal.announce.SwarmFigures;
import shoal.announce.TrackerReply;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.catalogue.Holder;

/**
 * Who is in which swarm: soft state, all in memory, told again by every peer within an interval. Hashes are spread over
 * shards with a lock each, so any thread may call. A peer leaves when it says so, when it has been silent for the life
 * of a peer, or when there are too many and nobody in its shard has been silent longer.
 */
final class SwarmTable {
    private static final int SHARDS = 64;
    private static final Duration WHEN_FULL = Duration.ofMinutes(5);
    private static final int MOST_EVICTED = 16;

    private final TrackerLimits limits;
    private final LongSupplier clock;
    private final NetworkCounts networks;
    private final AtomicInteger peers = new AtomicInteger();
    private final AtomicInteger swarms = new AtomicInteger();
    private final Shard[] shards = new Shard[SHARDS];

    /** Some of the swarms; its own lock guards all of it. */
    private static final class Shard {
        final Map<InfoHash, Swarm> swarms = new HashMap<>();
        final PeerRow row = new PeerRow();
        final SplittableRandom random;

        Shard(SplittableRandom random) {
            this.random = random;
        }
    }

    /** An empty table. {@code clock} counts nanoseconds as {@code System.nanoTime} does: a set clock ages nobody. */
    SwarmTable(TrackerLimits limits, LongSupplier clock, long seed) {
        this.limits = limits;
        this.clock = clock;
        var random = new SplittableRandom(seed);
        this.networks = new NetworkCounts(random.nextLong());
        for (int i = 0; i < SHARDS; i++) shards[i] = new Shard(random.split());
    }

    private Shard shard(InfoHash infoHash) {
        return shards[infoHash.c() & (SHARDS - 1)];
    }

    /** Takes in what a peer at {@code from} says of itself and answers with others, as {@code form} has room for. */
    TrackerReply announce(AnnounceRequest request, InetAddress from, PeerForm form) {
        long now = clock.getAsLong();
        var asker = new Peer(from, request, now);
        Shard shard = shard(request.infoHash());
        synchronized (shard) {
            expire(shard, now);
            Swarm swarm = shard.swarms.get(request.infoHash());
            Peer known = swarm == null ? null : swarm.find(asker);
            if (request.event() == AnnounceEvent.STOPPED) {
                if (known != null) drop(shard, known);
                return reply(shard, from, swarm, asker, 0, form);
            }
            if (known != null && swarm != null) {
                if (request.event() == AnnounceEvent.COMPLETED && !known.isSeed()) swarm.countDownload();
                known.renew(request, now);
                swarm.sort(known);
                shard.row.remove(known);
                shard.row.add(known);
            } else {
                Optional<String> full = whyFull(shard, swarm, asker);
                if (full.isPresent()) return AnnounceFailure.retry(full.get(), WHEN_FULL);
                swarm = add(shard, request, asker);
            }
            int most = request.numWant() == AnnounceRequest.ANY_NUMBER
                    ? limits.numWant()
                    : Math.min(request.numWant(), limits.mostNumWant());
            return reply(shard, from, swarm, asker, Math.min(most, form.most()), form);
        }
    }

    private Optional<String> whyFull(Shard shard, @Nullable Swarm swarm, Peer asker) {
        if (!asker.isLoopback()) {
            int count = networks.count(asker.network());
            if (count >= limits.addressPeers()) return Optional.of("too many peers announce from your address");
            // the swarm is looked through only for those who have that many peers at all
            if (swarm != null && count >= limits.addressSwarmPeers()
                    && swarm.count(asker.network()) >= limits.addressSwarmPeers()) {
                return Optional.of("too many peers of this share announce from your address");
            }
        }
        if (swarm != null && swarm.size() >= limits.swarmPeers()) return Optional.of("the swarm is full");
        for (int i = 0; i < MOST_EVICTED && isFull(swarm == null); i++) {
            Peer oldest = shard.row.first();
            if (oldest == null) break;
            drop(shard, oldest);
        }
        return isFull(swarm == null) ? Optional.of("the tracker is full") : Optional.empty();
    }

    private boolean isFull(boolean newSwarm) {
        return peers.get() >= limits.peers() || (newSwarm && swarms.get() >= limits.swarms());
    }

    private Swarm add(Shard shard, AnnounceRequest request, Peer peer) {
        // looked up again: making room may have emptied the swarm
        Swarm swarm = shard.swarms.get(request.infoHash());
        if (swarm == null) {
            swarm = new Swarm(request.infoHash());
            shard.swarms.put(request.infoHash(), swarm);
            swarms.incrementAndGet();
        }
        swarm.add(peer);
        shard.row.add(peer);
        peers.incrementAndGet();
        if (!peer.isLoopback()) networks.add(peer.network(), 1);
        return swarm;
    }

    private void drop(Shard shard, Peer peer) {
        Swarm swarm = peer.swarm;
        if (swarm == null) throw new IllegalStateException("a peer in the row is in no swarm");
        swarm.remove(peer);
        shard.row.remove(peer);
        peers.decrementAndGet();
        if (!peer.isLoopback()) networks.add(peer.network(), -1);
        if (swarm.size() == 0) {
            shard.swarms.remove(swarm.infoHash());
            swarms.decrementAndGet();
        }
    }

    private AnnounceReply reply(
            Shard shard, InetAddress from, @Nullable Swarm swarm, Peer asker, int most, PeerForm form) {
        SwarmFigures figures = swarm == null ? SwarmFigures.NONE : swarm.figures();
        CompactPeers drawn = CompactPeers.NONE;
        Map<Endpoint, PeerId> ids = form == PeerForm.WITH_IDS ? new HashMap<>() : Map.of();
        if (swarm != null && most > 0) {
            var builder = new CompactPeers.Builder(Math.min(most, swarm.size()));
            swarm.draw(asker, form, most, shard.random, peer -> {
                peer.write(builder);
                if (form == PeerForm.WITH_IDS) ids.put(peer.endpoint(), peer.id());
            });
            drawn = builder.build();
        }
        long tenth = limits.interval().toSeconds() / 10;
        return new AnnounceReply(
                // so that those who came together after a restart do not come together for ever
                limits.interval().plusSeconds(tenth == 0 ? 0 : shard.random.nextLong(-tenth, tenth + 1)),
                limits.minInterval(),
                figures.seeders(),
                figures.leechers(),
                figures.downloaded(),
                drawn,
                ids,
                Optional.of(from),
                Optional.empty());
    }

    private void expire(Shard shard, long now) {
        long life = limits.peerLife().toNanos();
        for (Peer peer = shard.row.first(); peer != null && now - peer.seen() > life; peer = shard.row.first()) {
            drop(shard, peer);
        }
    }

    /** Drops whom silence has made doubtful from one of the shards; called {@value #SHARDS} times, from all. */
    void expire(int turn) {
        Shard shard = shards[Math.floorMod(turn, SHARDS)];
        synchronized (shard) {
            expire(shard, clock.getAsLong());
        }
    }

    /** The figures of one swarm. */
    SwarmFigures figures(InfoHash infoHash) {
        Shard shard = shard(infoHash);
        synchronized (shard) {
            expire(shard, clock.getAsLong());
            Swarm swarm = shard.swarms.get(infoHash);
            return swarm == null ? SwarmFigures.NONE : swarm.figures();
        }
    }

    /** The figures of those of {@code hashes} that somebody is in. */
    ScrapeReply scrape(Collection<InfoHash> hashes) {
        var files = new HashMap<InfoHash, SwarmFigures>();
        for (InfoHash hash : hashes) {
            SwarmFigures figures = figures(hash);
            if (!figures.equals(SwarmFigures.NONE)) files.put(hash, figures);
        }
        return new ScrapeReply(files);
    }

    /** Up to {@code most} peers of a share of {@code length} bytes (0 if that is not known); seeds first. */
    List<Holder> holders(InfoHash infoHash, long length, int most) {
        Shard shard = shard(infoHash);
        var holders = new ArrayList<Holder>();
        synchronized (shard) {
            long now = clock.getAsLong();
            expire(shard, now);
            Swarm swarm = shard.swarms.get(infoHash);
            if (swarm == null) return holders;
            swarm.first(most, peer -> holders.add(
                    Holder.of(peer.endpoint(), peer.left(), length, Duration.ofNanos(now - peer.seen()))));
        }
        return holders;
    }

    /** How many swarms there are, and how many peers of each kind. */
    record Census(int swarms, int seeders, int leechers) {}

    /** Counts all swarms, which takes its time. */
    Census census() {
        int all = 0;
        int seeders = 0;
        int leechers = 0;
        for (Shard shard : shards) {
            synchronized (shard) {
                for (Swarm swarm : shard.swarms.values()) {
                    SwarmFigures figures = swarm.figures();
                    all++;
                    seeders += figures.seeders();
                    leechers += figures.leechers();
                }
            }
        }
        return new Census(all, seeders, leechers);
    }

    /** How many peers there are in all swarms. */
    int peers() {
        return peers.get();
    }

    /** How many swarms have a peer. */
    int swarms() {
        return swarms.get();
    }
}
