package shoal.discovery;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.dht.DhtNode;

/** Many nodes of the DHT in this process, each with a socket of its own on loopback. */
public final class DhtNetwork implements AutoCloseable {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final InetAddress address;
    private final Path folder;
    private final List<ServerSocket> ports = new ArrayList<>();
    private final List<Dht> nodes = new ArrayList<>();

    private DhtNetwork(InetAddress address, Path folder) {
        this.address = address;
        this.folder = folder;
    }

    /** Skips the test where loopback has no IPv6 address. */
    public static void needsIpv6() {
        boolean there;
        try (var socket = new DatagramSocket(0, InetAddress.ofLiteral("::1"))) {
            there = socket.isBound();
        } catch (SocketException e) {
            there = false;
        }
        assumeTrue(there, "skipped: this machine has no address ::1");
    }

    /** So many nodes, when each of them knows as many others as there are, up to eight. */
    public static DhtNetwork of(int size, Path folder) throws IOException {
        return of(size, InetAddress.getLoopbackAddress(), folder);
    }

    /** The same at another address of loopback. */
    public static DhtNetwork of(int size, InetAddress address, Path folder) throws IOException {
        var network = new DhtNetwork(address, folder);
        for (int i = 0; i < size; i++) network.join();
        for (Dht node : network.nodes) await(() -> node.nodes() >= Math.min(8, size - 1));
        return network;
    }

    /** One more node, which is told of the first one. */
    Dht join() throws IOException {
        List<String> waysIn = nodes.isEmpty() ? List.of() : List.of(wayIn());
        // the TCP port of the same number is held, as by a program that shares something
        var port = new ServerSocket(0, 1, address);
        ports.add(port);
        return join(port.getLocalPort(), waysIn, folder.resolve("node" + nodes.size()));
    }

    Dht join(int port, List<String> waysIn, Path memory) {
        var node = new Dht(new Dht.Settings(
                Optional.of(address), port, waysIn, !waysIn.isEmpty(), memory));
        nodes.add(node);
        node.start();
        return node;
    }

    Dht node(int number) {
        return nodes.get(number);
    }

    /** Where others come in. */
    public String wayIn() {
        return new Endpoint(address, nodes.getFirst().port()).toString();
    }

    /** What a node's search found, and how many nodes took our announce. */
    record Found(List<Endpoint> peers, int announced) {}

    static Found find(Dht node, InfoHash hash, int port) throws Exception {
        var peers = new ArrayList<Endpoint>();
        var ended = new CompletableFuture<Found>();
        node.find(hash, () -> port, new DhtNode.Finding() {
            @Override
            public void found(List<Endpoint> more) {
                peers.addAll(more);
            }

            @Override
            public void ended(int announced) {
                ended.complete(new Found(List.copyOf(peers), announced));
            }
        });
        return ended.get(PATIENCE, TimeUnit.NANOSECONDS);
    }

    /** Looks until it is so. */
    public static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) throw new AssertionError("it is not so after a minute");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Override
    public void close() throws IOException {
        nodes.forEach(Dht::close);
        for (ServerSocket port : ports) port.close();
    }
}
