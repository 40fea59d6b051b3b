package shoal.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shoal.manifest.Manifest;
import shoal.storage.FileCheck;
import shoal.storage.Progress;
import shoal.storage.Repaired;
import shoal.storage.Store;
import shoal.testing.FakePeer;
import shoal.testing.FakeShare;
import shoal.testing.Manner;

/** A damaged file between real sockets: what comes over the wire to repair it, from peers of every manner. */
@Timeout(120)
final class RepairingTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int BLOCK = 16 << 10;
    private static final int PIECE = 8 * BLOCK;
    private static final FakeShare SHARE = FakeShare.ofFile(5, PIECE, 40 * PIECE + 3 * BLOCK + 17);

    @TempDir
    private Path dir;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Path file;
    private Store store;

    @BeforeEach
    void write() throws Exception {
        SHARE.writeTo(dir);
        file = dir.resolve("file.bin");
        store = Store.open(dir.resolve("state"));
        open.add(store);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) each.close();
    }

    private FakePeer peer(Manner manner) throws IOException {
        FakePeer peer = FakePeer.of(SHARE).withManner(manner).listen();
        open.add(peer);
        return peer;
    }

    private void flip(long at) throws IOException {
        try (var damaged = new RandomAccessFile(file.toFile(), "rw")) {
            damaged.seek(at);
            int old = damaged.read();
            damaged.seek(at);
            damaged.write(old ^ 4);
        }
    }

    private Verifying verified(Manifest manifest) throws Exception {
        return Verifying.of(store, manifest, file, Selection.ALL.of(manifest), new Progress());
    }

    private Repairing begun(Manifest manifest, Duration wait, FakePeer... peers) throws Exception {
        Verifying verified = verified(manifest);
        assertFalse(verified.isRight());
        var found = new Found(manifest.shortHash(), manifest.v1Hash(), Optional.of(manifest.infoHash()),
                Optional.of(manifest), manifest.name(), List.of(), List.of(), List.of(), Selection.ofGlobs(List.of()),
                List.of());
        List<String> named = Stream.of(peers).map(peer -> peer.endpoint().toString()).toList();
        Repairing repairing = Repairing.of(manifest, verified, found, List.of(), named, wait, new SplittableRandom(1));
        open.add(repairing);
        var settings = new NodeSettings(Optional.of(InetAddress.getLoopbackAddress()), OptionalInt.empty());
        repairing.begin(store, settings, new SplittableRandom(2));
        return repairing;
    }

    private Repairing repaired(FakePeer... peers) throws Exception {
        Repairing repairing = begun(SHARE.manifest(), SOON, peers);
        assertTrue(repairing.await(SOON), repairing.report()::toString);
        assertEquals(List.of(), repairing.remaining());
        assertArrayEquals(SHARE.content(0), Files.readAllBytes(file));
        return repairing;
    }

    /** Row H11, and mended. */
    @Test
    void oneFlippedBitCostsOneBlock() throws Exception {
        flip(3 * PIECE + 2 * BLOCK + 5);
        FakePeer honest = peer(new Manner());
        Repairing repairing = repaired(honest);
        assertEquals(1, honest.blocksSent());
        assertEquals(List.of(new Repaired(0, 3 * PIECE + 2 * BLOCK, BLOCK, honest.endpoint().toString())),
                repairing.repaired());
        assertEquals(0, repairing.report().badBlocks(), "nobody is to blame");
        assertEquals(0, repairing.report().wasted());
    }

    @Test
    void damageInManyPiecesCostsItsBlocksAndNoMore() throws Exception {
        for (int piece = 0; piece < 41; piece += 4) flip((long) piece * PIECE + BLOCK + 1);
        FakePeer one = peer(new Manner());
        FakePeer other = peer(new Manner());
        Repairing repairing = repaired(one, other);
        assertEquals(11, one.blocksSent() + other.blocksSent());
        assertEquals(11, repairing.repaired().size());
    }

    @Test
    void whoGivesLeavesOnlyOfWhatItSentIsAskedForOneBlockFirst() throws Exception {
        flip(3 * PIECE + 2 * BLOCK + 5);
        FakePeer reluctant = peer(Manner.givingLeavesOfWhatItSent());
        Repairing repairing = repaired(reluctant);
        assertEquals(2, reluctant.blocksSent());
        assertEquals(List.of(new Repaired(0, 3 * PIECE + 2 * BLOCK, BLOCK, reluctant.endpoint().toString())),
                repairing.repaired(), "the block that was right is not said to be repaired");
    }

    @Test
    void whereNobodyGivesLeavesThePieceIsFetched() throws Exception {
        flip(3 * PIECE + 2 * BLOCK + 5);
        FakePeer stubborn = peer(Manner.rejectingHashes());
        Repairing repairing = repaired(stubborn);
        assertEquals(9, stubborn.blocksSent());
        assertEquals(BLOCK, repairing.repaired().stream().mapToLong(Repaired::length).sum());
    }

    @Test
    void liarsDoNoHarm() throws Exception {
        flip(3 * PIECE + 2 * BLOCK + 5);
        flip(7 * PIECE);
        Repairing repairing = repaired(peer(Manner.lying(_ -> true)), peer(Manner.lyingInHashes()), peer(new Manner()));
        assertEquals(2 * BLOCK, repairing.repaired().stream().mapToLong(Repaired::length).sum());
    }

    @Test
    void aManifestWithoutLayersGetsThemFromTheSwarmAndTheGoodBlocksStay() throws Exception {
        flip(3 * PIECE + 2 * BLOCK + 5);
        FakePeer honest = peer(new Manner());
        Repairing repairing = begun(SHARE.bareManifest(), SOON, honest);
        assertTrue(repairing.await(SOON), repairing.report()::toString);
        assertEquals(1, honest.blocksSent());
        assertArrayEquals(SHARE.content(0), Files.readAllBytes(file));
    }

    @Test
    void whatNobodyHasStaysBadAndIsTold() throws Exception {
        flip(3 * PIECE + 2 * BLOCK + 5);
        flip(7 * PIECE);
        FakePeer poor = peer(new Manner()).having(3);
        Repairing repairing = begun(SHARE.manifest(), Duration.ofSeconds(2), poor);
        Refusal refusal = assertThrows(Refusal.class, () -> {
            while (!repairing.await(SOON.dividedBy(100))) {
                // it gives up by itself
            }
        });
        assertEquals(Refusal.Kind.NO_PEERS, refusal.kind());
        repairing.close();
        assertEquals(1, repairing.repaired().size());
        FileCheck left = repairing.remaining().getFirst();
        assertEquals(List.of(new FileCheck.Range(7 * PIECE, PIECE)), left.bad());
        assertFalse(verified(SHARE.manifest()).isRight());
    }
}
