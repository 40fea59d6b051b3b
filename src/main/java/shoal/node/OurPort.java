package shoal.node;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Nearness;
import shoal.gateway.PortMapping;
import shoal.gateway.Protocol;

/** At which port others reach us: on our own network at ours, from outside at the router's that leads to it. */
final class OurPort implements AutoCloseable {
    private final int port;
    private volatile @Nullable PortMapping mapping;

    OurPort(int port) {
        this.port = port;
    }

    /** Asks the router, if {@code settings} want that; {@code moved} is told when there is an answer. */
    void begin(NodeSettings settings, Runnable moved, RandomGenerator random) {
        boolean isOut = settings.bind().map(address -> !address.isLoopbackAddress()).orElse(true);
        if (!settings.mapsPort() || !isOut) return;
        EnumSet<Protocol> protocols = EnumSet.of(Protocol.TCP);
        if (settings.dht().isPresent()) protocols.add(Protocol.UDP);
        mapping = PortMapping.begin(new PortMapping.Settings(settings.bind(), port, protocols), moved, random);
    }

    int port() {
        return port;
    }

    /** For peers outside. */
    int outside() {
        return outside(Protocol.TCP);
    }

    private int outside(Protocol protocol) {
        PortMapping open = mapping;
        return open == null ? port : open.outside(protocol);
    }

    /** For whoever is there: over IPv6 no router stands in our place. */
    int seenFrom(InetAddress theirs, Protocol protocol) {
        boolean isOutside = theirs instanceof Inet4Address && Nearness.of(theirs) == Nearness.WORLD;
        return isOutside ? outside(protocol) : port;
    }

    /** Begins to give up what the router lent us. */
    void leave() {
        PortMapping open = mapping;
        if (open != null) open.leave();
    }

    @Override
    public void close() {
        PortMapping open = mapping;
        if (open != null) open.close();
    }
}
