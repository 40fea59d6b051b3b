package shoal.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import shoal.bytes.Bits;
import shoal.merkle.Merkle;

/**
 * Fetches a share from nowhere, in an order of its own, and says each thing that it was told: {@code H piece} and
 * {@code P piece block} for what it found at its start, {@code G} for a block that comes, {@code R} and {@code C} for
 * what was recorded and committed. Whoever kills it can then look whether that was true.
 */
final class CrashVictim {
    static final TestContent CONTENT = TestContent.of("victim", 256 << 10, Map.of(
            "big", 24_000_001, "middle", 3_000_000, "small", 40_000, "dir/tiny", 5, "dir/empty", 0));

    /** The same in small, with a file that is there twice. */
    static final TestContent SMALL = TestContent.ofBytes("victim", 64 << 10, Map.of(
            "big", TestContent.random(1, 1_500_001), "middle", TestContent.random(2, 300_000),
            "other", TestContent.random(2, 300_000), "small", TestContent.random(3, 40_000),
            "dir/tiny", TestContent.random(4, 5), "dir/empty", new byte[0]));

    private final TestContent content;
    private final Consumer<String> says;

    private CrashVictim(TestContent content, Consumer<String> says) {
        this.content = content;
        this.says = says;
    }

    /** {@link #CONTENT}, the small share, or one that is large enough for parts of a hundred. */
    static TestContent content(String size) {
        return switch (size) {
            case "small" -> SMALL;
            case "middle" -> CONTENT;
            // the pieces under way and what came since the last commit are one and a half to two and a half MiB
            case "large" -> TestContent.of("victim", 256 << 10, Map.of("big", 400_000_001, "middle", 3_000_000));
            default -> throw new IllegalArgumentException(size);
        };
    }

    /** Arguments: the folder, a seed, bytes a second, and which share. */
    public static void main(String[] args) throws Exception {
        Consumer<String> says = System.out::println;
        run(content(args[3]), Path.of(args[0]), Long.parseLong(args[1]), Double.parseDouble(args[2]),
                says);
        says.accept("DONE");
    }

    /** Goes on with the download below {@code dir} until it is done. */
    static void run(TestContent content, Path dir, long seed, double bytesPerSecond, Consumer<String> says)
            throws Exception {
        new CrashVictim(content, says).run(dir, new Random(seed), bytesPerSecond);
    }

    private void run(Path dir, Random random, double bytesPerSecond) throws Exception {
        var progress = new Progress();
        try (Store store = Store.open(dir.resolve("state"));
                FileHoldings holdings = FileHoldings.forFetch(
                        store, content.manifest, dir.resolve("out"), content.all(), false, progress)) {
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
            fetch(holdings, had, received, random, bytesPerSecond);
            holdings.finish();
        }
    }

    private void fetch(FileHoldings holdings, Bits had, Map<Integer, Bits> received, Random random,
            double bytesPerSecond) throws Exception {
        List<int[]> blocks = new ArrayList<>();
        for (int piece = 0; piece < had.size(); piece++) {
            if (had.has(piece) || holdings.canonical(piece) != piece) continue;
            Bits there = received.computeIfAbsent(piece, key -> new Bits(content.manifest.blocksIn(key)));
            if (there.isFull()) holdings.proven(piece, content.pieceLeaves(piece));
            for (int block = 0; block < there.size(); block++) {
                if (!there.has(block)) blocks.add(new int[] {piece, block});
            }
        }
        Collections.shuffle(blocks, random);
        // pieces are begun in some order, and six are under way at once; there are not so many that the order repeats
        blocks.sort((a, b) -> Integer.compare(a[0] / 6 * 7919 % 10_007, b[0] / 6 * 7919 % 10_007));
        long begin = System.nanoTime();
        long bytes = 0;
        for (int[] block : blocks) {
            say("G " + block[0] + " " + block[1]);
            if (content.receive(holdings, block[0], block[1], 1)) say("R " + block[0] + " " + block[1]);
            Bits there = Objects.requireNonNull(received.get(block[0]));
            there.set(block[1]);
            if (there.isFull()) holdings.proven(block[0], content.pieceLeaves(block[0]));
            bytes += Merkle.BLOCK;
            long ahead = (long) (bytes / bytesPerSecond * 1e9) - (System.nanoTime() - begin);
            if (ahead > 0) Thread.sleep(ahead / 1_000_000, (int) (ahead % 1_000_000));
            // no network makes up for it when this process had to wait for its turn
            else begin -= ahead;
        }
    }

    private synchronized void say(String line) {
        says.accept(line);
    }
}
