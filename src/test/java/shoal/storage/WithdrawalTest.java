package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of files that are shared while someone changes them. */
@Timeout(60)
final class WithdrawalTest extends TestDownloads {
    private static final int PIECE = 64 << 10;
    private static final byte[] TWIN = TestContent.random(1, 3 * PIECE);
    private static final TestContent TREE = TestContent.ofBytes(
            "tree", PIECE, Map.of("a", TWIN, "b", TestContent.random(2, 2 * PIECE + 1), "c", TWIN));

    private List<Path> paths;

    @BeforeEach
    void write() throws Exception {
        paths = TREE.write(dir.resolve("mine"));
    }

    private FileHoldings share() throws DiskFault {
        FileHoldings holdings = FileHoldings.forShare(fetch.store(), TREE.manifest, paths, new Progress());
        holdings.listener(fetch.events);
        return holdings;
    }

    private static byte[] read(Holdings holdings, int piece) throws DiskFault {
        ByteBuffer into = ByteBuffer.allocate(TREE.manifest.pieceSize(piece));
        holdings.read(piece, 0, into);
        return into.array();
    }

    /** Reads until that is refused; what is read before is right. */
    private static DiskFault refusal(Holdings holdings, int piece) throws DiskFault {
        while (true) {
            try {
                assertArrayEquals(TREE.piece(piece), read(holdings, piece));
            } catch (DiskFault fault) {
                if (fault.kind() != DiskFault.Kind.WITHDRAWN) throw fault;
                return fault;
            }
        }
    }

    private Set<Integer> withdrawn(int count) {
        var pieces = new TreeSet<Integer>();
        fetch.events.await(StorageEvent.Withdrawn.class, count).forEach(event -> pieces.add(event.piece()));
        return pieces;
    }

    /** Row H8. */
    @Test
    void withdrawsAFileThatLostItsEndButNoLie() throws Exception {
        try (FileHoldings holdings = share()) {
            int b = TREE.firstPiece("b");
            read(holdings, b + 1);
            FileTime time = Files.getLastModifiedTime(paths.get(1));
            Damage.length(paths.get(1), PIECE + 5);
            Files.setLastModifiedTime(paths.get(1), time);
            // at once: no zeros are given for what is missing
            DiskFault fault = assertThrows(DiskFault.class, () -> read(holdings, b + 1));
            assertEquals(DiskFault.Kind.WITHDRAWN, fault.kind());
            assertEquals(new TreeSet<>(List.of(b, b + 1, b + 2)), withdrawn(3));
        }
    }

    /** Row H10, while it is given away. */
    @ParameterizedTest
    @ValueSource(strings = {"changed", "replaced", "gone", "renamed"})
    void withdrawsAFileThatIsNoLongerTheOne(String what) throws Exception {
        try (FileHoldings holdings = share()) {
            int b = TREE.firstPiece("b");
            assertArrayEquals(TREE.piece(b), read(holdings, b));
            Path path = paths.get(1);
            switch (what) {
                case "changed" -> Damage.flip(path, 2 * PIECE);
                case "replaced" -> {
                    Files.write(dir.resolve("new"), TREE.files.get(1));
                    Files.move(dir.resolve("new"), path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                }
                case "gone" -> Files.delete(path);
                default -> Files.move(path, dir.resolve("elsewhere"));
            }
            DiskFault fault = refusal(holdings, b);
            assertTrue(fault.getMessage().contains(path.toString()), fault.getMessage());
            assertEquals(new TreeSet<>(List.of(b, b + 1, b + 2)), withdrawn(3));
            assertArrayEquals(TREE.piece(0), read(holdings, 0), "other files go on");
        }
    }

    @Test
    void withdrawsEqualFilesTogether() throws Exception {
        try (FileHoldings holdings = share()) {
            int a = TREE.firstPiece("a");
            int c = TREE.firstPiece("c");
            assertEquals(a, holdings.canonical(c));
            Files.delete(paths.get(0));
            refusal(holdings, c + 1);
            assertEquals(new TreeSet<>(List.of(a, a + 1, a + 2, c, c + 1, c + 2)), withdrawn(6));
        }
    }

    @Test
    void sharesOnlyWhatIsRightOfAFileThatIsNot() throws Exception {
        Damage.flip(paths.get(1), PIECE + 7);
        try (FileHoldings holdings = share()) {
            int b = TREE.firstPiece("b");
            assertTrue(holdings.have().has(b));
            assertFalse(holdings.have().has(b + 1));
            assertTrue(holdings.have().has(b + 2));
        }
    }

    /** Row H10, while it is fetched. */
    @Test
    void failsWhenThePartIsTakenAway() throws Exception {
        try (FileHoldings holdings = fetch.open(TREE)) {
            int b = TREE.firstPiece("b");
            TREE.fetch(holdings, b);
            fetch.events.await(StorageEvent.Committed.class);
            Files.delete(fetch.path(TREE, "b.part"));
            TREE.fetch(holdings, b + 1);
            DiskFault fault = fetch.events.failure();
            assertTrue(fault.getMessage().contains("gone"), fault.getMessage());
            assertThrows(DiskFault.class, () -> TREE.fetch(holdings, b + 2));
        }
        try (FileHoldings holdings = fetch.open(TREE)) {
            assertTrue(holdings.have().isEmpty(), "a hole was not counted as had");
        }
    }

    @Test
    void answersForLeavesFromTheDatabaseOrTheFileAndOnlyRightOnes() throws Exception {
        try (FileHoldings holdings = share()) {
            int b = TREE.firstPiece("b");
            holdings.leaves(b + 1);
            assertEquals(
                    new StorageEvent.Leaves(b + 1, Optional.of(TREE.pieceLeaves(b + 1))),
                    fetch.events.await(StorageEvent.Leaves.class));
            var held = TREE.manifest.files().get(1);
            fetch.store().now(tables -> {
                long content = tables.contents().id(held.root(), held.length());
                tables.contents().putLeaves(content, 0, TestContent.leaves(TestContent.random(9, 2 * PIECE)));
            });
            holdings.leaves(b + 1);
            assertEquals(
                    new StorageEvent.Leaves(b + 1, Optional.of(TREE.pieceLeaves(b + 1))),
                    fetch.events.await(StorageEvent.Leaves.class),
                    "wrong ones in the database are not passed on");
            FileTime time = Files.getLastModifiedTime(paths.get(1));
            Damage.flip(paths.get(1), PIECE + 7);
            Files.setLastModifiedTime(paths.get(1), time);
            holdings.leaves(b + 1);
            assertEquals(
                    new StorageEvent.Leaves(b + 1, Optional.empty()), fetch.events.await(StorageEvent.Leaves.class));
        }
    }
}
