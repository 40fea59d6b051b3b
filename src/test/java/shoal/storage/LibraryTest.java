package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import shoal.bytes.Hash;
import shoal.manifest.ManifestFile;

/** Files that lie on this disk already, under other names, and what a fetch makes of them. */
@Timeout(60)
final class LibraryTest extends TestDownloads {
    private static final int PIECE = 64 << 10;
    private static final TestContent TREE = TestContent.of("tree", PIECE, Map.of(
            "film", 6 * PIECE + 100, "small", 5000, "deep/run.sh", 20_000, "empty", 0));
    private static final long BYTES = 6 * PIECE + 100 + 5000 + 20_000;

    private Library library;
    private Path mine;

    /** All files of the tree lie in one folder, under names of their own. */
    @BeforeEach
    void write() throws Exception {
        library = new Library(fetch.store(), new Progress());
        mine = Files.createDirectories(dir.resolve("mine"));
        for (ManifestFile file : TREE.manifest.files()) {
            Files.write(mine.resolve("my " + file.name()), TREE.files.get(file.index()));
        }
    }

    private long add() throws DiskFault {
        var progress = new Progress();
        new Library(fetch.store(), progress).add(Scan.of(List.of(mine)));
        return progress.done();
    }

    private FileHoldings fetch(Reuse.Whole whole) throws Exception {
        FileHoldings holdings = FileHoldings.forFetch(
                fetch.store(), TREE.manifest, fetch.out, TREE.all(), false, new Reuse(whole, Optional.empty()),
                new Progress());
        holdings.listener(fetch.events);
        return holdings;
    }

    private static ManifestFile film() {
        return TREE.manifest.fileOf(TREE.firstPiece("film"));
    }

    private static Object inode(Path path) throws Exception {
        return Files.getAttribute(path, "unix:ino");
    }

    @Test
    void aFetchTakesWhatLiesHereUnderAnyName() throws Exception {
        assertEquals(BYTES, add());
        try (FileHoldings holdings = fetch(Reuse.Whole.COPY)) {
            assertEquals(BYTES, holdings.taken());
            assertTrue(holdings.have().isFull());
            holdings.finish();
        }
        fetch.assertFetched(TREE);
        assertTrue(Files.isExecutable(fetch.path(TREE, "deep/run.sh")));
        assertNotEquals(inode(mine.resolve("my film")), inode(fetch.path(TREE, "film")));
        assertEquals(0, add(), "what is known is not read again");
        try (FileHoldings again = fetch(Reuse.Whole.COPY)) {
            assertEquals(0, again.taken(), "what was taken is here");
            assertTrue(again.have().isFull());
        }
    }

    @Test
    void linkedFilesAreOneFileUnlessOnlyOneOfThemMayBeRun() throws Exception {
        add();
        try (FileHoldings holdings = fetch(Reuse.Whole.LINK)) {
            assertEquals(BYTES, holdings.taken());
            holdings.finish();
        }
        fetch.assertFetched(TREE);
        assertEquals(inode(mine.resolve("my film")), inode(fetch.path(TREE, "film")));
        assertNotEquals(inode(mine.resolve("my run.sh")), inode(fetch.path(TREE, "deep/run.sh")));
        assertFalse(Files.isExecutable(mine.resolve("my run.sh")), "the user's own file is as it was");
    }

    @Test
    void whatWasTouchedIsHashedAgainAndWhatWasChangedIsNotTaken() throws Exception {
        add();
        Files.setLastModifiedTime(mine.resolve("my film"), FileTime.fromMillis(1_000_000));
        byte[] changed = TREE.files.get(TREE.manifest.fileOf(TREE.firstPiece("small")).index()).clone();
        changed[7] ^= 1;
        Files.write(mine.resolve("my small"), changed);
        Files.delete(mine.resolve("my run.sh"));
        try (FileHoldings holdings = fetch(Reuse.Whole.COPY)) {
            assertEquals(film().length(), holdings.taken());
            assertFalse(holdings.have().has(TREE.firstPiece("small")));
            fetch.fetchAll(TREE, holdings);
        }
        fetch.assertFetched(TREE);
    }

    @Test
    void placesThatAreNoLongerTrueAreDropped() throws Exception {
        add();
        Hash root = film().root();
        Path first = mine.resolve("my film");
        Path second = Files.copy(first, mine.resolve("another film"));
        assertEquals(List.of(first), library.where(root));
        add();
        assertEquals(List.of(second, first), library.where(root));
        Files.delete(first);
        assertEquals(List.of(second), library.where(root));
        assertEquals(1, fetch.store().ask(tables -> tables.places().of(root, film().length())).size());
        Files.createSymbolicLink(first, second);
        assertEquals(List.of(second), library.where(root), "a link is no place of its own");
    }

    @Test
    void aPartThatIsWholeAlreadyGetsItsName() throws Exception {
        Path part = fetch.out.resolve("tree/film.part");
        Files.createDirectories(part.getParent());
        Files.write(part, TREE.files.get(film().index()));
        add();
        try (FileHoldings holdings = fetch(Reuse.Whole.COPY)) {
            assertTrue(holdings.have().isFull());
            holdings.finish();
        }
        fetch.assertFetched(TREE);
    }

    /** An older film: one byte is other, and its end is missing. */
    private byte[] olderFilm() {
        byte[] older = Arrays.copyOf(TREE.files.get(film().index()), 5 * PIECE);
        older[PIECE + 5] ^= 1;
        return older;
    }

