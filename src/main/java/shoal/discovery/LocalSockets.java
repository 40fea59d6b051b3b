package shoal.discovery;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A multicast group of one address family on every interface that can carry it, beside other programs that use the same
 * port. Interfaces that come later are joined before the next packet is sent. Packets from outside the networks that we
 * are on are not heard. One thread receives and one sends; any may close.
 */
final class LocalSockets implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LocalSockets.class.getName());

    private final InetSocketAddress group;
    private final Optional<InetAddress> bind;
    private final DatagramChannel in;
    private final DatagramChannel out;
    private final Set<String> joined = new HashSet<>();
    private volatile List<InterfaceAddress> here = List.of();

    /** A datagram. */
    interface Hearer {
        void heard(byte[] datagram, InetAddress from);
    }

    private LocalSockets(InetSocketAddress group, Optional<InetAddress> bind, DatagramChannel in, DatagramChannel out) {
        this.group = group;
        this.bind = bind;
        this.in = in;
        this.out = out;
    }

    /** Joins {@code group}, only on the interface that has the address {@code bind} if there is one. */
    static LocalSockets open(InetSocketAddress group, Optional<InetAddress> bind) throws IOException {
        ProtocolFamily family = isIpv4(group.getAddress()) ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
        DatagramChannel in = DatagramChannel.open(family);
        try {
            in.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (in.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
                in.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            in.bind(new InetSocketAddress(group.getPort()));
            DatagramChannel out = DatagramChannel.open(family);
            var sockets = new LocalSockets(group, bind, in, out);
            try {
                if (bind.isPresent()) out.bind(new InetSocketAddress(bind.get(), 0));
                out.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1);
                sockets.join();
                return sockets;
            } catch (IOException e) {
                out.close();
                throw e;
            }
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static boolean isIpv4(InetAddress address) {
        return address instanceof Inet4Address;
    }

    /** The interfaces that can carry the group, joined now if they were not. */
    private List<NetworkInterface> join() throws IOException {
        var interfaces = new ArrayList<NetworkInterface>();
        var addresses = new ArrayList<InterfaceAddress>();
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            if (each.isLoopback() || !each.isUp() || !each.supportsMulticast()) continue;
            List<InterfaceAddress> ofFamily = each.getInterfaceAddresses().stream()
                    .filter(address -> isIpv4(address.getAddress()) == isIpv4(group.getAddress()))
                    .toList();
            boolean ours = bind.isEmpty()
                    || ofFamily.stream().anyMatch(address -> address.getAddress().equals(bind.get()));
            if (ofFamily.isEmpty() || !ours) continue;
            try {
                if (joined.add(each.getName())) in.join(group.getAddress(), each);
                interfaces.add(each);
                addresses.addAll(ofFamily);
            } catch (IOException e) {
                LOG.log(Level.DEBUG, () -> "cannot join " + group + " on " + each.getName() + ": " + e.getMessage());
            }
        }
        here = addresses;
        return interfaces;
    }

    /** Sends a packet on every interface. */
    void send(Function<InetSocketAddress, byte[]> packet) throws IOException {
        byte[] bytes = packet.apply(group);
        for (NetworkInterface each : join()) {
            try {
                out.setOption(StandardSocketOptions.IP_MULTICAST_IF, each);
                out.send(ByteBuffer.wrap(bytes), group);
            } catch (IOException e) {
                LOG.log(Level.DEBUG, () -> "cannot announce on " + each.getName() + ": " + e.getMessage());
            }
        }
    }

    /** Hears until it is closed. */
    void receive(Hearer hearer) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(LocalLimits.HEARD + 1);
        while (true) {
            buffer.clear();
            var from = (InetSocketAddress) in.receive(buffer);
            byte[] datagram = Arrays.copyOf(buffer.array(), buffer.position());
            if (isOnOurNetworks(from.getAddress())) hearer.heard(datagram, from.getAddress());
        }
    }

    /** The sender of a datagram can be forged, but then it is one of our neighbours. */
    private boolean isOnOurNetworks(InetAddress from) {
        for (InterfaceAddress each : here) {
            if (isSamePrefix(from.getAddress(), each.getAddress().getAddress(), each.getNetworkPrefixLength())) {
                return true;
            }
        }
        return false;
    }

    static boolean isSamePrefix(byte[] a, byte[] b, int bits) {
        if (a.length != b.length || bits < 0 || bits > 8 * a.length) return false;
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> i % 8;
            if ((a[i / 8] & mask) != (b[i / 8] & mask)) return false;
        }
        return true;
    }

    @Override
    public void close() {
        for (DatagramChannel channel : List.of(in, out)) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "closing a local socket", e);
            }
        }
    }
}
