package shoal.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;

/**
 * Tells the story of a swarm in a simulation, and lets it happen: who takes part, what is shared, what goes wrong. The
 * same seed gives the same story, event by event.
 */
final class TestSwarm {
    private static final long PATIENCE = Timeline.seconds(3600);
    private static final long LAST_WITHDRAWAL = Timeline.seconds(10);

    /** What came of it. */
    record Story(long trace, long events, double seconds, double wasted) {}

    private final long seed;
    private final RandomGenerator random;
    private final List<Mischief> foul = new ArrayList<>();
    private int seeders = 1;
    private int leechers = 1;
    private int pieceLength = 65_536;
    private long[] sizes = {1_000_000};
    private double trouble;
    private boolean magnet;
    private boolean allAreTold;
    private boolean oneIsKnown;
    private boolean isPrivate;
    private boolean oneAddress;
    private boolean partialStart;
    private int[] selected = {};
    private boolean leavesWithheld;
    private int withdrawals;
    private int fullDisks;

    private TestSwarm(long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
    }

    static TestSwarm of(long seed) {
        return new TestSwarm(seed);
    }

    TestSwarm seeders(int count) {
        seeders = count;
        return this;
    }

    TestSwarm leechers(int count) {
        leechers = count;
        return this;
    }

    /** Peers that play foul, each in a way drawn from the seed. */
    TestSwarm liars(int count) {
        Mischief[] all = Mischief.values();
        for (int i = 0; i < count; i++) foul.add(all[1 + random.nextInt(all.length - 1)]);
        return this;
    }

    TestSwarm liars(Mischief... kinds) {
        foul.addAll(List.of(kinds));
        return this;
    }

    /** Files of these sizes; {@code -n} is a copy of the file number {@code n - 1}. */
    TestSwarm content(int pieceLength, long... sizes) {
        this.pieceLength = pieceLength;
        this.sizes = sizes;
        return this;
    }

    /** Connections break, stall, peers die and come back, for the first minute. 1 is a bad day. */
    TestSwarm trouble(double much) {
        trouble = much;
        return this;
    }

    /** The tracker names everybody in each answer. */
    TestSwarm allAreTold() {
        allAreTold = true;
        return this;
    }

    /** The tracker names the first seeder and nobody else. All others must hear of each other from it. */
    TestSwarm oneIsKnown() {
        oneIsKnown = true;
        return this;
    }

    /** All peers are behind one address. */
    TestSwarm onOneAddress() {
        oneAddress = true;
        return this;
    }

    /** Peers come from the tracker alone (BEP 27). */
    TestSwarm privately() {
        isPrivate = true;
        return this;
    }

    /** Leechers know the hash and nothing else. */
    TestSwarm magnet() {
        magnet = true;
        return this;
    }

    /** Leechers have some of the pieces from the beginning. */
    TestSwarm resumed() {
        partialStart = true;
        return this;
    }

    /** Leechers want these files alone. */
    TestSwarm select(int... files) {
        selected = files;
        return this;
    }

    /** Nobody gives leaves, not even who is honest. */
    TestSwarm withoutLeaves() {
        leavesWithheld = true;
        return this;
    }

    /** Seeders lose some pieces on the way. */
    TestSwarm withdrawals(int count) {
        withdrawals = count;
        return this;
    }

    /** So many leechers have no room for all of it. */
    TestSwarm fullDisks(int count) {
        fullDisks = count;
        return this;
    }

