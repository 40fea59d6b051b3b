package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/** Files are damaged in every way, and brought back without a swarm: the test says what a peer would have sent. */
@Timeout(60)
final class RepairTest extends TestDownloads {
    private static final int BLOCK = 16 << 10;
    private static final int PIECE = 64 << 10;
    private static final byte[] TWIN = TestContent.random(1, 3 * PIECE + 5);
    private static final TestContent TREE = TestContent.ofBytes("tree", PIECE, Map.of(
            "a", TWIN, "b", TWIN, "film", TestContent.random(2, 6 * PIECE + 100), "empty", new byte[0]));
    private static final Endpoint GIVER = new Endpoint(InetAddress.getLoopbackAddress(), 7);

    private List<Path> paths;

    @BeforeEach
    void write() throws Exception {
        paths = TREE.write(dir.resolve("data"));
    }

    private Path path(String name) {
        return dir.resolve("data/tree").resolve(name);
    }

    private List<FileCheck> verify() throws DiskFault {
        return verify(TREE.all());
    }

    private List<FileCheck> verify(Bits selected) throws DiskFault {
        return Verification.of(fetch.store(), TREE.manifest, paths, selected, new Progress());
    }

    private Repair begin() throws DiskFault {
        return begin(verify());
    }

    private Repair begin(List<FileCheck> checks) throws DiskFault {
        Repair repair = Repair.open(fetch.store(), TREE.manifest, dir.resolve("data/tree"), checks, new Progress());
        repair.holdings().listener(fetch.events);
        return repair;
    }

    /** Does what a swarm would: sends the blocks that are not what they should be. Returns how many. */
    private int send(Repair repair, int piece) throws DiskFault {
        Holdings holdings = repair.holdings();
        HashList right = TREE.pieceLeaves(piece);
        Optional<PartialPiece> there = holdings.partial().stream().filter(part -> part.piece() == piece).findFirst();
        int sent = 0;
        for (int block = 0; block < TREE.manifest.blocksIn(piece); block++) {
            if (there.isPresent() && there.get().leaves().at(block).equals(right.at(block))) continue;
            TREE.receive(holdings, piece, block, 1);
            holdings.came(piece, block, Optional.of(GIVER));
            sent++;
        }
        holdings.proven(piece, right);
        return sent;
    }

    private int sendAll(Repair repair) throws DiskFault {
        Holdings holdings = repair.holdings();
        Bits have = holdings.have();
        Bits wanted = repair.wanted();
        int pieces = 0;
        int blocks = 0;
        for (int piece = have.nextClear(0); piece >= 0; piece = have.nextClear(piece + 1)) {
            boolean isWanted = wanted.has(TREE.manifest.fileOf(piece).index());
            if (!isWanted || holdings.canonical(piece) != piece) continue;
            blocks += send(repair, piece);
            pieces++;
        }
        fetch.events.await(StorageEvent.Committed.class, pieces);
        holdings.finish();
        return blocks;
    }

    private void assertAllRight() throws Exception {
        for (FileCheck check : verify()) assertEquals(FileCheck.State.OK, check.state(), check.toString());
        try (var all = Files.walk(dir.resolve("data"))) {
            assertEquals(List.of(), all.filter(path -> path.toString().endsWith(".part")).toList());
        }
    }

    private Optional<Hash> known(String name) throws Exception {
        Path path = path(name).toRealPath();
        FileStamp stamp = FileStamp.of(path);
        return fetch.store().ask(tables -> tables.places().root(path, stamp));
    }

    private static List<String> told(Repair repair) {
        var told = new ArrayList<String>();
        for (Repaired each : repair.repaired()) {
            String name = TREE.manifest.files().get(each.file()).name();
            told.add(name + " " + each.offset() + " +" + each.length() + " " + each.from());
        }
        return told;
    }

    @Test
    void onlyTheBlocksThatAreBadAreTakenAndTheFileStaysWhereItIs() throws Exception {
        FileStamp before = FileStamp.of(path("film"));
        Damage.flip(path("film"), 2 * PIECE + BLOCK + 7);
        Damage.flip(path("film"), 6 * PIECE + 99);
        Repair repair = begin();
        assertEquals(2, sendAll(repair));
        assertEquals(List.of("film " + (2 * PIECE + BLOCK) + " +16384 127.0.0.1:7",
                "film " + 6 * PIECE + " +100 127.0.0.1:7"), told(repair));
        repair.holdings().close();
        assertEquals(before.inode(), FileStamp.of(path("film")).inode());
        assertTrue(known("film").isPresent());
        assertAllRight();
    }

    @Test
    void knownLeavesTellTheBadBlocksBeforehand() throws Exception {
        Hashing.of(fetch.store(), Scan.of(List.of(dir.resolve("data/tree"))).files(), PIECE, new Progress());
        Damage.flip(path("film"), PIECE + 2 * BLOCK);
        Repair repair = begin();
        PartialPiece part = repair.holdings().partial().getFirst();
        assertEquals(3, part.received().count());
        assertFalse(part.received().has(2));
        assertEquals(1, sendAll(repair));
        repair.holdings().close();
        assertAllRight();
    }

