package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.Merkle;

final class HashingTest extends HashedFolder {
    private Map<String, HashedFile> hash(int pieceLength, Progress progress) throws DiskFault {
        Scan scan = Scan.of(List.of(files));
        List<HashedFile> hashed = Hashing.of(store, scan.files(), pieceLength, progress);
        var byName = new HashMap<String, HashedFile>();
        for (int i = 0; i < hashed.size(); i++) {
            byName.put(String.join("/", scan.files().get(i).name()), hashed.get(i));
        }
        return byName;
    }

    private static HashedFile expected(byte[] bytes, int pieceLength) {
        if (bytes.length == 0) return new HashedFile(Hash.ZERO, HashList.EMPTY);
        HashList leaves = TestContent.leaves(bytes);
        Hash root = Merkle.root(leaves, bytes.length);
        if (bytes.length <= pieceLength) return new HashedFile(root, HashList.EMPTY);
        int levels = Merkle.pieceLayer(pieceLength);
        int pieces = (bytes.length + pieceLength - 1) / pieceLength;
        var layer = new Hash[pieces];
        for (int i = 0; i < pieces; i++) {
            int to = Math.min(leaves.size(), (i + 1) << levels);
            layer[i] = Merkle.fold(leaves.slice(i << levels, to), 0, levels);
        }
        return new HashedFile(root, HashList.of(layer));
    }

    @ParameterizedTest
    @ValueSource(ints = {16 << 10, PIECE, 1 << 20, 16 << 20})
    void findsTheRootsAndLayersOfInterestingSizes(int pieceLength) throws Exception {
        var expected = new HashMap<String, HashedFile>();
        int[] sizes = {0, 1, 16383, 16384, 16385, PIECE - 1, PIECE, PIECE + 1, 5 * PIECE + 7, 513 * 16384,
            SPAN - 1, SPAN, SPAN + 1, 2 * SPAN + 12345};
        for (int size : sizes) {
            byte[] bytes = TestContent.random(size, size);
            Files.write(files.resolve("f" + size), bytes);
            expected.put("f" + size, expected(bytes, pieceLength));
        }
        assertEquals(expected, hash(pieceLength, new Progress()));
    }

    @Test
    void readsAnUnchangedTreeNoSecondTime() throws Exception {
        Files.write(files.resolve("large"), TestContent.random(1, 3 * SPAN));
        Files.createDirectory(files.resolve("sub"));
        Files.write(files.resolve("sub/small"), TestContent.random(2, 1000));
        var first = new Progress();
        Map<String, HashedFile> hashed = hash(PIECE, first);
        assertEquals(3 * SPAN + 1000, first.total());
        assertEquals(first.total(), first.done());
        var second = new Progress();
        assertEquals(hashed, hash(PIECE, second));
        assertEquals(0, second.total());
        var third = new Progress();
        assertEquals(expected(TestContent.random(1, 3 * SPAN), 1 << 20), hash(1 << 20, third).get("large"));
        assertEquals(0, third.total(), "the layer of longer pieces comes from the leaves");
    }

    @Test
    void knowsEachOfThousandsOfSmallFilesAgain() throws Exception {
        int count = 5000;
        var expected = new HashMap<String, HashedFile>();
        for (int i = 0; i < count; i++) {
            byte[] bytes = TestContent.random(i, 1 + i % 50_000);
            Files.write(files.resolve("f" + i), bytes);
            expected.put("f" + i, expected(bytes, PIECE));
        }
        assertEquals(expected, hash(PIECE, new Progress()));
        var second = new Progress();
        assertEquals(expected, hash(PIECE, second));
        assertEquals(0, second.total());
    }

