package shoal.swarm;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

/**
 * What a swarm is about and who we are in it.
 *
 * @param infoHash names the share among peers
 * @param v1Hash names it among peers that speak BitTorrent v1, if it is known to be a hybrid
 * @param fullHash the whole of its hash, if more is known than peers say
 * @param us our peer id, for this share alone
 * @param port where we listen, told to peers; 0 if nowhere
 * @param client our program's name and version, told to peers
 * @param providers if there are any, nothing is fetched from others
 * @param pace how fast bytes may come and go
 * @param slots how many peers are given to at one time
 * @param sequential whether pieces are fetched in their order, as far as peers have them
 */
public record SwarmSettings(
        InfoHash infoHash,
        Optional<InfoHash> v1Hash,
        Optional<Hash> fullHash,
        PeerId us,
        int port,
        String client,
        List<Endpoint> providers,
        Pace pace,
        int slots,
        boolean sequential) {
    /** The usual number of slots. */
    public static final int SLOTS = SwarmLimits.SLOTS;

    /** @throws IllegalArgumentException if the two hashes are not of one share, or there is no slot */
    public SwarmSettings {
        if (fullHash.isPresent() && !fullHash.get().truncated().equals(infoHash)) {
            throw new IllegalArgumentException(fullHash.get() + " does not begin with " + infoHash);
        }
        if (slots < 1) throw new IllegalArgumentException(slots + " slots");
        providers = List.copyOf(providers);
    }

    /** The same at any pace, with the usual slots, the rarest first. */
    public SwarmSettings(InfoHash infoHash, Optional<InfoHash> v1Hash, Optional<Hash> fullHash, PeerId us, int port,
            String client, List<Endpoint> providers) {
        this(infoHash, v1Hash, fullHash, us, port, client, providers, Pace.FREE, SLOTS, false);
    }

    /** At which port who is there reaches us; 0 if nowhere. */
    int port(World world, InetAddress theirs) {
        return port == 0 ? 0 : world.port(theirs, port);
    }

    /** Whether these are hashes of the share's info dictionary, as far as we know: 20 bytes may be those of either. */
    boolean isInfo(Hash hash, InfoHash sha1) {
        return fullHash.map(hash::equals).orElseGet(() -> hash.truncated().equals(infoHash) || sha1.equals(infoHash));
    }
}
