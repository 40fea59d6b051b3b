package shoal.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import shoal.bytes.Bits;
import shoal.merkle.Merkle;

/**
 * Fetches a share from nowhere, in an order of its own, and says each thing that it was told: {@code H piece} and
 * {@code P piece block} for what it found at its start, {@code R} and {@code C} for what was recorded and committed.
 * Whoever kills it can then look whether that was true.
 */
final class CrashVictim {
    static final TestContent CONTENT = TestContent.of("victim", 256 << 10, Map.of(
            "big", 24_000_001, "middle", 3_000_000, "small", 40_000, "dir/tiny", 5, "dir/empty", 0));

    private CrashVictim() {}

    public static void main(String[] args) throws Exception {
        Path dir = Path.of(args[0]);
        long seed = Long.parseLong(args[1]);
        double bytesPerSecond = Double.parseDouble(args[2]);
        var progress = new Progress();
        try (Store store = Store.open(dir.resolve("state"));
                FileHoldings holdings = FileHoldings.forFetch(
                        store, CONTENT.manifest, dir.resolve("out"), CONTENT.all(), false, progress)) {
            var had = holdings.have();
            var received = new HashMap<Integer, Bits>();
            for (int piece = had.nextSet(0); piece >= 0; piece = had.nextSet(piece + 1)) say("H " + piece);
            for (PartialPiece partial : holdings.partial()) {
                received.put(partial.piece(), partial.received());
                for (int block = partial.received().nextSet(0); block >= 0;
                        block = partial.received().nextSet(block + 1)) {
                    say("P " + partial.piece() + " " + block);
                }
            }
            say("HASHED " + progress.total());
            holdings.listener(event -> {
                if (event instanceof StorageEvent.Recorded(int piece, int first, int count)) {
                    for (int block = first; block < first + count; block++) say("R " + piece + " " + block);
                } else if (event instanceof StorageEvent.Committed(int piece)) {
                    say("C " + piece);
                } else if (event instanceof StorageEvent.Failed(DiskFault fault)) {
                    say("FAILED " + fault.getMessage());
                }
            });
            fetch(holdings, had, received, new Random(seed), bytesPerSecond);
            holdings.finish();
        }
        say("DONE");
    }

    private static void fetch(FileHoldings holdings, Bits had, Map<Integer, Bits> received, Random random,
            double bytesPerSecond) throws Exception {
        List<int[]> blocks = new ArrayList<>();
        for (int piece = 0; piece < had.size(); piece++) {
            if (had.has(piece)) continue;
            Bits there = received.computeIfAbsent(piece, key -> new Bits(CONTENT.manifest.blocksIn(key)));
            if (there.isFull()) holdings.proven(piece, CONTENT.pieceLeaves(piece));
            for (int block = 0; block < there.size(); block++) {
                if (!there.has(block)) blocks.add(new int[] {piece, block});
            }
        }
        Collections.shuffle(blocks, random);
        // pieces are begun in some order, and several are under way at once
        blocks.sort((a, b) -> Integer.compare(a[0] / 6 * 7919 % 101, b[0] / 6 * 7919 % 101));
        long begin = System.nanoTime();
        long bytes = 0;
        for (int[] block : blocks) {
            if (CONTENT.receive(holdings, block[0], block[1], 1)) say("R " + block[0] + " " + block[1]);
            Bits there = Objects.requireNonNull(received.get(block[0]));
            there.set(block[1]);
            if (there.isFull()) holdings.proven(block[0], CONTENT.pieceLeaves(block[0]));
            bytes += Merkle.BLOCK;
            long ahead = (long) (bytes / bytesPerSecond * 1e9) - (System.nanoTime() - begin);
            if (ahead > 0) Thread.sleep(ahead / 1_000_000, (int) (ahead % 1_000_000));
        }
    }

    private static synchronized void say(String line) {
        System.out.println(line);
    }
}
