package shoal.discovery;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.logging.Logger;
import javax.jmdns.JmDNS;
import javax.jmdns.ServiceEvent;
import javax.jmdns.ServiceInfo;
import javax.jmdns.ServiceListener;
import javax.jmdns.impl.DNSStatefulObject;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.Nearness;

/**
 * The Shoals of the local network that share something, as DNS-SD over multicast DNS tells of them (RFC 6762, 6763). To
 * load and start what speaks it takes half a second, so that only who needs it makes one, and not on a thread for which
 * somebody waits. Any thread.
 */
public final class Neighbours implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Neighbours.class.getName());
    private static final String TYPE = "_shoal._tcp.local.";
    private static final String PEER_PORT = "peer";
    private static final int MOST_INTERFACES = 8;
    private static final int MOST_NEIGHBOURS = 64;
    private static final Duration ANNOUNCED = Duration.ofSeconds(6);
    private static final Duration FAREWELL = Duration.ofMillis(500);

    /** Kept, for who sets a level on a logger that nobody keeps sets it on none. */
    private static final Logger LIBRARY = Logger.getLogger("javax.jmdns");

    static {
        LIBRARY.setLevel(java.util.logging.Level.OFF);
    }

    private final List<JmDNS> responders = new ArrayList<>();

    /**
     * Somebody who shares something.
     *
     * @param catalogue where its catalogue is asked; it may be anything that a neighbour claims
     * @param peer where it gives it away
     */
    public record Neighbour(URI catalogue, Endpoint peer) {}

    private Neighbours() {}

    /**
     * Takes part in the networks of all interfaces, or of the one that has the address {@code bind}.
     *
     * @throws IOException if there is none
     */
    public static Neighbours join(Optional<InetAddress> bind) throws IOException {
        var neighbours = new Neighbours();
        IOException last = new IOException("no network interface can multicast");
        for (InetAddress address : bind.isPresent() ? List.of(bind.get()) : addresses()) {
            try {
                neighbours.responders.add(JmDNS.create(address, "shoal-" + random()));
            } catch (IOException e) {
                last = e;
            }
        }
        if (neighbours.responders.isEmpty()) throw last;
        return neighbours;
    }

    private static String random() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /** One address of each interface, an IPv4 one if it has one. */
    private static List<InetAddress> addresses() throws IOException {
        var addresses = new ArrayList<InetAddress>();
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            if (each.isLoopback() || !each.isUp() || !each.supportsMulticast() || each.isPointToPoint()) continue;
            each.inetAddresses().min(Comparator.comparingInt(Neighbours::rank)).ifPresent(addresses::add);
        }
        return addresses.subList(0, Math.min(MOST_INTERFACES, addresses.size()));
    }

    private static int rank(InetAddress address) {
        return address instanceof Inet4Address ? 0 : address.isLinkLocalAddress() ? 2 : 1;
    }

    /**
     * Tells all who ask that there is a catalogue at this port of ours, and that peers are accepted at the other.
     * Returns when that is so: nobody else may have our name, and to make sure takes two seconds.
     */
    public void offer(int cataloguePort, int peerPort) throws IOException {
        String name = "shoal-" + random();
        var told = new ArrayList<ServiceInfo>();
        for (JmDNS each : responders) {
            var info = ServiceInfo.create(TYPE, name, cataloguePort, 0, 0, Map.of(PEER_PORT, String.valueOf(peerPort)));
            each.registerService(info);
            told.add(info);
        }
        for (ServiceInfo each : told) {
            if (each instanceof DNSStatefulObject probed) probed.waitForAnnounced(ANNOUNCED.toMillis());
        }
    }

    /** Tells {@code found} of each neighbour, once, until this is closed. */
    public void look(Consumer<Neighbour> found) {
        Set<Neighbour> told = ConcurrentHashMap.newKeySet();
        for (JmDNS each : responders) {
            each.addServiceListener(TYPE, new ServiceListener() {
                @Override
                public void serviceAdded(ServiceEvent event) {
                    each.requestServiceInfo(event.getType(), event.getName(), 1);
                }

                @Override
                public void serviceRemoved(ServiceEvent event) {
                    // who was there is found out by asking
                }

                @Override
                public void serviceResolved(ServiceEvent event) {
                    if (told.size() >= MOST_NEIGHBOURS) return;
                    ServiceInfo info = event.getInfo();
                    neighbour(List.of(info.getInetAddresses()), info.getPort(), info.getPropertyString(PEER_PORT))
                            .filter(told::add)
                            .ifPresent(found);
                }
            });
        }
    }

    /** What a neighbour says of itself, if it can be meant: nobody sends us to ourselves. */
    static Optional<Neighbour> neighbour(
            List<InetAddress> addresses, int port, @Nullable String peerPort) {
        if (port < 1 || port > 65535 || peerPort == null || !peerPort.matches("[0-9]{1,5}")) return Optional.empty();
        int peer = Integer.parseInt(peerPort);
        if (peer < 1 || peer > 65535) return Optional.empty();
        return addresses.stream()
                .filter(address -> Nearness.of(address) != Nearness.HOST && !address.isMulticastAddress())
                // a link-local one means something only with its interface, which a URL cannot well name
                .filter(address -> rank(address) < 2)
                .min(Comparator.comparingInt(Neighbours::rank))
                .map(address -> new Neighbour(
                        URI.create("http://" + new Endpoint(address, port)), new Endpoint(address, peer)));
    }

    /** Takes leave, for half a second at the most: who asks later gets no answer, and that says it too. */
    @Override
    public void close() {
        Thread[] leaving = responders.stream()
                .map(each -> Thread.ofPlatform().daemon().name("leave").start(() -> close(each)))
                .toArray(Thread[]::new);
        long end = System.nanoTime() + FAREWELL.toNanos();
        try {
            for (Thread each : leaving) each.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(JmDNS responder) {
        try {
            responder.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "leaving the local network", e);
        }
    }
}