    @Test
    void nothingIsClaimedToBeWholeWhileItIsNot() throws Exception {
        Damage.flip(path("film"), 0);
        Damage.flip(path("film"), 5 * PIECE);
        List<FileCheck> found = verify();
        // somebody claims it all the same: a process that hashed it before the damage
        Path film = path("film").toRealPath();
        FileStamp stamp = FileStamp.of(film);
        Hash root = TREE.manifest.fileOf(TREE.firstPiece("film")).root();
        fetch.store().now(tables -> tables.places().put(film, root, stamp));
        Repair repair = Repair.open(
                fetch.store(), TREE.manifest, dir.resolve("data/tree"), found, new Progress());
        repair.holdings().listener(fetch.events);
        assertEquals(Optional.empty(), fetch.store().ask(tables -> tables.places().root(film, stamp)));
        send(repair, TREE.firstPiece("film"));
        fetch.events.await(StorageEvent.Committed.class, 1);
        assertEquals(Optional.empty(), known("film"), "as it would be after a kill");
        assertEquals(List.of("film 0 +16384 127.0.0.1:7"), told(repair));
        FileCheck film2 = found.stream().filter(check -> check.path().endsWith("film")).findFirst().orElseThrow();
        assertEquals(List.of(new FileCheck.Range(5 * PIECE, PIECE)), repair.remaining(film2).bad());
        assertFalse(repair.isWhole(film2.file()));
        repair.holdings().close();
        assertEquals(Optional.empty(), known("film"));
        assertEquals(Optional.empty(), fetch.store().ask(tables -> tables.parts().find(film)));
        Repair second = begin();
        assertEquals(1, sendAll(second));
        second.holdings().close();
        assertAllRight();
    }

    @Test
    void whatIsCutOffOrMissingComesBackAndWhatIsThereIsNotTakenAgain() throws Exception {
        Damage.length(path("film"), 4 * PIECE + BLOCK + 5);
        Files.delete(path("a"));
        Files.delete(path("b"));
        Files.delete(path("empty"));
        Repair repair = begin();
        int cut = 3 + 4 + 1;
        assertEquals(cut + 13, sendAll(repair), "the twins are sent once");
        repair.holdings().close();
        assertAllRight();
    }

    @Test
    void aFileWithTheSameBytesGivesThemAndNobodyIsAsked() throws Exception {
        Damage.flip(path("a"), PIECE + 1);
        Repair repair = begin();
        assertTrue(repair.isComplete());
        repair.holdings().finish();
        assertEquals(List.of("a " + PIECE + " +16384 " + path("b").toRealPath()), told(repair));
        repair.holdings().close();
        assertTrue(known("a").isPresent());
        assertAllRight();
    }

    @Test
    void whatIsNotSelectedStaysAsItIs() throws Exception {
        Damage.flip(path("a"), PIECE + 1);
        Damage.flip(path("film"), 1);
        Files.delete(path("b"));
        byte[] film = Files.readAllBytes(path("film"));
        var selected = new Bits(TREE.manifest.files().size());
        selected.set(TREE.manifest.fileOf(TREE.firstPiece("a")).index());
        Repair repair = begin(verify(selected));
        assertEquals(1, sendAll(repair));
        repair.holdings().close();
        assertEquals(-1, Arrays.mismatch(TWIN, Files.readAllBytes(path("a"))));
        assertTrue(Files.notExists(path("b")), "its bytes are at hand, but nobody asked for it");
        assertArrayEquals(film, Files.readAllBytes(path("film")));
    }

    @Test
    void twinsThatAreBothDamagedAreSentOnce() throws Exception {
        Damage.flip(path("a"), PIECE + 1);
        Damage.flip(path("b"), 2 * PIECE + 1);
        Repair repair = begin();
        assertEquals(1, sendAll(repair));
        assertEquals(2, told(repair).size());
        repair.holdings().close();
        assertAllRight();
    }

    @Test
    void whatIsTooMuchIsCutOff() throws Exception {
        Damage.length(path("film"), 6 * PIECE + 101);
        Files.write(path("empty"), new byte[1]);
        Repair repair = begin();
        assertTrue(repair.isComplete());
        repair.holdings().finish();
        repair.holdings().close();
        assertAllRight();
    }

    @Test
    void twoDoNotRepairTheSameFiles() throws Exception {
        Damage.flip(path("film"), 0);
        Repair repair = begin();
        DiskFault fault = assertThrows(DiskFault.class, this::begin);
        assertEquals(DiskFault.Kind.IN_USE, fault.kind());
        repair.holdings().close();
    }

    @Test
    void whatWasRightIsGivenToOthersMeanwhile() throws Exception {
        Damage.flip(path("film"), 0);
        Repair repair = begin();
        int second = TREE.firstPiece("film") + 1;
        assertTrue(repair.holdings().have().has(second));
        var read = ByteBuffer.allocate(PIECE);
        repair.holdings().read(second, 0, read);
        assertEquals(ByteBuffer.wrap(TREE.piece(second)), read.flip());
        repair.holdings().close();
    }

    @Test
    void noLinkIsFollowedToWhatLiesElsewhere() throws Exception {
        Path elsewhere = Files.move(path("film"), dir.resolve("elsewhere"));
        Files.createSymbolicLink(path("film"), elsewhere);
        List<FileCheck> found = verify();
        assertEquals(1, found.stream().filter(check -> check.state() == FileCheck.State.UNREADABLE).count());
        Repair repair = begin();
        assertFalse(repair.wanted().has(TREE.manifest.fileOf(TREE.firstPiece("film")).index()));
        repair.holdings().close();
    }
}
