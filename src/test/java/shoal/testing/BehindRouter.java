package shoal.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A home, a router and the world, three network namespaces: the router hides the home behind one address, and lets
 * nobody in but where the real miniupnpd has mapped a port. Needs what {@link TwoHosts} need, nft and miniupnpd.
 */
public final class BehindRouter implements AutoCloseable {
    /** Two addresses at home. */
    public static final List<String> HOME = List.of("10.79.0.2", "10.79.0.3");

    /** The router's address outside, and the world's. Not from a range for examples: miniupnpd would not map there. */
    public static final String ROUTER = "45.79.0.1";

    /** Somebody outside. */
    public static final String WORLD = "45.79.0.2";

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final String RULES = """
            table inet filter {
              chain forward {
                type filter hook forward priority 0; policy accept;
              }
              chain miniupnpd {
              }
            }
            table inet nat {
              chain prerouting {
                type nat hook prerouting priority -100;
                jump prerouting_miniupnpd
              }
              chain postrouting {
                type nat hook postrouting priority 100;
                oifname "eth1" masquerade
              }
              chain prerouting_miniupnpd {
              }
              chain postrouting_miniupnpd {
              }
            }
            """;
    private static final String CONFIGURATION = """
            ext_ifname=eth1
            listening_ip=eth0
            enable_upnp=yes
            secure_mode=yes
            upnp_table_name=filter
            upnp_nat_table_name=nat
            upnp_forward_chain=miniupnpd
            upnp_nat_chain=prerouting_miniupnpd
            upnp_nat_postrouting_chain=postrouting_miniupnpd
            allow 1024-65535 10.79.0.0/24 1024-65535
            deny 0-65535 0.0.0.0/0 0-65535
            """;

    private final String name;
    private final Path folder;
    private @Nullable Program daemon;

    private BehindRouter(String name, Path folder) {
        this.name = name;
        this.folder = folder;
    }

    /** Why there can be none here; nothing if there can. */
    public static Optional<String> impediment() {
        Optional<String> namespaces = TwoHosts.impediment();
        if (namespaces.isPresent()) return namespaces;
        for (List<String> command : List.of(List.of("miniupnpd", "--version"), List.of("nft", "--version"))) {
            try {
                run(command);
            } catch (IOException | InterruptedException e) {
                return Optional.of("a real router is miniupnpd with nft: apt-get install miniupnpd-nftables nftables");
            }
        }
        return Optional.empty();
    }

    /** All three; the router's files are in {@code folder}. It maps nothing before {@link #serve}. */
    public static BehindRouter make(Path folder) throws IOException, InterruptedException {
        var hosts = new BehindRouter("sr" + ProcessHandle.current().pid() + "x" + NUMBERS.incrementAndGet(), folder);
        try {
            for (String each : hosts.namespaces()) {
                TwoHosts.ip("netns", "add", each);
                TwoHosts.ip("-n", each, "link", "set", "lo", "up");
            }
            hosts.join(hosts.home(), "eth0");
            hosts.join(hosts.world(), "eth1");
            for (String each : HOME) TwoHosts.ip("-n", hosts.home(), "addr", "add", each + "/24", "dev", "eth0");
            TwoHosts.ip("-n", hosts.router(), "addr", "add", "10.79.0.1/24", "dev", "eth0");
            TwoHosts.ip("-n", hosts.router(), "addr", "add", ROUTER + "/24", "dev", "eth1");
            TwoHosts.ip("-n", hosts.world(), "addr", "add", WORLD + "/24", "dev", "eth0");
            for (String each : List.of(hosts.home(), hosts.world())) TwoHosts.awaitCarrier(each);
            TwoHosts.ip("-n", hosts.home(), "route", "add", "default", "via", "10.79.0.1");
            Path rules = Files.writeString(folder.resolve("rules.nft"), RULES);
            hosts.onRouter("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
            hosts.onRouter("nft", "-f", rules.toString());
            return hosts;
        } catch (IOException | InterruptedException e) {
            hosts.close();
            throw e;
        }
    }

    private String home() {
        return name + "h";
    }

    private String router() {
        return name + "r";
    }

    private String world() {
        return name + "w";
    }

    private List<String> namespaces() {
        return List.of(home(), router(), world());
    }

    private void join(String host, String atRouter) throws IOException, InterruptedException {
        TwoHosts.ip("link", "add", "eth0", "netns", host, "type", "veth", "peer", "name", atRouter, "netns", router());
        TwoHosts.ip("-n", host, "link", "set", "eth0", "up");
        TwoHosts.ip("-n", router(), "link", "set", atRouter, "up");
    }

    /** Begins to map ports: by UPnP, and by PCP and NAT-PMP as well if that is wanted. */
    public void serve(boolean byAll) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("miniupnpd.conf"),
                CONFIGURATION + "enable_natpmp=" + (byAll ? "yes" : "no") + "\n");
        Program started = TwoHosts.on(router(), Map.of(), List.of("miniupnpd", "-d", "-f", file.toString(), "-P",
                folder.resolve("miniupnpd.pid").toString()));
        daemon = started;
        started.awaitError(byAll ? "Listening for NAT-PMP" : "HTTP listening", Program.PATIENCE);
    }

    /** How many ports are mapped now. */
    public int mapped() throws IOException, InterruptedException {
        return onRouter("nft", "list", "ruleset").split(" dnat ", -1).length - 1;
    }

    private String onRouter(String... command) throws IOException, InterruptedException {
        var whole = new ArrayList<>(List.of("ip", "netns", "exec", router()));
        whole.addAll(List.of(command));
        return run(whole);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " does not end");
        }
        String said = String.join("\n", process.inputReader().readAllLines());
        if (process.exitValue() != 0) throw new IOException(String.join(" ", command) + ": " + said);
        return said;
    }

    /** Starts {@code ./shoal} at home, where it may use the DHT. */
    public Program shoalAtHome(Path state, String... words) throws IOException {
        var environment = new HashMap<>(Program.environment(state));
        environment.remove("SHOAL_NO_DHT");
        return TwoHosts.on(home(), environment, Program.command(words));
    }

    /** Starts any command at home. */
    public Program atHome(List<String> command) throws IOException {
        return TwoHosts.on(home(), Map.of(), command);
    }

    /** Starts {@code ./shoal} outside. */
    public Program shoalOutside(Path state, String... words) throws IOException {
        return TwoHosts.on(world(), Program.environment(state), Program.command(words));
    }

    /** Takes all of it away. */
    @Override
    public void close() {
        if (daemon != null) daemon.close();
        for (String each : namespaces()) {
            try {
                TwoHosts.ip("netns", "del", each);
            } catch (IOException | InterruptedException e) {
                // it was never made
            }
        }
    }
}
