package shoal.swarm;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.manifest.Manifest;
import shoal.storage.DiskFault;
import shoal.storage.Holdings;
import shoal.storage.StorageEvent;
import shoal.wire.Message;

/** All that a swarm learns of the world. */
sealed interface SwarmEvent {
    /**
     * A handshake is done.
     *
     * @param peer a number that no other peer of this swarm ever had
     * @param remote where its connection comes from or goes to
     * @param dialled whether we connected to it, which makes {@code remote} its listening address
     * @param fast whether both sides speak the fast extension (BEP 6)
     * @param extended whether both sides speak the extension protocol (BEP 10)
     * @param dht whether both sides have a node of the DHT (BEP 5)
     * @param agreed what both call the share: by its v1 hash, no hash messages may be sent (BEP 52)
     * @param v2 whether the peer says that it speaks v2, too
     */
    record PeerConnected(
            int peer, PeerLink link, Endpoint remote, boolean dialled, PeerId id, boolean fast, boolean extended,
            boolean dht, InfoHash agreed, boolean v2)
            implements SwarmEvent {}

    /** A peer said these things, in this order. */
    record PeerSaid(int peer, List<Message> messages) implements SwarmEvent {}

    /** A peer sent these blocks, which it was asked for. */
    record BlocksCame(int peer, List<BlockReceipt> receipts) implements SwarmEvent {}

    /** The blocks that were to be served to a peer: so many are sent, or could not be read. */
    record Served(int peer, int blocks) implements SwarmEvent {}

    /**
     * A connection has ended.
     *
     * @param fault what the peer did against the protocol, or null if the network or we ended it
     */
    record PeerGone(int peer, String reason, @Nullable String fault) implements SwarmEvent {}

    /** Nobody answered there, or not with our swarm's handshake. */
    record DialFailed(Endpoint endpoint, String reason) implements SwarmEvent {}

    /** The same of an address in the swarm of another share. */
    record DialThereFailed(InfoHash swarm, Endpoint endpoint) implements SwarmEvent {}

    /** Peers may be there. {@code given}: the user named them, so they are tried first and again. */
    record Found(List<Endpoint> endpoints, boolean given) implements SwarmEvent {}

    /** Peers of another share may be there, which has files of ours: there is a {@link Crossing} for it. */
    record FoundThere(InfoHash swarm, List<Endpoint> endpoints) implements SwarmEvent {}

    /** Neighbours are looking for this share; they hear of us at once only if we go to them, even if all is here. */
    record LookedFor(List<Endpoint> endpoints) implements SwarmEvent {}

    /** The manifest that {@link World#metadata} announced is loaded, and its files are open. */
    record Opened(Manifest manifest, Holdings holdings, Wanted wanted) implements SwarmEvent {}

    /** The store answers. */
    record Stored(StorageEvent event) implements SwarmEvent {}

    /** A peer's thread could not use our disk. */
    record DiskFailed(DiskFault fault) implements SwarmEvent {}

    /** Say goodbye to everyone. */
    record Stop() implements SwarmEvent {}
}
