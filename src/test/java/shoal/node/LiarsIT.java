package shoal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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
import shoal.swarm.SwarmReport;
import shoal.swarm.SwarmSettings;
import shoal.testing.FakePeer;
import shoal.testing.FakeShare;
import shoal.testing.Liar;
import shoal.testing.Manner;

/** One honest peer among liars, all on 127.0.0.1 with real sockets: told apart by nothing but what they send. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class LiarsIT {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final int PIECE = 256 << 10;
    private static final int LENGTH = 256 << 20;
    private static final long PACE = 24 << 20;
    private static final FakeShare SHARE = FakeShare.ofFile(11, PIECE, LENGTH);

    @TempDir
    private Path dir;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) each.close();
    }

    private <T extends AutoCloseable> T closing(T thing) {
        open.add(thing);
        return thing;
    }

    private SwarmReport fetch(List<FakePeer> from) throws Exception {
        Store store = closing(Store.open(dir.resolve("state")));
        // as over a network: what a liar has on its way when it is found out grows with the pace
        var settings = new NodeSettings(Optional.of(InetAddress.getLoopbackAddress()), OptionalInt.empty(), false,
                Optional.empty(), Encryption.ALLOW, new Pace(OptionalLong.of(PACE), OptionalLong.empty(), true),
                SwarmSettings.SLOTS, false);
        Node node = closing(Node.open(settings, new SplittableRandom(1)));
        var all = new Bits(1);
        all.fill();
        List<Endpoint> endpoints = from.stream().map(FakePeer::endpoint).toList();
        Session session = node.join(new ShareOrder(
                SHARE.manifest().shortHash(), SHARE.manifest().v1Hash(), Optional.of(SHARE.manifest().infoHash()),
                Optional.of(SHARE.manifest()), List.of(GivenPeers.of(endpoints)), List.of(),
                known -> new Opener.Opened(FileHoldings.forFetch(
                        store, known, dir.resolve("out"), all, false, new Progress()), all),
                List.of(), false));
        assertTrue(session.awaitComplete(SOON), session.report()::toString);
        return session.report();
    }

    private static SwarmReport.PeerReport of(SwarmReport report, FakePeer peer) {
        return report.peers().stream()
                .filter(each -> each.endpoint().equals(peer.endpoint()))
                .findFirst().orElseThrow();
    }

    private void assertNobodyElseIsBlamed(SwarmReport report, FakePeer honest, Map<FakePeer, Liar> liars)
            throws Exception {
        SHARE.writeTo(dir.resolve("right"));
        long wrong = Files.mismatch(dir.resolve("right/file.bin"), dir.resolve("out/file.bin"));
        assertEquals(-1, wrong, "a bad byte was counted");
        assertEquals(1, honest.conversations().size(), "the honest one was sent away");
        assertFalse(of(report, honest).ended().startsWith("it sent"), of(report, honest)::toString);
        int lies = 0;
        for (Map.Entry<FakePeer, Liar> each : liars.entrySet()) {
            var told = of(report, each.getKey());
            lies += each.getValue().lies();
            if (each.getValue().lies() == 0) continue;
            assertFalse(told.connected(), each.getValue().lies() + " lies of " + told);
            assertTrue(told.ended().startsWith("it sent"), told::toString);
        }
        System.out.printf("%d liars lied %d times, %d bad blocks came; %.2f %% of %d MiB in vain%n",
                liars.size(), lies, report.badBlocks(), 100.0 * report.wasted() / LENGTH, LENGTH >> 20);
        assertTrue(report.wasted() <= LENGTH / 100, report.wasted() + " bytes in vain");
    }

    private Map<FakePeer, Liar> peers(Collection<Liar> liars) throws Exception {
        var peers = new LinkedHashMap<FakePeer, Liar>();
        for (Liar each : liars) peers.put(closing(FakePeer.of(SHARE).withManner(each).listen()), each);
        return peers;
    }

    @Test
    void anHonestPeerIsToldFromLiarsOfAllKindsOnItsAddress() throws Exception {
        // the honest one is the slowest, so that the liars would give nearly all of it
        FakePeer honest = closing(FakePeer.of(SHARE).withManner(Manner.trickling(Duration.ofMillis(2))).listen());
        Map<FakePeer, Liar> liars = peers(Liar.ofAllKinds().values());
        var all = new ArrayList<>(liars.keySet());
        all.add(honest);
        SwarmReport report = fetch(all);
        assertNobodyElseIsBlamed(report, honest, liars);
        for (Map.Entry<FakePeer, Liar> each : liars.entrySet()) {
            assertTrue(each.getValue().lies() > 0, of(report, each.getKey()) + " was never asked for what it lies in");
        }
    }

    @Test
    void oneBadBlockIsEnoughToBlameEachLiar() throws Exception {
        FakePeer honest = closing(FakePeer.of(SHARE).withManner(Manner.trickling(Duration.ofMillis(2))).listen());
        Map<FakePeer, Liar> liars = peers(Liar.ofOneBlockEach().values());
        var all = new ArrayList<>(liars.keySet());
        all.add(honest);
        SwarmReport report = fetch(all);
        assertNobodyElseIsBlamed(report, honest, liars);
        for (Liar each : liars.values()) assertTrue(each.lies() > 0);
        assertEquals(7, report.badBlocks());
    }
}
