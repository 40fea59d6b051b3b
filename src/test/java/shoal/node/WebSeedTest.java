package shoal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.discovery.GivenPeers;
import shoal.discovery.PeerSource;
import shoal.discovery.RangeClient;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestWriter;
import shoal.swarm.SwarmReport;
import shoal.testing.FakePeer;
import shoal.testing.FakeShare;
import shoal.testing.Manner;

/** Fetches from web servers of every manner; the JDK's own, whose handler does the ranges. */
@Timeout(120)
class WebSeedTest extends TestNodes {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final FakeShare SHARE = FakeShare.ofFolder(9, 65_536, 1_500_000, 0, 16_384, 70_000, 1);

    private final Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();

    WebSeedTest() {
        super(SHARE);
    }

    /** What a server does with a range of a file. */
    private interface Manners {
        void answer(HttpExchange exchange, byte[] file, int from, int to) throws IOException;
    }

    private String server(Manners manners) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/files/", exchange -> {
            connections.add(exchange.getRemoteAddress());
            String path = exchange.getRequestURI().getRawPath();
            String range = exchange.getRequestHeaders().getFirst("Range");
            asked.add(path + " " + range);
            byte[] file = file(path);
            String[] ends = range.substring("bytes=".length()).split("-", -1);
            try (exchange) {
                if (file.length == 0) exchange.sendResponseHeaders(404, -1);
                else manners.answer(exchange, file, Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1);
            }
        });
        server.start();
        closing(() -> server.stop(0));
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/files/";
    }

    private static byte[] file(String path) {
        String name = URLDecoder.decode(path.substring("/files/share/".length()), StandardCharsets.UTF_8);
        Manifest manifest = SHARE.manifest();
        return manifest.files().stream()
                .filter(file -> file.pathText().equals(name))
                .findFirst()
                .map(file -> SHARE.content(file.index()))
                .orElse(new byte[0]);
    }

    /** Ends the connection in the middle. */
    private static void die(HttpExchange exchange, byte[] file, int from, int to) throws IOException {
        exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + file.length);
        exchange.sendResponseHeaders(206, to - from);
        exchange.getResponseBody().write(file, from, (to - from) / 2);
        throw new IOException("dies");
    }

    private static void honest(HttpExchange exchange, byte[] file, int from, int to) throws IOException {
        exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + file.length);
        exchange.sendResponseHeaders(206, to - from);
        exchange.getResponseBody().write(file, from, to - from);
    }

    private Session fetch(boolean isOurs, List<PeerSource> peers, String... urls) throws Exception {
        Manifest manifest = SHARE.manifest();
        return node(SOON).join(new ShareOrder(manifest.shortHash(), manifest.v1Hash(),
                Optional.of(manifest.infoHash()), Optional.of(manifest), peers, List.of(), opener(),
                isOurs ? WebSeeds.of(List.of(urls), List.of()) : WebSeeds.of(List.of(), List.of(urls)),
                false));
    }

    private void assertFetched(Session session) throws Exception {
        assertTrue(session.awaitComplete(SOON), session.report()::toString);
        assertFetched();
    }

    private String news(Session session) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (true) {
            if (System.nanoTime() - end > 0) throw new AssertionError("no news: " + session.report());
            List<String> news = session.news();
            if (!news.isEmpty()) return String.join("\n", news);
            Thread.onSpinWait();
        }
    }

    private List<PeerSource> honestPeer() throws IOException {
        FakePeer peer = FakePeer.of(SHARE).withManner(new Manner()).listen();
        closing(peer);
        return List.of(GivenPeers.of(List.of(peer.endpoint())));
    }

    @Test
    void aServerAloneGivesEverythingInLongRangesOnOneConnection() throws Exception {
        Session session = fetch(true, List.of(), server(WebSeedTest::honest));
        assertFetched(session);
        assertEquals(1, connections.size(), connections.toString());
        assertTrue(asked.size() < 40, asked.size() + " requests for 100 blocks: " + asked);
        assertEquals(0, session.report().wasted());
        assertTrue(session.report().peers().getFirst().client().startsWith("http://127.0.0.1:"));
        assertEquals(List.of(), session.news());
    }

    @Test
    void aLiarIsFoundOutAndTheRestComesFromAPeer() throws Exception {
        String liar = server((exchange, file, from, to) -> {
            byte[] other = file.clone();
            other[from] ^= 1;
            honest(exchange, other, from, to);
        });
        Session session = fetch(true, honestPeer(), liar);
        assertFetched(session);
        List<SwarmReport.PeerReport> web = session.report().peers().stream()
                .filter(peer -> peer.client().startsWith("http")).toList();
        assertTrue(web.isEmpty() || !web.getFirst().connected() || web.getFirst().received() == 0, web.toString());
    }

    @Test
    void aServerWithoutRangesIsLeftWithOneLine() throws Exception {
        Session session = fetch(true, honestPeer(), server((exchange, file, from, to) -> {
            exchange.sendResponseHeaders(200, file.length);
            exchange.getResponseBody().write(file);
        }));
        assertTrue(news(session).contains("gives nothing: it serves no ranges of files, only whole ones"));
        assertFetched(session);
    }

    @Test
    void whatEndsInTheMiddleOrIsBusyIsTriedAgainLater() throws Exception {
        var answers = new AtomicInteger();
        Session session = fetch(true, List.of(), server((exchange, file, from, to) -> {
            switch (answers.incrementAndGet()) {
                case 1 -> die(exchange, file, from, to);
                case 2 -> exchange.sendResponseHeaders(503, -1);
                default -> honest(exchange, file, from, to);
            }
        }));
        assertFetched(session);
        assertTrue(answers.get() > 2);
    }

    @Test
    void aFileThatIsMissingComesFromElsewhere() throws Exception {
        Session session = fetch(true, honestPeer(), server((exchange, file, from, to) -> {
            if (file.length > 1_000_000) exchange.sendResponseHeaders(404, -1);
            else honest(exchange, file, from, to);
        }));
        assertFetched(session);
    }

    @Test
    void aStrangersUrlLeadsNeitherToThisMachineNorToTheLocalNetwork() throws Exception {
        String near = server(WebSeedTest::honest);
        Session session = fetch(false, honestPeer(), near);
        assertTrue(news(session).contains("nobody from outside may lead to 127.0.0.1"));
        assertFetched(session);
        assertEquals(List.of(), List.copyOf(asked));
        for (String url : List.of("http://192.168.0.1/", "http://[::1]/", "http://localhost/", "http://10.1.2.3/")) {
            var client = new RangeClient(false);
            assertThrows(IOException.class, () -> client.locate(URI.create(url)), url);
            assertThrows(IOException.class, () -> client.open(URI.create(url), 0, 1, 1), url);
        }
    }

    @Test
    void urlsAreMadeOfTheTreeWithEveryOtherByteEncoded() throws Exception {
        var hash = new Hash(1, 2, 3, 4);
        Manifest folder = new ManifestWriter("my share", 16_384)
                .file(List.of("a b", "c#?%ü.bin"), 10, hash, false).file(List.of("d"), 10, hash, false).build();
        for (String base : List.of("http://h/x", "http://h/x/")) {
            assertEquals("http://h/x/my%20share/a%20b/c%23%3F%25%C3%BC.bin",
                    WebSeeds.url(URI.create(base), folder, folder.files().getFirst()).toString());
        }
        Manifest file = new ManifestWriter("a b", 16_384).file(List.of("a b"), 10, hash, false).build();
        assertEquals("http://h/x", WebSeeds.url(URI.create("http://h/x"), file, file.files().getFirst()).toString());
        assertEquals("http://h/x/a%20b",
                WebSeeds.url(URI.create("http://h/x/"), file, file.files().getFirst()).toString());
        assertThrows(Refusal.class, () -> WebSeeds.parse("ftp://h/x"));
        assertFalse(Arrays.asList(WebSeeds.of(List.of(), List.of("file:///etc/passwd", "h", "http://h/")).toArray())
                .size() > 1);
    }

    @Test
    void aSlowServerHoldsNobodyUp() throws Exception {
        var gate = new CountDownLatch(1);
        closing(gate::countDown);
        Session session = fetch(true, honestPeer(), server((exchange, file, from, to) -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }));
        assertFetched(session);
    }

    @Test
    void anAddressIsTheServers() throws Exception {
        Endpoint at = new RangeClient(true).locate(URI.create("https://127.0.0.1/x"));
        assertEquals(443, at.port());
    }
}
