package shoal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.discovery.DhtNetwork;
import shoal.discovery.GivenPeers;
import shoal.discovery.PeerSource;
import shoal.manifest.Manifest;
import shoal.storage.FileHoldings;
import shoal.storage.Progress;
import shoal.storage.Store;
import shoal.testing.FakeShare;
import shoal.wire.Features;

/** Two peers of one share, both with a node of the DHT that knows nobody. */
@Timeout(120)
final class DhtPortTest {
    private static final FakeShare SHARE = FakeShare.ofFolder(7, 65_536, 300_000, 1);

    @TempDir
    private Path dir;

    private Node node(String name, DatagramSocket mute) throws Exception {
        List<String> waysIn = List.of("127.0.0.1:" + mute.getLocalPort());
        return Node.open(new NodeSettings(Optional.of(InetAddress.getLoopbackAddress()), OptionalInt.empty(),
                false, Optional.of(new DhtSettings(waysIn, dir.resolve(name)))), new SplittableRandom(name.hashCode()));
    }

    private Session join(Node node, Store store, Path folder, List<PeerSource> sources) throws Exception {
        Manifest manifest = SHARE.manifest();
        var all = new Bits(manifest.files().size());
        all.fill();
        return node.join(ShareOrder.of(manifest, sources, whole -> new Opener.Opened(
                FileHoldings.forFetch(store, whole, folder, all, false, new Progress()), all)));
    }

    @Test
    void tellEachOtherWhereItListens() throws Exception {
        Path folder = dir.resolve("whole");
        SHARE.writeTo(folder);
        List<Path> paths = SHARE.manifest().files().stream().map(file -> folder.resolve(file.pathText())).toList();
        try (var mute = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                Store seedStore = Store.open(dir.resolve("seed"));
                Store fetchStore = Store.open(dir.resolve("fetch"));
                Node seed = node("one", mute);
                Node fetch = node("other", mute)) {
            Session given = seed.join(ShareOrder.of(SHARE.manifest(), List.of(), whole -> new Opener.Opened(
                    FileHoldings.forShare(seedStore, whole, paths, new Progress()), new Bits(paths.size()))));
            assertTrue(given.features().dht());
            var at = new Endpoint(InetAddress.getLoopbackAddress(), seed.port());
            Session taken = join(fetch, fetchStore, dir.resolve("out"), List.of(GivenPeers.of(List.of(at))));
            assertTrue(taken.awaitComplete(Duration.ofSeconds(60)));
            DhtNetwork.await(() -> seed.dht().orElseThrow().nodes() == 1 && fetch.dht().orElseThrow().nodes() == 1);
        }
    }

    @Test
    void sayNothingOfItWithoutIt() throws Exception {
        try (Store store = Store.open(dir.resolve("state"));
                Node node = Node.open(new NodeSettings(Optional.of(InetAddress.getLoopbackAddress()),
                        OptionalInt.empty()), new SplittableRandom(1))) {
            assertEquals(Features.OURS, join(node, store, dir.resolve("out"), List.of()).features());
        }
    }
}
