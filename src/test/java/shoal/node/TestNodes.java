package shoal.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.discovery.GivenPeers;
import shoal.manifest.DiskNames;
import shoal.storage.FileHoldings;
import shoal.storage.Progress;
import shoal.storage.Store;
import shoal.swarm.Pace;
import shoal.swarm.SwarmSettings;
import shoal.testing.FakeShare;

/** A test with nodes on loopback that give a share from folders, or fetch it to the folder {@code out}. */
abstract class TestNodes {
    @TempDir
    Path dir;

    private final FakeShare share;
    private final List<AutoCloseable> open = new ArrayList<>();

    TestNodes(FakeShare share) {
        this.share = share;
    }

    /** Is closed with the nodes, those first that came last. */
    <T extends AutoCloseable> T closing(T thing) {
        open.add(thing);
        return thing;
    }

    /** A node with peers that have {@code patience} to shake hands. */
    Node node(Encryption encryption, Pace pace, Duration patience) throws IOException {
        var settings = new NodeSettings(Optional.of(InetAddress.getLoopbackAddress()), OptionalInt.empty(), false,
                Optional.empty(), encryption, pace, SwarmSettings.SLOTS, false);
        return closing(Node.open(settings, new SplittableRandom(open.size()), patience));
    }

    /** One as it is if nobody wants it otherwise. */
    Node node(Duration patience) throws IOException {
        return node(Encryption.ALLOW, Pace.FREE, patience);
    }

    static Endpoint at(Node node) {
        return new Endpoint(InetAddress.getLoopbackAddress(), node.port());
    }

    /** A store, which must be closed behind the nodes that use it. */
    private Store store(String name) throws Exception {
        Store store = Store.open(dir.resolve(name));
        open.addFirst(store);
        return store;
    }

    /** Has {@code node} give the share from a folder of this name, in which it is laid down. */
    Node seeding(Node node, String name) throws Exception {
        Path folder = dir.resolve(name);
        share.writeTo(folder);
        Store store = store(name + "-state");
        List<Path> paths = share.manifest().files().stream().map(file -> folder.resolve(file.pathText())).toList();
        node.join(ShareOrder.of(share.manifest(), List.of(), manifest -> new Opener.Opened(
                FileHoldings.forShare(store, manifest, paths, new Progress()), new Bits(paths.size()))));
        return node;
    }

    /** What opens the folder of a fetch of all files. */
    Opener opener() throws Exception {
        Store store = store("state");
        return known -> {
            var all = new Bits(known.files().size());
            all.fill();
            return new Opener.Opened(
                    FileHoldings.forFetch(store, known, dir.resolve("out"), all, false, new Progress()), all);
        };
    }

    /** Has {@code node} fetch the share from these peers. */
    Session fetching(Node node, Endpoint... peers) throws Exception {
        return node.join(ShareOrder.of(share.manifest(), List.of(GivenPeers.of(List.of(peers))), opener()));
    }

    /** Everything that was to be fetched is there. */
    void assertFetched() throws Exception {
        List<Path> paths = DiskNames.relativePaths(share.manifest());
        for (int i = 0; i < paths.size(); i++) {
            assertArrayEquals(share.content(i), Files.readAllBytes(dir.resolve("out").resolve(paths.get(i))));
        }
    }

    @AfterEach
    void closeNodes() throws Exception {
        for (AutoCloseable each : open.reversed()) each.close();
    }
}
