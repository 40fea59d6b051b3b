package shoal.node;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import shoal.bytes.Hash;
import shoal.discovery.TrackerSource;
import shoal.swarm.SwarmReport;

/**
 * When a fetch gives up. As long as peers may still come it does not: a tracker that was restarted is found again. It
 * does when nobody could be asked at all, when nobody ever had what only a hash names, or when the user said how long
 * nothing may come. The thread that waits for the fetch uses it.
 */
final class Patience {
    /** To begin with, so long for a tracker to answer if no peer was named. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(5);

    /** So long for somebody to appear who has what nobody has a manifest of. */
    private static final Duration FIRST_PEER = Duration.ofSeconds(10);

    /** Either, where the DHT is asked as well. */
    private static final Duration DHT = Duration.ofSeconds(60);

    private final Found found;
    private final Optional<Duration> wait;
    private final List<TrackerSource> trackers;
    private final boolean peersNamed;
    private boolean dht;
    private long begun;
    private long lastCame;
    private long received;
    private boolean everConnected;

    Patience(Found found, Optional<Duration> wait, List<TrackerSource> trackers, boolean peersNamed) {
        this.found = found;
        this.wait = wait;
        this.trackers = trackers;
        this.peersNamed = peersNamed;
    }

    /** {@code dht}: peers may come from the DHT, which takes its time. */
    void begin(boolean dht) {
        this.dht = dht;
        begun = System.nanoTime();
        lastCame = begun;
    }

    /**
     * As things stand, with what else keeps peers away.
     *
     * @throws Refusal if it is over
     */
    void check(SwarmReport report, Optional<String> trouble) throws Refusal {
        long now = System.nanoTime();
        if (report.received() != received) lastCame = now;
        received = report.received();
        everConnected |= !report.peers().isEmpty();
        var silence = Duration.ofNanos(now - lastCame);
        if (wait.isPresent() && silence.compareTo(wait.get()) > 0) {
            throw new Refusal(Refusal.Kind.NO_PEERS, "nothing came for " + wait.get().toSeconds() + " s; "
                    + report.connected() + " peers are connected" + troubles(trouble));
        }
        var age = Duration.ofNanos(now - begun);
        if (everConnected || wait.isPresent()) return;
        if (!peersNamed && age.compareTo(dht ? DHT : FIRST_ANSWER) > 0 && nobodyAnswers()) {
            throw new Refusal(Refusal.Kind.NETWORK, "no tracker can be asked for peers" + troubles(trouble)
                    + "; name a peer with --peer HOST:PORT, or a tracker with --tracker URL");
        }
        if (!report.hasMetadata() && age.compareTo(dht ? DHT : FIRST_PEER) > 0) {
            throw new Refusal(Refusal.Kind.NOT_FOUND, "nobody has " + found.hash().map(Hash::hex)
                    .orElseGet(found.infoHash()::hex) + ": no catalogue has its manifest"
                    + (found.asked().isEmpty() ? "" : ", asked were " + String.join(", ", found.asked()))
                    + ", and no peer is known" + troubles(trouble));
        }
    }

    private boolean nobodyAnswers() {
        return trackers.stream().allMatch(tracker -> tracker.health().trouble().isPresent());
    }

    private String troubles(Optional<String> trouble) {
        List<String> troubles = Stream.concat(trouble.stream(), trackers.stream()
                .filter(tracker -> tracker.health().trouble().isPresent())
                .map(TrackerSource::describe))
                .toList();
        return troubles.isEmpty() ? "" : ": " + String.join(", ", troubles);
    }
}
