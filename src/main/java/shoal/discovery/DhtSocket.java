package shoal.discovery;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.dht.DhtHome;
import shoal.dht.DhtLimits;
import shoal.dht.DhtNode;

/**
 * The UDP socket of one node. One that is bound to loopback sends to nowhere else. The thread {@code dht} alone uses
 * it.
 */
final class DhtSocket implements DhtNode.Outlet, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DhtSocket.class.getName());
    /** Nodes of IPv6 at the most. */
    static final int IPV6_ADDRESSES = 4;

    private final DatagramChannel channel;
    private final DhtHome home;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(DhtLimits.DATAGRAM + 1);

    /** What came, and from where. Its bytes are the receiver's. */
    static final class Datagram {
        private final Endpoint from;
        private final byte[] bytes;

        Datagram(Endpoint from, byte[] bytes) {
            this.from = from;
            this.bytes = bytes;
        }

        Endpoint from() {
            return from;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    private DhtSocket(DatagramChannel channel, DhtHome home) {
        this.channel = channel;
        this.home = home;
    }

    /** The sockets that {@code settings} ask for, which wake {@code selector}. At least the first one is there. */
    static List<DhtSocket> open(Dht.Settings settings, Selector selector) throws IOException {
        Set<InetAddress> ours = ours();
        var sockets = new ArrayList<DhtSocket>();
        InetAddress bind = settings.bind().filter(address -> !address.isAnyLocalAddress()).orElse(null);
        if (bind != null) {
            sockets.add(open(Optional.of(bind), bind instanceof Inet4Address, settings.port(), ours, selector));
            return sockets;
        }
        sockets.add(open(Optional.empty(), true, settings.port(), ours, selector));
        // BEP 45: with IPv6 a machine has many addresses, and an answer has to come from the one that was asked
        for (InetAddress address : global(ours)) {
            if (sockets.size() <= IPV6_ADDRESSES) openAt(address, settings, selector).ifPresent(sockets::add);
        }
        return sockets;
    }

    /** One more, at an IPv6 address, if that can be. */
    static Optional<DhtSocket> openAt(InetAddress address, Dht.Settings settings, Selector selector) {
        try {
            return Optional.of(open(Optional.of(address), false, settings.port(), ours(), selector));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "no DHT at " + address.getHostAddress() + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** The IPv6 addresses of this machine that others can reach from anywhere. */
    static Set<InetAddress> global() throws IOException {
        return global(ours());
    }

    private static Set<InetAddress> global(Set<InetAddress> ours) {
        return ours.stream()
                .filter(address -> !(address instanceof Inet4Address) && (address.getAddress()[0] & 0xe0) == 0x20)
                .collect(Collectors.toSet());
    }

    private static DhtSocket open(
            Optional<InetAddress> bound, boolean isIpv4, int port, Set<InetAddress> ours, Selector selector)
            throws IOException {
        DatagramChannel channel =
                DatagramChannel.open(isIpv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            channel.bind(bound.map(address -> new InetSocketAddress(address, port))
                    .orElseGet(() -> new InetSocketAddress(port)));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            return new DhtSocket(channel, new DhtHome(isIpv4, bound, ours));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static Set<InetAddress> ours() throws IOException {
        var ours = new HashSet<InetAddress>();
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            if (!each.isUp()) continue;
            for (InetAddress address : each.inetAddresses().toList()) {
                // without the name of the interface, which others do not see
                ours.add(InetAddress.getByAddress(address.getAddress()));
            }
        }
        return ours;
    }

    DhtHome home() {
        return home;
    }

    @Override
    public void send(Endpoint to, byte[] packet) {
        boolean isLoopback = home.bound().map(InetAddress::isLoopbackAddress).orElse(false);
        if (isLoopback && !to.address().isLoopbackAddress()) return;
        try {
            channel.send(ByteBuffer.wrap(packet), to.socketAddress());
        } catch (IOException e) {
            // as good as lost on the way, which every asker reckons with
            LOG.log(Level.DEBUG, "cannot send to " + to + ": " + e.getMessage());
        }
    }

    /** The next datagram that has come; nothing if none has. */
    @Nullable Datagram receive() {
        try {
            while (true) {
                buffer.clear();
                if (!(channel.receive(buffer) instanceof InetSocketAddress from)) return null;
                buffer.flip();
                // longer ones are no packets of the DHT, and nobody listens at port 0
                if (buffer.remaining() > DhtLimits.DATAGRAM || from.getPort() == 0) continue;
                var bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                return new Datagram(Endpoint.of(from), bytes);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot receive: " + e.getMessage());
            return null;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing a UDP socket", e);
        }
    }
}
