package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestWriter;
import shoal.merkle.LeafHasher;
import shoal.merkle.Merkle;
import shoal.storage.FileHoldings;
import shoal.storage.Progress;
import shoal.storage.Store;
import shoal.swarm.BlockReceipt.Fate;

/** Blocks of one read on their way to a real file: several at once where they lie side by side. */
final class ArrivalsTest {
    private static final int PER_PIECE = 16;
    private static final int LENGTH = 70 * Merkle.BLOCK + 100;
    private static final int BLOCKS = 71;

    @TempDir
    private Path dir;

    private record Came(int block, boolean isBad) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsRightIsWrittenToItsPlaceAndNothingElseIs(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        var content = new byte[LENGTH];
        random.nextBytes(content);
        HashList leaves = leaves(content);
        var expected = new byte[LENGTH];
        try (Store store = Store.open(dir.resolve("state"));
                FileHoldings holdings = holdings(store, leaves)) {
            Manifest manifest = manifest(leaves);
            var intake = new BlockIntake(manifest, holdings);
            var asked = new Asked();
            for (int piece = 0; piece < manifest.pieceCount(); piece++) {
                var active = new ActivePiece(piece, manifest.blocksIn(piece));
                active.expect(leaves.slice(piece * PER_PIECE, piece * PER_PIECE + active.blocks));
                intake.open(active);
            }
            var there = new HashSet<Integer>();
            for (List<Came> read : reads(random)) {
                var arrivals = new Arrivals(7, asked);
                // as they lie in a peer's buffer: a head before each of them
                var buffer = ByteBuffer.allocateDirect(read.size() * (13 + Merkle.BLOCK));
                for (Came came : read) add(content, intake, asked, arrivals, buffer, came);
                List<Came> news = read.stream().filter(came -> !there.contains(came.block)).toList();
                assertEquals(news.size(), arrivals.size());
                List<BlockReceipt> receipts = arrivals.take().keep(intake);
                List<BlockReceipt> spare = receipts.subList(0, read.size() - news.size());
                assertTrue(spare.stream().allMatch(each -> each.fate() == Fate.SPARE));
                receipts = receipts.subList(spare.size(), receipts.size());
                for (int i = 0; i < news.size(); i++) check(news.get(i), receipts.get(i), content, expected, there);
            }
        }
        assertArrayEquals(expected, Files.readAllBytes(dir.resolve("out/data.part")), "seed " + seed);
    }

    /** Runs of blocks side by side, some of them in the wrong order, twice, or bad; over the ends of pieces, too. */
    private static List<List<Came>> reads(SplittableRandom random) {
        var reads = new ArrayList<List<Came>>();
        for (int i = 0; i < 12; i++) {
            var read = new ArrayList<Came>();
            for (int run = 0; run < 4; run++) {
                int from = random.nextInt(BLOCKS);
                int to = Math.min(BLOCKS, from + 1 + random.nextInt(12));
                for (int block = from; block < to; block++) read.add(new Came(block, random.nextInt(6) == 0));
            }
            reads.add(read);
        }
        return reads;
    }

    private static void add(byte[] content, BlockIntake intake, Asked asked, Arrivals arrivals, ByteBuffer buffer,
            Came came) throws Exception {
        int piece = came.block / PER_PIECE;
        int block = came.block % PER_PIECE;
        int length = Math.min(Merkle.BLOCK, LENGTH - came.block * Merkle.BLOCK);
        int from = buffer.position() + 13;
        buffer.put(from, content, came.block * Merkle.BLOCK, length);
        if (came.isBad) buffer.put(from + length / 2, (byte) ~buffer.get(from + length / 2));
        buffer.position(from + length);
        asked.add(Asked.key(piece, block));
        arrivals.add(intake, piece, block * Merkle.BLOCK, buffer.duplicate().flip().position(from));
    }

    private static void check(Came came, BlockReceipt receipt, byte[] content, byte[] expected, Set<Integer> there) {
        assertEquals(came.block, receipt.piece() * PER_PIECE + receipt.block());
        boolean isNew = !came.isBad && there.add(came.block);
        assertEquals(came.isBad ? Fate.BAD : isNew ? Fate.STORED : Fate.SPARE, receipt.fate());
        int at = came.block * Merkle.BLOCK;
        if (isNew) System.arraycopy(content, at, expected, at, Math.min(Merkle.BLOCK, LENGTH - at));
    }

    @Test
    void blocksSideBySideOfOnePieceArePassedOnTogether() throws Exception {
        var content = new byte[LENGTH];
        Arrays.fill(content, (byte) 9);
        HashList leaves = leaves(content);
        try (Store store = Store.open(dir.resolve("state"));
                FileHoldings holdings = holdings(store, leaves)) {
            var blocks = new ByteBuffer[PER_PIECE];
            for (int i = 0; i < PER_PIECE; i++) blocks[i] = ByteBuffer.wrap(content, i * Merkle.BLOCK, Merkle.BLOCK);
            holdings.write(1, 0, blocks);
            for (ByteBuffer block : blocks) assertEquals(0, block.remaining());
        }
        byte[] there = Files.readAllBytes(dir.resolve("out/data.part"));
        int piece = PER_PIECE * Merkle.BLOCK;
        assertEquals(-1, Arrays.mismatch(there, piece, 2 * piece, content, piece, 2 * piece));
        assertEquals(-1, Arrays.mismatch(there, 0, piece, new byte[piece], 0, piece));
        assertEquals(0, there[2 * piece]);
    }

    private FileHoldings holdings(Store store, HashList leaves) throws Exception {
        Manifest manifest = manifest(leaves);
        var all = new Bits(manifest.files().size());
        all.fill();
        return FileHoldings.forFetch(store, manifest, dir.resolve("out"), all, false, new Progress());
    }

    private static HashList leaves(byte[] content) {
        var leaves = new byte[BLOCKS * Hash.BYTES];
        new LeafHasher().leaves(ByteBuffer.wrap(content), leaves, 0);
        return HashList.wrap(leaves);
    }

    private static Manifest manifest(HashList leaves) throws Exception {
        int pieceLength = PER_PIECE * Merkle.BLOCK;
        var layer = new ArrayList<Hash>();
        for (int from = 0; from < BLOCKS; from += PER_PIECE) {
            HashList piece = leaves.slice(from, Math.min(BLOCKS, from + PER_PIECE));
            layer.add(Merkle.fold(piece, 0, Merkle.pieceLayer(pieceLength)));
        }
        Hash root = Merkle.root(leaves, LENGTH);
        return new ManifestWriter("data", pieceLength)
                .file(List.of("data"), LENGTH, root, false)
                .layer(root, HashList.of(layer))
                .build();
    }
}
