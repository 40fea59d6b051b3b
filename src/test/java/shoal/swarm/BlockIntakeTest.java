package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import shoal.bytes.Hash;
import shoal.wire.PeerFault;

class BlockIntakeTest {
    private static final int BLOCKS = 64;

    private final SplittableRandom random = new SplittableRandom(5);
    private final SimContent content = new SimContent(random, 16384 * BLOCKS, 16384L * (BLOCKS - 1) + 100);
    private final SimDisk disk = new SimDisk(content, content.allFiles(), new Timeline(), random);
    private final Asked asked = new Asked();
    private final BlockIntake intake = new BlockIntake(content.manifest, disk.open());
    private final ActivePiece piece = new ActivePiece(0, BLOCKS);

    @BeforeEach
    void open() {
        intake.open(piece);
    }

    private BlockReceipt.Fate accept(int peer, int block, int length, Hash leaf) throws Exception {
        ActivePiece target = intake.admit(asked, 0, block * 16384, length);
        if (target == null) return BlockReceipt.Fate.SPARE;
        BlockReceipt.Fate fate = BlockIntake.claim(peer, target, block, leaf);
        if (fate == BlockReceipt.Fate.STORED) intake.write(target, block, ByteBuffer.allocate(length));
        return fate;
    }

    @Test
    void ofManyPeersThatSendOneBlockExactlyOneWritesIt() throws Exception {
        int peers = 4;
        var gate = new CyclicBarrier(peers);
        for (int block = 0; block < BLOCKS - 1; block++) {
            for (int i = 0; i < peers; i++) asked.add(Asked.key(0, block));
        }
        var results = new ArrayList<Future<int[]>>();
        try (var threads = Executors.newFixedThreadPool(peers)) {
            for (int i = 0; i < peers; i++) {
                int peer = i;
                results.add(threads.submit(() -> {
                    int[] stored = new int[BLOCKS];
                    for (int block = 0; block < BLOCKS - 1; block++) {
                        gate.await();
                        if (accept(peer, block, 16384, content.leaf(0, block)) == BlockReceipt.Fate.STORED) {
                            stored[block]++;
                            assertEquals(peer, piece.owner(block));
                        }
                    }
                    return stored;
                }));
            }
            for (int block = 0; block < BLOCKS - 1; block++) {
                int all = 0;
                for (Future<int[]> result : results) all += result.get()[block];
                assertEquals(1, all, "block " + block);
            }
        }
        assertFalse(asked.take(Asked.key(0, 0)));
    }

    @Test
    void aBlockThatAnotherPeerWritesWhileItIsHashedIsSpare() throws Exception {
        asked.add(Asked.key(0, 0));
        asked.add(Asked.key(0, 0));
        ActivePiece late = intake.admit(asked, 0, 0, 16384);
        assertNotNull(late);
        assertEquals(BlockReceipt.Fate.STORED, accept(2, 0, 16384, content.leaf(0, 0)));
        assertEquals(BlockReceipt.Fate.SPARE, BlockIntake.claim(1, late, 0, content.leaf(0, 0)));
        assertEquals(2, piece.owner(0));
    }

    @Test
    void refusesWhatWasNotAskedFor() {
        assertThrows(PeerFault.class, () -> accept(1, 0, 16384, Hash.ZERO));
        asked.add(Asked.key(0, 1));
        assertThrows(PeerFault.class, () -> accept(1, 0, 16384, Hash.ZERO));
        assertThrows(PeerFault.class, () -> intake.admit(asked, 0, 16385, 16384));
        assertThrows(PeerFault.class, () -> intake.admit(asked, 1, 0, 16384));
    }

    @Test
    void refusesAnotherLengthThanWasAskedFor() throws Exception {
        asked.add(Asked.key(0, BLOCKS - 1));
        assertThrows(PeerFault.class, () -> accept(1, BLOCKS - 1, 16384, Hash.ZERO));
        asked.add(Asked.key(0, BLOCKS - 1));
        assertEquals(BlockReceipt.Fate.STORED, accept(1, BLOCKS - 1, 100, Hash.ZERO));
    }

    @Test
    void aBlockThatWasAskedForTwiceMayComeTwiceAndNoMore() throws Exception {
        asked.add(Asked.key(0, 0));
        asked.add(Asked.key(0, 0));
        assertEquals(BlockReceipt.Fate.STORED, accept(1, 0, 16384, content.leaf(0, 0)));
        assertEquals(BlockReceipt.Fate.SPARE, accept(1, 0, 16384, content.leaf(0, 0)));
        assertThrows(PeerFault.class, () -> accept(1, 0, 16384, content.leaf(0, 0)));
    }

    @Test
    void aBlockThatIsNotItsProvenLeafIsRefusedBeforeItIsWritten() throws Exception {
        piece.expect(content.leaves(0));
        var fates = new EnumMap<BlockReceipt.Fate, Integer>(BlockReceipt.Fate.class);
        for (int block = 0; block < BLOCKS - 1; block++) {
            asked.add(Asked.key(0, block));
            Hash leaf = content.leaf(0, block % 2 == 0 ? block : block - 1);
            fates.merge(accept(1, block, 16384, leaf), 1, Integer::sum);
            assertEquals(block % 2 == 0, piece.owner(block) >= 0);
        }
        assertEquals(Map.of(BlockReceipt.Fate.STORED, 32, BlockReceipt.Fate.BAD, 31), fates);
    }

    @Test
    void aPieceThatIsClosedTakesNothing() throws Exception {
        asked.add(Asked.key(0, 0));
        intake.close(0);
        assertEquals(BlockReceipt.Fate.SPARE, accept(1, 0, 16384, content.leaf(0, 0)));
    }
}