    Story run() {
        try {
            return story();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private Story story() {
        var content = new SimContent(random, isPrivate, pieceLength, sizes);
        var network = new SimNetwork(random, content);
        network.leavesWithheld = leavesWithheld;
        network.allAreTold = allAreTold;
        network.oneIsKnown = oneIsKnown;
        network.oneAddress = oneAddress;
        for (int i = 0; i < seeders; i++) seed(network, Mischief.NONE);
        for (Mischief kind : foul) seed(network, kind);
        for (int i = 0; i < leechers; i++) leech(network, i < fullDisks);
        for (SimPeer peer : network.peers) {
            network.timeline.after(random.nextLong(Timeline.seconds(3)), peer::start);
        }
        troubles(network);
        announce(network);
        while (!allDone(network) || (withdrawals > 0 && network.timeline.now() < LAST_WITHDRAWAL)) {
            if (!network.timeline.step(PATIENCE)) throw new AssertionError("not done: " + state(network));
        }
        if (oneIsKnown) checkThatTheyMet(network);
        double seconds = network.timeline.now() / 1e9;
        long end = network.timeline.now() + Timeline.seconds(2);
        while (network.timeline.step(end)) {
            // what is on its way comes, and harms nobody
        }
        network.check.atTheEnd(!leavesWithheld && foul.stream().noneMatch(kind -> kind == Mischief.SILENT
                || kind == Mischief.EVEN_BLOCKS || kind == Mischief.ODD_BLOCKS));
        double useful = (double) leechers * content.manifest.length();
        return new Story(network.check.trace(), network.check.events(), seconds, network.check.wasted() / useful);
    }

    private void seed(SimNetwork network, Mischief mischief) {
        var disk = new SimDisk(network.content, network.content.allFiles(), network.timeline, random);
        disk.fill();
        network.add(mischief, disk, false);
    }

    private void leech(SimNetwork network, boolean isFull) {
        Bits files = network.content.allFiles();
        if (selected.length > 0) {
            files = new Bits(files.size());
            for (int file : selected) files.set(file);
        }
        var disk = new SimDisk(network.content, files, network.timeline, random);
        for (int i = 0; partialStart && i < network.content.manifest.pieceCount() / 3; i++) {
            disk.put(random.nextInt(network.content.manifest.pieceCount()));
        }
        if (isFull) disk.failsAfter = random.nextInt(20);
        SimPeer peer = network.add(Mischief.NONE, disk, true);
        peer.knowsManifest = !magnet;
        if (random.nextInt(5) == 0) peer.hide();
    }

    private static boolean allDone(SimNetwork network) {
        for (SimPeer peer : network.peers) {
            if (peer.disk.failsAfter >= 0) {
                if (peer.failure == null) return false;
            } else if (peer.isHonest() && !isDone(peer)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDone(SimPeer peer) {
        if (!peer.isOnline() || (peer.isLeecher && !peer.isComplete())) return false;
        Transfer transfer = peer.swarm().transfer();
        return transfer != null && transfer.board.isComplete();
    }

    /** Some cannot be dialled, and the news that one of those gets in its first minute may be of another one. */
    private static void checkThatTheyMet(SimNetwork network) {
        long lonely = network.peers.stream()
                .filter(peer -> peer.isLeecher && peer.swarm().report().peers().size() < 2)
                .count();
        if (lonely > 2) throw new AssertionError(lonely + " leechers heard of nobody");
    }

    private void announce(SimNetwork network) {
        network.timeline.after(Timeline.seconds(30), () -> {
            for (SimPeer peer : network.peers) {
                if (peer.isOnline()) network.askTracker(peer);
            }
            announce(network);
        });
    }

    private void troubles(SimNetwork network) {
        for (int i = 0; i < withdrawals; i++) {
            network.timeline.after(random.nextLong(LAST_WITHDRAWAL), () -> withdraw(network));
        }
        if (trouble > 0) trouble(network);
    }

    private void withdraw(SimNetwork network) {
        SimPeer peer = network.peers.get(random.nextInt(seeders));
        // the first one keeps everything, or nobody could finish
        if (peer.index == 0 || !peer.isOnline() || peer.swarm().transfer() == null) return;
        peer.holdings().withdraw(random.nextInt(network.content.manifest.pieceCount()), "the simulation took it");
    }

    private void trouble(SimNetwork network) {
        network.timeline.after(Timeline.millis(100), () -> {
            if (network.timeline.now() > Timeline.seconds(60)) return;
            @Nullable SimLink link = any(network.open());
            if (link != null && chance(0.2)) link.cut();
            @Nullable SimLink slow = any(network.open());
            if (slow != null && chance(0.3)) slow.stall(Timeline.seconds(stallSeconds()));
            if (chance(0.03)) kill(network, network.peers.get(random.nextInt(network.peers.size())));
            trouble(network);
        });
    }

    private double stallSeconds() {
        return random.nextInt(4) == 0 ? 20 + random.nextInt(30) : random.nextDouble();
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability * trouble;
    }

    private @Nullable SimLink any(List<SimLink> links) {
        return links.isEmpty() ? null : links.get(random.nextInt(links.size()));
    }

    private void kill(SimNetwork network, SimPeer peer) {
        if (!peer.isOnline()) return;
        peer.die();
        network.timeline.after(random.nextLong(Timeline.seconds(15)), peer::start);
    }

    private static String state(SimNetwork network) {
        var text = new StringBuilder("at " + network.timeline);
        for (SimPeer peer : network.peers) {
            if (!peer.isHonest() || isDone(peer)) continue;
            text.append(peer.isOnline() ? "" : "\n  " + peer + " is away");
            if (!peer.isOnline()) continue;
            SwarmReport report = peer.swarm().report();
            text.append("\n  ").append(peer).append(" misses ").append(report.missing()).append(", peers:");
            for (Peer each : peer.swarm().peers().all()) {
                SimPeer other = network.at(each.remote);
                text.append("\n    ").append(other).append(each.chokedByIt ? " choked" : "")
                        .append(each.interested ? " interesting" : "").append(each.snubbed ? " snubbed" : "")
                        .append(" out ").append(each.pipeline.size()).append(" rejects ").append(each.rejects)
                        .append(" has ").append(each.has == null ? "?" : each.has);
            }
        }
        return text.toString();
    }
}
