package shoal.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import shoal.bytes.Endpoint;

/**
 * Peers that someone named: on the command line, in a magnet link ({@code x.pe}), in a configuration file. Names that
 * have no address yet are looked up again later. Runs on its own virtual thread.
 */
public final class GivenPeers implements PeerSource {
    private static final Duration LOOKUP = Duration.ofSeconds(10);
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private final List<String> given;

    private GivenPeers(List<String> given) {
        this.given = List.copyOf(given);
    }

    /** These addresses. */
    public static GivenPeers of(List<Endpoint> endpoints) {
        return new GivenPeers(endpoints.stream().map(Endpoint::toString).toList());
    }

    /**
     * These, each {@code HOST:PORT}, where the host is a name, an IPv4 address or an IPv6 address in brackets.
     *
     * @throws IllegalArgumentException if one is anything else
     */
    public static GivenPeers named(List<String> hostsAndPorts) {
        hostsAndPorts.forEach(GivenPeers::port);
        return new GivenPeers(hostsAndPorts);
    }

    @Override
    public void run(Topic topic, Consumer<List<Endpoint>> found) {
        List<String> unknown = given;
        do {
            unknown = resolve(unknown, found);
        } while (!unknown.isEmpty() && topic.pause(AGAIN));
    }

    @Override
    public String describe() {
        return "given peers " + String.join(" ", given);
    }

    private static List<String> resolve(List<String> names, Consumer<List<Endpoint>> found) {
        var unknown = new ArrayList<String>();
        var known = new ArrayList<Endpoint>();
        for (String name : names) {
            try {
                for (InetAddress address : Lookup.resolve(host(name), LOOKUP)) {
                    known.add(new Endpoint(address, port(name)));
                }
            } catch (IOException e) {
                unknown.add(name);
            }
        }
        if (!known.isEmpty()) found.accept(known);
        return unknown;
    }

    /** The host of a {@code HOST:PORT}. */
    static String host(String text) {
        return text.substring(0, text.lastIndexOf(':'));
    }

    /** Its port. */
    static int port(String text) {
        int colon = text.lastIndexOf(':');
        String digits = text.substring(colon + 1);
        if (colon < 1 || !digits.matches("[0-9]{1,5}") || host(text).matches("[^\\[].*:.*")) throw notGiven(text);
        int port = Integer.parseInt(digits);
        if (port < 1 || port > 65535) throw notGiven(text);
        return port;
    }

    private static IllegalArgumentException notGiven(String text) {
        return new IllegalArgumentException("not a host and port like example.org:6881 or [2001:db8::1]:6881: " + text);
    }
}
