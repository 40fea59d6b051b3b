package shoal.swarm;

import java.net.InetAddress;
import java.util.Map;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.InfoHash;
import shoal.storage.DiskFault;

/** What a swarm asks of the node around it. Called on the swarm's thread; nothing here blocks. */
public interface World {
    /** Connect to this address. Answer: {@link SwarmThread#connected} or {@link SwarmThread#dialFailed}. */
    void dial(Endpoint endpoint);

    /** Connect to this address as a peer of another share. Answer: the same, or {@link SwarmThread#dialFailed}. */
    default void dial(Endpoint endpoint, InfoHash other) {
        throw new IllegalStateException("nobody crosses over to " + other);
    }

    /** The info dictionary came from the swarm and bears its hash. Answer: {@link SwarmThread#opened}. */
    void metadata(byte[] info);

    /** All piece layers that the manifest lacked are here and proven; these are all of them, by root. */
    void layersComplete(Map<Hash, HashList> layers);

    /** There is something to fetch and nobody to ask; said again every few seconds. */
    void peersWanted();

    /** At which port who is there reaches us, who listen at {@code ours}. */
    default int port(InetAddress theirs, int ours) {
        return ours;
    }

    /** Whether this is an address of our own machine. */
    default boolean isHere(InetAddress address) {
        return false;
    }

    /** Where who is there reaches our node of the DHT, to be told to peers that have one; 0 if this share has none. */
    int dhtPort(InetAddress theirs);

    /** A peer says that its node of the DHT listens there. */
    void dhtNode(InetAddress address, int port);

    /** Every wanted piece is proven, forced to the disk and noted. Called once. */
    void complete();

    /** Our disk failed; nothing goes on. */
    void failed(DiskFault fault);

    /** There is a bug in the swarm, which has stopped. */
    void bug(Throwable thrown);

    /** Something a person may want to know. */
    void log(String line);
}
