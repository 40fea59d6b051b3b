package shoal.gateway;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import shoal.bytes.Nearness;

/**
 * Looks for routers that speak UPnP (SSDP, UPnP Device Architecture 1.1, 1.3). Anyone on the network may answer: only a
 * place on the answerer itself is believed, and the router that we know goes before all others.
 */
final class DeviceSearch {
    private static final InetSocketAddress GROUP =
            new InetSocketAddress(InetAddress.ofLiteral("239.255.255.250"), 1900);
    private static final String LOCATION = "location:";

    /** Later versions of such a device answer for the first one, too. */
    static final String QUESTION = String.join("\r\n", "M-SEARCH * HTTP/1.1", "HOST: 239.255.255.250:1900",
            "MAN: \"ssdp:discover\"", "MX: 1", "ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1", "", "");

    private DeviceSearch() {}

    /** Where devices describe themselves, the known router's first. */
    static List<URI> search(InetAddress ours, Optional<InetAddress> router) throws IOException {
        byte[] question = QUESTION.getBytes(StandardCharsets.US_ASCII);
        var found = new ArrayList<URI>();
        try (var socket = new DatagramSocket(0, ours)) {
            NetworkInterface through = NetworkInterface.getByInetAddress(ours);
            if (through != null) socket.setOption(StandardSocketOptions.IP_MULTICAST_IF, through);
            socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 2);
            long end = System.nanoTime() + GatewayLimits.SEARCH.toNanos();
            // one may get lost
            for (int i = 0; i < 2; i++) socket.send(new DatagramPacket(question, question.length, GROUP));
            for (int i = 0; i < GatewayLimits.DATAGRAMS && found.size() < GatewayLimits.DEVICES; i++) {
                var packet = new DatagramPacket(new byte[2048], 2048);
                if (!receive(socket, packet, end)) break;
                byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
                Optional<URI> place = read(bytes, packet.getAddress(), router).filter(each -> !found.contains(each));
                if (place.isEmpty()) continue;
                boolean isRouter = router.filter(packet.getAddress()::equals).isPresent();
                found.add(isRouter ? 0 : found.size(), place.get());
                if (isRouter) break;
            }
        }
        return found;
    }

    private static boolean receive(DatagramSocket socket, DatagramPacket packet, long end) throws IOException {
        long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (millis <= 0) return false;
        socket.setSoTimeout((int) millis);
        try {
            socket.receive(packet);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Where {@code from} describes itself, if this is an answer that says so. */
    static Optional<URI> read(byte[] datagram, InetAddress from, Optional<InetAddress> router) {
        boolean isNear = Nearness.of(from) == Nearness.SITE || router.filter(from::equals).isPresent();
        String text = new String(datagram, StandardCharsets.ISO_8859_1);
        if (!isNear || !text.startsWith("HTTP/1.1 200")) return Optional.empty();
        return text.lines()
                .filter(line -> line.regionMatches(true, 0, LOCATION, 0, LOCATION.length()))
                .findFirst()
                .flatMap(line -> on(from, line.substring(LOCATION.length()).strip()));
    }

    /** A URL, if it leads to a port of {@code host} and is of usual length. */
    static Optional<URI> on(InetAddress host, String url) {
        if (url.length() > GatewayLimits.URL) return Optional.empty();
        try {
            URI uri = new URI(url);
            boolean isPlain = "http".equalsIgnoreCase(uri.getScheme()) && uri.getRawUserInfo() == null
                    && uri.getHost() != null && uri.getPort() <= 65535 && uri.getPort() != 0;
            boolean isThere = isPlain && host instanceof Inet4Address && uri.getHost().equals(host.getHostAddress());
            return isThere ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