    private void assertBasedOnTheOlderFilm(Optional<Path> base, boolean overwrite) throws Exception {
        FileHoldings holdings = FileHoldings.forFetch(fetch.store(), TREE.manifest, fetch.out, TREE.all(), overwrite,
                new Reuse(Reuse.Whole.COPY, base), new Progress());
        try (holdings) {
            holdings.listener(fetch.events);
            assertEquals(4 * PIECE, holdings.taken());
            int first = film().firstPiece();
            assertEquals(List.of(true, false, true, true, true, false, false),
                    IntStream.range(first, first + 7).mapToObj(holdings.have()::has).toList());
            PartialPiece edited = holdings.partial().stream().filter(part -> part.piece() == first + 1).findFirst()
                    .orElseThrow();
            assertTrue(edited.received().isFull(), "its leaves will tell which block is other");
            assertEquals(TREE.pieceLeaves(first + 1).at(1), edited.leaves().at(1));
            assertNotEquals(TREE.pieceLeaves(first + 1).at(0), edited.leaves().at(0));
            holdings.finish();
            assertTrue(Files.exists(fetch.out.resolve("tree/film.part")), "what is not proven gets no name");
            fetch.fetchAll(TREE, holdings);
        }
        fetch.assertFetched(TREE);
    }

    @Test
    void anOlderVersionGivesWhatIsTheSameAtTheSamePlace() throws Exception {
        Files.createDirectories(dir.resolve("old/deep"));
        Files.write(dir.resolve("old/film"), olderFilm());
        assertBasedOnTheOlderFilm(Optional.of(dir.resolve("old")), false);
        assertArrayEquals(olderFilm(), Files.readAllBytes(dir.resolve("old/film")));
    }

    @Test
    void anOlderVersionThatIsToBeReplacedIsOne() throws Exception {
        Files.createDirectories(fetch.out.resolve("tree"));
        Files.write(fetch.path(TREE, "film"), olderFilm());
        assertBasedOnTheOlderFilm(Optional.empty(), true);
    }

    @Test
    void anOlderVersionThatIsKnownIsFoundByItsName() throws Exception {
        Files.createDirectories(dir.resolve("old"));
        Files.write(dir.resolve("old/film"), olderFilm());
        Files.createDirectories(dir.resolve("other"));
        Files.write(dir.resolve("other/film"), new byte[6 * PIECE]);
        for (String each : List.of("other", "old")) {
            Hashing.of(fetch.store(), Scan.of(List.of(dir.resolve(each))).files(), PIECE, new Progress());
        }
        assertBasedOnTheOlderFilm(Optional.empty(), false);
    }

    @Test
    void whatIsInTheWayIsNeitherReplacedNorCopiedWithoutLeave() throws Exception {
        Files.createDirectories(fetch.out.resolve("tree"));
        Files.write(fetch.path(TREE, "film"), olderFilm());
        DiskFault fault = assertThrows(DiskFault.class, () -> fetch(Reuse.Whole.COPY));
        assertEquals(DiskFault.Kind.EXISTS, fault.kind());
        assertFalse(Files.exists(fetch.out.resolve("tree/film.part")));
    }

    @Test
    void anUnlikeFileOfTheSameLengthIsReplacedWithoutAQuestionForEachPiece() throws Exception {
        Files.createDirectories(fetch.out.resolve("tree"));
        Files.write(fetch.path(TREE, "film"), TestContent.random(99, (int) film().length()));
        FileHoldings holdings = FileHoldings.forFetch(fetch.store(), TREE.manifest, fetch.out, TREE.all(), true,
                Reuse.COPIES, new Progress());
        try (holdings) {
            holdings.listener(fetch.events);
            assertEquals(List.of(), holdings.partial());
            fetch.fetchAll(TREE, holdings);
        }
        fetch.assertFetched(TREE);
    }

    @Test
    void onlyWhatChangedOfATreeIsHashedAgain() throws Exception {
        add();
        Files.write(mine.resolve("my small"), new byte[321]);
        Files.write(mine.resolve("new"), new byte[123]);
        assertEquals(321 + 123, add());
    }

    @Test
    void listsForgetsAndDeletesShares() throws Exception {
        add();
        try (FileHoldings holdings = fetch(Reuse.Whole.COPY)) {
            holdings.finish();
        }
        Library.Known share = library.shares().getFirst();
        assertEquals(Library.State.WHOLE, share.state());
        assertEquals(BYTES, share.here());
        Files.writeString(fetch.path(TREE, "small"), "mine now");
        Path beside = Files.writeString(fetch.path(TREE, "deep/beside"), "not of the share");
        share = library.shares().getFirst();
        assertEquals(Library.State.PARTLY, share.state());
        assertEquals(BYTES - 5000, share.here());
        List<Path> deletable = library.deletable(share);
        assertEquals(3, deletable.size());
        library.delete(share, deletable);
        assertFalse(Files.exists(fetch.path(TREE, "film")));
        assertTrue(Files.exists(fetch.path(TREE, "small")), "it was changed since");
        assertTrue(Files.exists(beside));
        assertEquals(List.of(), library.shares());
        assertEquals(List.of(mine.resolve("my film")), library.where(film().root()));
    }

    @Test
    void aShareWhoseFilesAreGoneIsForgottenWithoutThem() throws Exception {
        add();
        try (FileHoldings holdings = fetch(Reuse.Whole.COPY)) {
            holdings.finish();
        }
        library.delete(library.shares().getFirst(), library.deletable(library.shares().getFirst()));
        assertFalse(Files.exists(fetch.out.resolve("tree")), "no empty folder stays");
        try (FileHoldings holdings = fetch(Reuse.Whole.COPY)) {
            holdings.finish();
        }
        for (Path path : library.deletable(library.shares().getFirst())) Files.delete(path);
        Library.Known gone = library.shares().getFirst();
        assertEquals(Library.State.PARTLY, gone.state(), "its folders are there");
        library.forget(gone);
        assertEquals(List.of(), library.shares());
    }
}
