package shoal.tracker;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import shoal.announce.AnnounceRequest;
import shoal.announce.CompactPeers;
import shoal.bytes.Endpoint;
import shoal.bytes.PeerId;

/**
 * A peer of one swarm. It is its address and port, and nothing else: a client that was restarted comes with a new peer
 * id, and whoever knows a victim's peer id must not be able to remove it. Guarded by the lock of its shard.
 */
final class Peer {
    private static final long MAPPED = 0xFFFFL << 32;

    private final long upper;
    private final long lower;
    private final int port;

    /** The neighbours in the shard's row, which is ordered by last announce; only {@link PeerRow} touches them. */
    @Nullable Peer earlier;

    @Nullable Peer later;

    /** The swarm that holds it and its place there; only {@link Swarm} touches them. */
    @Nullable Swarm swarm;

    int slot;

    private PeerId id;
    private long left;
    private long seen;

    Peer(InetAddress address, AnnounceRequest request, long now) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            upper = 0;
            lower = MAPPED | Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt());
        } else {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            upper = in.getLong();
            lower = in.getLong();
        }
        port = request.port();
        id = request.peerId();
        left = request.left();
        seen = now;
    }

    /** Takes over what the peer says of itself now. */
    void renew(AnnounceRequest request, long now) {
        id = request.peerId();
        left = request.left();
        seen = now;
    }

    boolean isSeed() {
        return left == 0;
    }

    long left() {
        return left;
    }

    /** When it announced, by the clock of {@code System.nanoTime}. */
    long seen() {
        return seen;
    }

    PeerId id() {
        return id;
    }

    Endpoint endpoint() {
        var compact = ByteBuffer.allocate(Endpoint.COMPACT_6).putLong(upper).putLong(lower).putShort((short) port);
        return Endpoint.read(compact.flip(), 16);
    }

    /** Whether it is on the tracker's own machine, where nobody from outside could reach it. */
    boolean isLoopback() {
        return isIpv4() ? (lower >>> 24 & 0xff) == 127 : upper == 0 && lower == 1;
    }

    boolean isIpv4() {
        return upper == 0 && lower >>> 32 == 0xFFFF;
    }

    /**
     * What one party can be taken to have: an IPv4 address, or the upper half of an IPv6 address, of whose lower half
     * everybody has as many as he likes.
     */
    long network() {
        return isIpv4() ? lower : upper;
    }

    void write(CompactPeers.Builder out) {
        if (isIpv4()) out.add((int) lower, port);
        else out.add(upper, lower, port);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Peer peer && port == peer.port && upper == peer.upper && lower == peer.lower;
    }

    @Override
    public int hashCode() {
        return Long.hashCode((upper * 31 + lower) * 0x9E3779B97F4A7C15L + port);
    }
}
