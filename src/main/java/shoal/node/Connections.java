package shoal.node;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import shoal.bytes.Nearness;

/**
 * All connections of a node, counted so that neither one address nor all together take more than there is. Nobody has
 * to say that one has ended: those that are closed are looked for when there is no more room. Any thread may use it.
 */
final class Connections {
    private final Limits limits;
    private final Set<SocketChannel> outgoing = new HashSet<>();
    private final Set<SocketChannel> incoming = new HashSet<>();
    private final Map<Long, Set<SocketChannel>> byAddress = new HashMap<>();

    /**
     * How many there may be.
     *
     * @param all in both directions
     * @param incoming made by others
     * @param fromOneAddress made from one address
     * @param exemptsHost whether this machine may make more
     */
    record Limits(int all, int incoming, int fromOneAddress, boolean exemptsHost) {
        static final Limits USUAL =
                new Limits(NodeLimits.CONNECTIONS, NodeLimits.INCOMING, NodeLimits.FROM_ONE_ADDRESS, true);
    }

    /** Whether there is room. */
    enum Room {
        /** There is, and it is taken. */
        TAKEN,
        /** There is none for this address. */
        NONE_FOR_ADDRESS,
        /** There is none for anybody. */
        NONE
    }

    Connections(Limits limits) {
        this.limits = limits;
    }

    /** Somebody connected from this address. */
    synchronized Room incoming(SocketChannel socket, InetAddress from) {
        if (incoming.size() >= limits.incoming || isFull()) prune();
        if (incoming.size() >= limits.incoming || isFull()) return Room.NONE;
        if (!limits.exemptsHost || Nearness.of(from) != Nearness.HOST) {
            Set<SocketChannel> same = byAddress.computeIfAbsent(network(from), _ -> new HashSet<>());
            if (same.size() >= limits.fromOneAddress) same.removeIf(each -> !each.isOpen());
            if (same.size() >= limits.fromOneAddress) return Room.NONE_FOR_ADDRESS;
            same.add(socket);
        }
        incoming.add(socket);
        return Room.TAKEN;
    }

    /** We want to connect; false if there is no room. */
    synchronized boolean outgoing(SocketChannel socket) {
        if (isFull()) prune();
        if (isFull()) return false;
        outgoing.add(socket);
        return true;
    }

    private boolean isFull() {
        return incoming.size() + outgoing.size() >= limits.all;
    }

    private void prune() {
        incoming.removeIf(each -> !each.isOpen());
        outgoing.removeIf(each -> !each.isOpen());
        byAddress.values().removeIf(same -> {
            same.removeIf(each -> !each.isOpen());
            return same.isEmpty();
        });
    }

    /** Whether both are one to the limits. */
    static boolean isSame(InetAddress one, InetAddress other) {
        return network(one) == network(other);
    }

    /** An IPv4 address, or the 64 bits of an IPv6 network, of which the first ones are never all zero. */
    private static long network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? ByteBuffer.wrap(bytes).getInt() & 0xffffffffL : ByteBuffer.wrap(bytes).getLong();
    }
}
