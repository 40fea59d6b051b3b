package shoal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Endpoint;
import shoal.discovery.GivenPeers;
import shoal.swarm.Pace;
import shoal.testing.FakeShare;

/** Limits between real nodes on loopback, which is as near as can be: only {@code --limit-lan} makes them hold. */
@Timeout(120)
class PaceIT {
    private static final int MIB = 1 << 20;
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final FakeShare SHARE = FakeShare.ofFile(3, 65_536, 4 * MIB);

    @TempDir
    private Path dir;

    private TestNodes nodes;

    @BeforeEach
    void open() {
        nodes = new TestNodes(dir, SHARE);
    }

    @AfterEach
    void close() throws Exception {
        nodes.close();
    }

    private Endpoint seeder(String name, Pace pace) throws Exception {
        return TestNodes.at(nodes.seeding(nodes.node(Encryption.ALLOW, pace, LONG), name));
    }

    /** Seconds that a fetch takes. */
    private double fetch(Pace pace, Endpoint... seeders) throws Exception {
        Node node = nodes.node(Encryption.ALLOW, pace, LONG);
        Opener opener = nodes.opener();
        long begun = System.nanoTime();
        Session session = node.join(
                ShareOrder.of(SHARE.manifest(), List.of(GivenPeers.of(List.of(seeders))), opener));
        assertTrue(session.awaitComplete(LONG), session.report()::toString);
        double seconds = (System.nanoTime() - begun) / 1e9;
        assertEquals(0, session.report().wasted(), session.report()::toString);
        return seconds;
    }

    /** Never faster; a busy machine is slower, and how much of a limit is used ThrottleTest says in virtual time. */
    private static void assertPaced(double seconds) {
        assertTrue(seconds > 3.5 && seconds < 8, () -> "4 MiB at 1 MiB/s in " + seconds + " s");
    }

    @Test
    void anUploadLimitIsKept() throws Exception {
        double seconds = fetch(Pace.FREE, seeder("one", new Pace(OptionalLong.empty(), OptionalLong.of(MIB), true)));
        assertPaced(seconds);
    }

    @Test
    void aDownloadLimitIsKeptForAllPeersTogether() throws Exception {
        double seconds = fetch(new Pace(OptionalLong.of(MIB), OptionalLong.empty(), true),
                seeder("one", Pace.FREE), seeder("two", Pace.FREE), seeder("three", Pace.FREE));
        assertPaced(seconds);
    }

    @Test
    void aLimitDoesNotHoldForNeighbours() throws Exception {
        var slow = new Pace(OptionalLong.of(100_000), OptionalLong.of(100_000), false);
        assertTrue(fetch(slow, seeder("one", slow)) < 4);
    }
}
