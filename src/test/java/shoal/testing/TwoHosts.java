package shoal.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Two network namespaces, joined by a pair of virtual interfaces and by nothing else. Needs root and Linux. */
public final class TwoHosts implements AutoCloseable {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final String first;
    private final String second;

    private TwoHosts(String name) {
        first = name + "a";
        second = name + "b";
    }

    /** Why there can be none here; nothing if there can. */
    public static Optional<String> impediment() {
        try (TwoHosts _ = join(true, false)) {
            return Optional.empty();
        } catch (IOException | InterruptedException e) {
            return Optional.of("network namespaces need root and iproute2: " + e.getMessage());
        }
    }

    /** Two hosts with addresses of one network: IPv4 ones, IPv6 ones or both. */
    public static TwoHosts join(boolean ipv4, boolean ipv6) throws IOException, InterruptedException {
        var hosts = new TwoHosts("sh" + ProcessHandle.current().pid() + "x" + NUMBERS.incrementAndGet());
        try {
            ip("netns", "add", hosts.first);
            ip("netns", "add", hosts.second);
            ip("link", "add", "eth0", "netns", hosts.first, "type", "veth", "peer", "name", "eth0", "netns",
                    hosts.second);
            int number = 0;
            for (String host : List.of(hosts.first, hosts.second)) {
                number++;
                if (ipv4) ip("-n", host, "addr", "add", "10.77.0." + number + "/24", "dev", "eth0");
                if (ipv6) ip("-n", host, "addr", "add", "fd77::" + number + "/64", "dev", "eth0", "nodad");
                ip("-n", host, "link", "set", "lo", "up");
                ip("-n", host, "link", "set", "eth0", "up");
            }
            for (String host : List.of(hosts.first, hosts.second)) awaitCarrier(host);
            return hosts;
        } catch (IOException | InterruptedException e) {
            hosts.close();
            throw e;
        }
    }

    /** The kernel says only up to a second later that the other end is there; until then there is no network. */
    static void awaitCarrier(String host) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!ip("-n", host, "link", "show", "eth0").contains("state UP")) {
            if (System.nanoTime() > end) throw new IOException("eth0 of " + host + " does not come up");
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    static String ip(String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " does not end");
        }
        String said = String.join(" ", process.inputReader().readAllLines());
        if (process.exitValue() != 0) throw new IOException(String.join(" ", command) + ": " + said);
        return said;
    }

    /** Takes the first host off the network. */
    public void unplugFirst() throws IOException, InterruptedException {
        ip("-n", first, "link", "set", "eth0", "down");
    }

    /** Gives the first host one more address, like {@code 2001:db8::1/64}. */
    public void addToFirst(String address) throws IOException, InterruptedException {
        ip("-n", first, "addr", "add", address, "dev", "eth0", "nodad");
    }

    /** Takes it away. */
    public void removeFromFirst(String address) throws IOException, InterruptedException {
        ip("-n", first, "addr", "del", address, "dev", "eth0");
    }

    /** Brings it back. */
    public void plugFirst() throws IOException, InterruptedException {
        ip("-n", first, "link", "set", "eth0", "up");
        for (String host : List.of(first, second)) awaitCarrier(host);
    }

    /** Starts any command on the first host. */
    public Program onFirst(Map<String, String> environment, List<String> command) throws IOException {
        return on(first, environment, command);
    }

    /** Starts any command on the second host. */
    public Program onSecond(Map<String, String> environment, List<String> command) throws IOException {
        return on(second, environment, command);
    }

    /** Starts {@code ./shoal} on the first host, as a user does who may be found on the local network. */
    public Program shoalOnFirst(Path home, String... words) throws IOException {
        return on(first, environment(home), Program.command(words));
    }

    /** The same on the second host. */
    public Program shoalOnSecond(Path home, String... words) throws IOException {
        return on(second, environment(home), Program.command(words));
    }

    private static Map<String, String> environment(Path home) {
        var environment = new HashMap<>(Program.environment(home));
        environment.remove("SHOAL_NO_LAN");
        return environment;
    }

    static Program on(String host, Map<String, String> environment, List<String> command) throws IOException {
        // becomes the command itself, so that what is killed later is that
        var whole = new ArrayList<>(List.of("ip", "netns", "exec", host));
        whole.addAll(command);
        return Program.start(environment, whole);
    }

    /** Takes both away, with the interfaces. */
    @Override
    public void close() {
        for (String host : List.of(first, second)) {
            try {
                ip("netns", "del", host);
            } catch (IOException | InterruptedException e) {
                // it was never made
            }
        }
    }
}
