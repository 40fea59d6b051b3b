package shoal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.discovery.GivenPeers;
import shoal.storage.FileHoldings;
import shoal.storage.Progress;
import shoal.storage.Store;
import shoal.swarm.Pace;
import shoal.swarm.SwarmSettings;
import shoal.testing.FakeShare;

/** Limits between real nodes on loopback, which is as near as can be: only {@code --limit-lan} makes them hold. */
@Timeout(120)
class PaceIT {
    private static final int MIB = 1 << 20;
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final FakeShare SHARE = FakeShare.ofFile(3, 65_536, 4 * MIB);

    @TempDir
    private Path dir;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) each.close();
    }

    private Node node(Pace pace) throws Exception {
        var settings = new NodeSettings(Optional.of(InetAddress.getLoopbackAddress()), OptionalInt.empty(), false,
                Optional.empty(), Encryption.ALLOW, pace, SwarmSettings.SLOTS);
        Node node = Node.open(settings, new SplittableRandom(open.size()));
        open.add(node);
        return node;
    }

    private Store store(String name) throws Exception {
        Store store = Store.open(dir.resolve(name));
        open.addFirst(store);
        return store;
    }

    private Endpoint seeder(String name, Pace pace) throws Exception {
        Path folder = dir.resolve(name);
        SHARE.writeTo(folder);
        Store store = store(name + "-state");
        Node node = node(pace);
        node.join(ShareOrder.of(SHARE.manifest(), List.of(), manifest -> new Opener.Opened(
                FileHoldings.forShare(store, manifest, List.of(folder.resolve("file.bin")), new Progress()),
                new Bits(1))));
        return new Endpoint(InetAddress.getLoopbackAddress(), node.port());
    }

    /** Seconds that a fetch takes. */
    private double fetch(Pace pace, Endpoint... seeders) throws Exception {
        Store store = store("state");
        Node node = node(pace);
        long begun = System.nanoTime();
        Session session = node.join(ShareOrder.of(SHARE.manifest(), List.of(GivenPeers.of(List.of(seeders))), known -> {
            var all = new Bits(1);
            all.fill();
            return new Opener.Opened(
                    FileHoldings.forFetch(store, known, dir.resolve("out"), all, false, new Progress()), all);
        }));
        assertTrue(session.awaitComplete(LONG), session.report()::toString);
        double seconds = (System.nanoTime() - begun) / 1e9;
        assertEquals(0, session.report().wasted(), session.report()::toString);
        return seconds;
    }

    @Test
    void anUploadLimitIsKept() throws Exception {
        double seconds = fetch(Pace.FREE, seeder("one", new Pace(OptionalLong.empty(), OptionalLong.of(MIB), true)));
        assertEquals(4, seconds, 0.5);
    }

    @Test
    void aDownloadLimitIsKeptForAllPeersTogether() throws Exception {
        double seconds = fetch(new Pace(OptionalLong.of(MIB), OptionalLong.empty(), true),
                seeder("one", Pace.FREE), seeder("two", Pace.FREE), seeder("three", Pace.FREE));
        assertEquals(4, seconds, 0.5);
    }

    @Test
    void aLimitDoesNotHoldForNeighbours() throws Exception {
        var slow = new Pace(OptionalLong.of(100_000), OptionalLong.of(100_000), false);
        assertTrue(fetch(slow, seeder("one", slow)) < 4);
    }
}
