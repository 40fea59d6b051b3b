package shoal.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.merkle.LeafHasher;
import shoal.merkle.Merkle;

/** Shares and fetches what is too much for its memory. Ends well or with an error. */
final class GiantChild {
    private GiantChild() {}

    public static void main(String[] args) throws Exception {
        Path dir = Path.of(args[1]);
        try (Store store = Store.open(dir.resolve("state"))) {
            switch (args[0]) {
                case "share" -> share(store, dir);
                case "fetch" -> fetch(store, dir);
                case "many" -> many(store, dir);
                default -> throw new IllegalArgumentException(args[0]);
            }
        }
        System.out.println("DONE");
    }

    private static void share(Store store, Path dir) throws Exception {
        Manifest manifest = GiantManifest.of("giant", 1L << 40);
        Path path = dir.resolve("giant");
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        // to read all of it would take minutes: as if that had been done before
        FileStamp stamp = FileStamp.of(path);
        store.now(tables -> tables.places().put(path, manifest.files().getFirst().root(), stamp));
        var events = new Events();
        try (FileHoldings holdings = FileHoldings.forShare(store, manifest, List.of(path), new Progress())) {
            holdings.listener(events);
            check(holdings.have().isFull(), "all of it is had");
            holdings.read(65535, (16 << 20) - 100, ByteBuffer.allocate(100));
            holdings.leaves(40_000);
            check(events.await(StorageEvent.Leaves.class).leaves().isPresent(), "leaves come from the file");
        }
    }

    private static void fetch(Store store, Path dir) throws Exception {
        Manifest manifest = GiantManifest.of("giant", 1L << 40);
        var all = new Bits(1);
        all.fill();
        HashList leaves = zeroLeaves(16 << 20);
        var progress = new Progress();
        var events = new Events();
        int[] pieces = {0, 1, 4095, 4096, 65535};
        for (int round = 0; round < 2; round++) {
            try (FileHoldings holdings =
                    FileHoldings.forFetch(store, manifest, dir.resolve("out"), all, false, progress)) {
                holdings.listener(events);
                check(holdings.have().count() == round * pieces.length, "pieces are known again");
                check(holdings.partial().size() == round, "and blocks that were in flight");
                for (int piece : pieces) {
                    var zeros = ByteBuffer.allocate(Merkle.BLOCK);
                    for (int at = 0; at < 16 << 20; at += Merkle.BLOCK) holdings.write(piece, at, zeros.clear());
                    holdings.received(piece, 0, leaves);
                    holdings.proven(piece, leaves);
                }
                holdings.write(777, 0, ByteBuffer.allocate(Merkle.BLOCK));
                holdings.received(777, 0, leaves.slice(0, 1));
                events.await(StorageEvent.Committed.class, pieces.length);
            }
        }
        check(progress.total() == 0, "nothing was hashed as a whole");
    }

    private static void many(Store store, Path dir) throws Exception {
        var contents = new LinkedHashMap<String, byte[]>();
        for (int i = 0; i < 100_000; i++) {
            contents.put("d" + i / 1000 + "/f" + i, ("file " + i).getBytes(StandardCharsets.US_ASCII));
        }
        TestContent content = TestContent.ofBytes("many", 16 << 10, contents);
        contents.clear();
        var events = new Events();
        long begin = System.nanoTime();
        try (FileHoldings holdings = FileHoldings.forFetch(
                store, content.manifest, dir.resolve("out"), content.all(), false, new Progress())) {
            holdings.listener(events);
            for (int piece = 0; piece < content.manifest.pieceCount(); piece++) {
                content.fetch(holdings, piece);
                // as a swarm does it, which holds back when too much is under way
                if (piece >= 20_000) events.await(StorageEvent.Committed.class);
            }
            events.await(StorageEvent.Committed.class, 20_000);
            holdings.finish();
        }
        time("fetched", begin);
        begin = System.nanoTime();
        Scan scan = Scan.of(List.of(dir.resolve("out/many")));
        var progress = new Progress();
        Hashing.of(store, scan.files(), 16 << 10, progress);
        check(scan.files().size() == 100_000, "all files are there");
        check(progress.total() == 0, "and known by their stamps");
        time("known", begin);
        begin = System.nanoTime();
        List<Path> paths = paths(content, dir);
        try (FileHoldings holdings = FileHoldings.forShare(store, content.manifest, paths, new Progress())) {
            check(holdings.have().isFull(), "all of it is shared");
            var into = ByteBuffer.allocate(1);
            for (int piece = 0; piece < 100_000; piece += 7) holdings.read(piece, 0, into.clear());
        }
        time("shared", begin);
        begin = System.nanoTime();
        try (FileHoldings holdings = FileHoldings.forFetch(
                store, content.manifest, dir.resolve("out"), content.all(), false, progress)) {
            check(holdings.have().isFull() && progress.total() == 0, "it is there already");
        }
        time("opened again", begin);
    }

    private static List<Path> paths(TestContent content, Path dir) {
        return content.manifest.files().stream()
                .map(ManifestFile::pathText)
                .map(dir.resolve("out/many")::resolve)
                .toList();
    }

    private static HashList zeroLeaves(int bytes) {
        var leaves = new Hash[bytes / Merkle.BLOCK];
        Arrays.fill(leaves, LeafHasher.zeroBlock());
        return HashList.of(leaves);
    }

    private static void time(String what, long begin) {
        System.out.println(what + " in " + (System.nanoTime() - begin) / 1_000_000 + " ms");
    }

    private static void check(boolean fact, String what) throws IOException {
        if (!fact) throw new IOException("it is not so that " + what);
    }
}