    @Test
    void readsWhatHasChangedAgain() throws Exception {
        Files.write(files.resolve("a"), TestContent.random(1, 100_000));
        Files.write(files.resolve("b"), TestContent.random(2, 100_000));
        hash(PIECE, new Progress());
        try (var file = new RandomAccessFile(files.resolve("b").toFile(), "rw")) {
            file.seek(70_000);
            file.write(1);
        }
        var progress = new Progress();
        Map<String, HashedFile> hashed = hash(PIECE, progress);
        assertEquals(100_000, progress.total());
        assertEquals(expected(Files.readAllBytes(files.resolve("b")), PIECE), hashed.get("b"));
    }

    @Test
    void knowsARenamedFilesLeavesByItsRoot() throws Exception {
        Files.write(files.resolve("a"), TestContent.random(1, 2 * SPAN));
        hash(PIECE, new Progress());
        Files.move(files.resolve("a"), files.resolve("b"));
        assertEquals(expected(TestContent.random(1, 2 * SPAN), PIECE), hash(PIECE, new Progress()).get("b"));
        store.ask(tables -> {
            Hash root = expected(TestContent.random(1, 2 * SPAN), PIECE).root();
            long id = tables.contents().find(root, 2 * SPAN);
            int blocks = 2 * SPAN / Merkle.BLOCK;
            assertEquals(
                    TestContent.leaves(TestContent.random(1, 2 * SPAN)),
                    tables.contents().leaves(id, 0, blocks).orElseThrow());
            return true;
        });
    }

    @Test
    void refusesAFileThatChangesMeanwhile() throws Exception {
        Files.write(files.resolve("a"), TestContent.random(1, 100_000));
        Scan scan = Scan.of(List.of(files));
        Files.write(files.resolve("a"), TestContent.random(2, 100_000));
        DiskFault fault = assertThrows(
                DiskFault.class, () -> Hashing.of(store, scan.files(), PIECE, new Progress()));
        assertTrue(fault.getMessage().contains("changed while it was hashed"), fault.getMessage());
    }

    @Test
    void refusesAFileThatGetsShorterOrGoesAway() throws Exception {
        Files.write(files.resolve("a"), TestContent.random(1, 3 * SPAN));
        Scan scan = Scan.of(List.of(files));
        Files.write(files.resolve("a"), TestContent.random(1, SPAN));
        assertThrows(DiskFault.class, () -> Hashing.of(store, scan.files(), PIECE, new Progress()));
        Files.delete(files.resolve("a"));
        assertThrows(DiskFault.class, () -> Hashing.of(store, scan.files(), PIECE, new Progress()));
    }

    @Test
    void endsWhenItIsStoppedAndLeavesNothingWithoutARoot() throws Exception {
        Files.write(files.resolve("a"), TestContent.random(1, 4 * SPAN));
        Files.write(files.resolve("b"), TestContent.random(2, 4 * SPAN));
        var progress = new Progress();
        progress.stop();
        assertThrows(CancellationException.class, () -> hash(PIECE, progress));
        var second = new Progress();
        Thread stopper = Thread.ofPlatform().start(() -> {
            while (second.done() < SPAN) Thread.onSpinWait();
            second.stop();
        });
        assertThrows(CancellationException.class, () -> hash(PIECE, second));
        stopper.join();
        store.ask(tables -> {
            assertEquals(0, Tables.number(tables.prepare("SELECT count(*) FROM content WHERE root IS NULL"), -1));
            return true;
        });
    }

    @Test
    void hashesHolesAsFastAsTheyAreReadAndKeepsThemSmall() throws Exception {
        try (var file = new RandomAccessFile(files.resolve("holes").toFile(), "rw")) {
            file.setLength(1L << 30);
            file.seek(700_000_000);
            file.write(7);
        }
        HashedFile hashed = Objects.requireNonNull(hash(16 << 20, new Progress()).get("holes"));
        assertEquals(64, hashed.layer().size());
        store.ask(tables -> {
            long bytes = Tables.number(tables.prepare("SELECT sum(length(hashes)) FROM leaves"), -1);
            assertEquals(64 * Hash.BYTES, bytes, "one group of leaves that are not all those of zeros");
            return true;
        });
    }
}
