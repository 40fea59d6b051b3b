package shoal.tracker;

import java.time.Duration;

/**
 * What the tracker allows the world, and how often it wants to hear from it.
 *
 * @param interval how often peers should announce; the tracker takes about a million peers at the default
 * @param minInterval how often they may, when they need peers
 * @param peerLife how long a peer stays after its last announce; longer than two intervals of libtorrent, which
 *     announces every 300 s at the most
 * @param peers peers in all swarms together; above it the ones that have been silent longest go
 * @param swarms swarms together; above it new ones are refused
 * @param swarmPeers peers of one swarm
 * @param addressPeers peers, over all swarms, of one IP address that is not a loopback one
 * @param addressSwarmPeers peers of one such address in one swarm
 * @param numWant peers in a reply when the request does not say
 * @param mostNumWant peers in a reply at most
 * @param connections HTTP connections together; above it the ones that have kept still longest go
 * @param manifestBytes bytes of a manifest that is registered
 * @param shares entries of the catalogue
 * @param records name records of the catalogue
 * @param registrations how many manifests (or MiB of them) and records one such address may register at once; it gets
 *     one more each second
 * @param announces how many announces and scrapes one such address may make a second; 0 for any number
 */
public record TrackerLimits(
        Duration interval,
        Duration minInterval,
        Duration peerLife,
        int peers,
        int swarms,
        int swarmPeers,
        int addressPeers,
        int addressSwarmPeers,
        int numWant,
        int mostNumWant,
        int connections,
        int manifestBytes,
        int shares,
        int records,
        int registrations,
        int announces) {
    /** What a tracker allows that nobody configured. */
    public static final TrackerLimits DEFAULT = new TrackerLimits(
            Duration.ofSeconds(120),
            Duration.ofSeconds(10),
            Duration.ofSeconds(720),
            2_000_000,
            500_000,
            200_000,
            20_000,
            256,
            50,
            200,
            4_096,
            64 << 20,
            1_000_000,
            1_000_000,
            1_000,
            200);

    /** The same for a node that answers for its own share alone, to few. */
    static final TrackerLimits OWN = new TrackerLimits(
            DEFAULT.interval, DEFAULT.minInterval, DEFAULT.peerLife, 0, 0, 0, 0, 0, 0, 0, 64, 0, 1, 1, 0, 0);

    /** @throws IllegalArgumentException if a peer would be forgotten before it comes again */
    public TrackerLimits {
        if (interval.compareTo(peerLife) >= 0) throw new IllegalArgumentException("the interval outlives the peers");
        if (minInterval.compareTo(interval) > 0) throw new IllegalArgumentException("the least interval is longer");
    }

    /** The same limits with another rhythm, in which peers live for three intervals. */
    public TrackerLimits withInterval(Duration other) {
        return new TrackerLimits(
                other,
                minInterval.compareTo(other) < 0 ? minInterval : other,
                other.multipliedBy(3).compareTo(peerLife) > 0 ? other.multipliedBy(3) : peerLife,
                peers,
                swarms,
                swarmPeers,
                addressPeers,
                addressSwarmPeers,
                numWant,
                mostNumWant,
                connections,
                manifestBytes,
                shares,
                records,
                registrations,
                announces);
    }

    /** The same limits with others for one address: announces a second, and peers over all swarms. */
    public TrackerLimits withAddress(int announcesASecond, int most) {
        return new TrackerLimits(interval, minInterval, peerLife, peers, swarms, swarmPeers, most, addressSwarmPeers,
                numWant, mostNumWant, connections, manifestBytes, shares, records, registrations, announcesASecond);
    }
}
