package shoal.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Network namespaces on a switch that is in one of its own. Need what {@link TwoHosts} need. */
public final class Hosts implements AutoCloseable {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final String name;
    private final List<String> namespaces = new ArrayList<>();

    private Hosts(String name) {
        this.name = name;
    }

    /** So many hosts, numbered from 0, with addresses of one IPv4 network. */
    public static Hosts join(int count) throws IOException, InterruptedException {
        var hosts = new Hosts("sw" + ProcessHandle.current().pid() + "x" + NUMBERS.incrementAndGet());
        try {
            String hub = hosts.add("hub");
            TwoHosts.ip("-n", hub, "link", "add", "br0", "type", "bridge");
            TwoHosts.ip("-n", hub, "link", "set", "br0", "up");
            for (int i = 0; i < count; i++) {
                String host = hosts.add(String.valueOf(i));
                TwoHosts.ip("link", "add", "eth0", "netns", host, "type", "veth", "peer", "name", "port" + i, "netns",
                        hub);
                TwoHosts.ip("-n", hub, "link", "set", "port" + i, "master", "br0", "up");
                TwoHosts.ip("-n", host, "addr", "add", hosts.address(i) + "/24", "dev", "eth0");
                TwoHosts.ip("-n", host, "link", "set", "lo", "up");
                TwoHosts.ip("-n", host, "link", "set", "eth0", "up");
            }
            for (int i = 0; i < count; i++) TwoHosts.awaitCarrier(hosts.namespaces.get(i + 1));
            return hosts;
        } catch (IOException | InterruptedException e) {
            hosts.close();
            throw e;
        }
    }

    private String add(String suffix) throws IOException, InterruptedException {
        String namespace = name + suffix;
        TwoHosts.ip("netns", "add", namespace);
        namespaces.add(namespace);
        return namespace;
    }

    /** The address of a host. */
    public String address(int host) {
        return "10.78.0." + (host + 1);
    }

    /** Starts any command on a host. */
    public Program on(int host, Map<String, String> environment, List<String> command) throws IOException {
        return TwoHosts.on(namespaces.get(host + 1), environment, command);
    }

    /** Takes all of them away, with the interfaces. */
    @Override
    public void close() {
        for (String namespace : namespaces.reversed()) {
            try {
                TwoHosts.ip("netns", "del", namespace);
            } catch (IOException | InterruptedException e) {
                // it is gone already
            }
        }
    }
}
