package shoal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import shoal.bytes.Endpoint;
import shoal.discovery.GivenPeers;
import shoal.swarm.Pace;
import shoal.testing.FakeShare;

/** Limits between real nodes on loopback, which is as near as can be: only {@code --limit-lan} makes them hold. */
@Timeout(120)
class PaceIT extends TestNodes {
    private static final int MIB = 1 << 20;
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final FakeShare SHARE = FakeShare.ofFile(3, 65_536, 4 * MIB);

    PaceIT() {
        super(SHARE);
    }

    private Endpoint seeder(String name, Pace pace) throws Exception {
        return TestNodes.at(seeding(node(Encryption.ALLOW, pace, LONG), name));
    }

    /** Seconds that a fetch takes. */
    private double fetch(Pace pace, Endpoint... seeders) throws Exception {
        Node node = node(Encryption.ALLOW, pace, LONG);
        Opener opener = opener();
        long begun = System.nanoTime();
        Session session = node.join(
                ShareOrder.of(SHARE.manifest(), List.of(GivenPeers.of(List.of(seeders))), opener));
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
