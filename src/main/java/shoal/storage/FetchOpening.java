package shoal.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.Merkle;

/**
 * Finds out what of a download is on the disk already. What the database says is believed of a file that is the one it
 * knows (inode and size) and that nobody but us has changed since (time of the last change); of such a file, only the
 * blocks that were in flight are hashed. All others are hashed as a whole, on all cores.
 */
final class FetchOpening {
    /** We note when we write at least so often; a later change was not ours. */
    private static final long OURS_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Store store;
    private final Shelf shelf;
    private final TargetFolder target;
    private final ReceivedLog log;
    private final boolean overwrite;
    private final DownloadFile.Past past;
    private final Reuse reuse;
    private final Set<HeldFile> based = new HashSet<>();
    private long taken;
    private long assumed;
    private boolean isRepair;
    private final Progress progress;
    private final Bits have;
    private final List<PartialPiece> partial = new ArrayList<>();
    private Map<Integer, Leftovers> leftovers = Map.of();
    private final List<Store.Change> corrections = new ArrayList<>();

    /** A file of which something is on the disk, and what the database says of it. */
    private static final class Found {
        final HeldFile file;
        final Optional<FileStamp> whole;
        final Optional<FileStamp> part;
        Optional<Hash> place = Optional.empty();
        Optional<PartTable.Part> row = Optional.empty();
        BitSet proven = new BitSet();
        List<PartTable.Received> received = List.of();

        /** The database knows another file of this name: this one is too new for it. */
        void disbelieve() {
            file.part = -1;
            proven = new BitSet();
            received = List.of();
        }

        Found(HeldFile file, Optional<FileStamp> whole, Optional<FileStamp> part) {
            this.file = file;
            this.whole = whole;
            this.part = part;
        }
    }

    /** {@code past}: whether this download was begun before, and how that ended. */
    FetchOpening(Store store, Shelf shelf, TargetFolder target, ReceivedLog log, boolean overwrite,
            DownloadFile.Past past, Reuse reuse, Progress progress) {
        this.store = store;
        this.shelf = shelf;
        this.target = target;
        this.log = log;
        this.overwrite = overwrite;
        this.past = past;
        this.reuse = reuse;
        this.progress = progress;
        this.have = new Bits(shelf.manifest().pieceCount());
    }

    /** The pieces that are proven. */
    Bits have() {
        return have;
    }

    List<PartialPiece> partial() {
        return partial;
    }

    /** A file of which it is known what is right, and of some pieces in part, because it was verified just now. */
    void takeVerified(HeldFile file, Bits good, List<PartialPiece> inPart) throws DiskFault {
        isRepair = true;
        if (file.state() == HeldFile.State.PART) {
            takePart(file, good);
            partial.addAll(inPart);
        } else {
            for (int i = good.nextSet(0); i >= 0; i = good.nextSet(i + 1)) have.set(file.file.firstPiece() + i);
        }
    }

    /** Bytes of files that lay elsewhere on this disk, and of pieces of older versions. */
    long taken() {
        return taken;
    }

    private OlderVersion older() {
        return new OlderVersion(store, shelf, target, overwrite, reuse.base());
    }

    /** Bytes of blocks of older versions that may be right. */
    long assumed() {
        return assumed;
    }

    private void take(Map<HeldFile, FileStamp> files) {
        files.forEach((file, stamp) -> {
            taken += file.file.length();
            takeWhole(new Found(file, Optional.of(stamp), Optional.empty()), stamp, false);
        });
    }

    /** Looks at everything, and brings the database up to date with it. */
    void run() throws DiskFault {
        leftovers = Leftovers.read(log);
        if (reuse.whole() != Reuse.Whole.NO) {
            take(new LocalFiles(store, progress).take(shelf, target, reuse.whole()));
            if (!isRepair) based.addAll(older().copy());
        }
        List<Found> found = find();
        ask(found);
        var checks = new ArrayList<PieceCheck>();
        var doubtful = new ArrayList<Found>();
        for (Found each : found) {
            if (judge(each)) continue;
            doubtful.add(each);
            checks.add(check(each));
        }
        PieceCheck.run(checks, shelf.manifest().pieceLength(), progress);
        for (int i = 0; i < checks.size(); i++) settle(doubtful.get(i), checks.get(i));
        requireRoom();
        store.now(tables -> {
            for (Store.Change correction : corrections) correction.make(tables);
        });
        log.reset();
    }

    private List<Found> find() throws DiskFault {
        var found = new ArrayList<Found>();
        for (HeldFile file : shelf.files()) {
            if (!shelf.isWanted(file) || !shelf.isCanonical(file) || file.file.length() == 0) continue;
            if (file.state() != HeldFile.State.ABSENT) continue;
            var each = new Found(file, target.stamp(file.name), target.stamp(file.partName()));
            if (each.whole.isPresent() || each.part.isPresent()) found.add(each);
        }
        return found;
    }

    private void ask(List<Found> found) throws DiskFault {
        if (found.isEmpty()) return;
        store.ask(tables -> {
            for (Found each : found) ask(tables, each);
            return true;
        });
    }

    private static void ask(Tables tables, Found each) throws SQLException {
        if (each.whole.isPresent()) each.place = tables.places().root(each.file.path(), each.whole.get());
        each.row = tables.parts().find(each.file.path());
        if (each.row.isEmpty()) return;
        each.file.part = each.row.get().id();
        each.proven = tables.parts().proven(each.file.part);
        each.received = tables.parts().received(each.file.part);
    }

    /** Decides what can be decided without hashing the file; false if it must be hashed. */
    private boolean judge(Found each) throws DiskFault {
        HeldFile file = each.file;
        if (each.whole.isPresent()) {
            FileStamp stamp = each.whole.get();
            boolean known = each.place.isPresent() && each.place.get().equals(file.file.root())
                    && stamp.size() == file.file.length();
            if (known || isJustRenamed(each, stamp)) {
                takeWhole(each, stamp, known);
                return true;
            }
            if (stamp.size() == file.file.length()) return false;
            if (!overwrite) {
                throw Strangers.inTheWay(file.path(), stamp.size() + " bytes instead of " + file.file.length());
            }
        }
        return each.part.isEmpty() || judgePart(each, each.part.get());
    }

    /** Killed after the file got its name and before the database knew. */
    private static boolean isJustRenamed(Found each, FileStamp stamp) {
        if (each.row.isEmpty() || each.part.isPresent()) return false;
        PartTable.Part row = each.row.get();
        return row.root().equals(each.file.file.root())
                && row.stamp().inode() == stamp.inode()
                && row.stamp().size() == stamp.size()
                && isOurs(row, stamp, 0)
                && each.proven.cardinality() == each.file.file.blocks();
    }

    private static boolean isOurs(PartTable.Part row, FileStamp stamp, long touched) {
        long known = row.stamp().mtime();
        if (row.closed() && touched <= known) return stamp.mtime() == known;
        return stamp.mtime() >= known && stamp.mtime() <= Math.max(known, touched) + OURS_NANOS;
    }

    private boolean judgePart(Found each, FileStamp stamp) throws DiskFault {
        HeldFile file = each.file;
        if (stamp.size() != file.file.length()) {
            if (past != DownloadFile.Past.IN_ORDER && stamp.size() > 0 && stamp.size() < file.file.length()) {
                // a power failure may leave bytes and not the length, which is older
                file.lengthen();
                file.foundPart();
                return false;
            }
            // an empty one is what is left of a start that could not give it its length, or was killed before
            boolean isEmpty = stamp.size() == 0;
            if (!overwrite && !isEmpty) throw Strangers.inTheWay(target.path(file.partName()), Strangers.NO_PART);
            target.remove(file.partName());
            return true;
        }
        file.foundPart();
        Leftovers left = leftovers.get(file.file.index());
        boolean known = each.row.isPresent()
                && each.row.get().root().equals(file.file.root())
                && each.row.get().stamp().size() == stamp.size()
                && each.row.get().stamp().inode() == stamp.inode()
                && isOurs(each.row.get(), stamp, left == null ? 0 : left.touched);
        boolean made = left != null && left.inode == stamp.inode();
        if (!known && !made) return false;
        boolean isDoubted = known && past == DownloadFile.Past.POWER_LOST;
        if (isDoubted && !new Sample(store, file, target).isRight(each.proven)) return false;
        if (!known) each.disbelieve();
        resume(each, stamp, left);
        return true;
    }

    private PieceCheck check(Found each) {
        boolean whole = each.file.state() == HeldFile.State.ABSENT;
        return new PieceCheck(
                each.file.file,
                shelf.manifest().pieceLength(),
                () -> target.open(whole ? each.file.name : each.file.partName(), false));
    }

    /** A file that had to be hashed. */
    private void settle(Found each, PieceCheck check) throws DiskFault {
        HeldFile file = each.file;
        Bits good = check.good(shelf.layer(file.file));
        if (file.state() == HeldFile.State.ABSENT) {
            FileStamp stamp = each.whole.orElseThrow();
            if (good.isFull()) {
                takeWhole(each, stamp, false);
                return;
            }
            if (!overwrite) throw Strangers.inTheWay(file.path(), "other content");
            if (each.part.isPresent()) {
                if (judgePart(each, each.part.get())) return;
                var second = check(each);
                PieceCheck.run(List.of(second), shelf.manifest().pieceLength(), progress);
                good = second.good(shelf.layer(file.file));
            } else {
                // what is replaced may have much in common with what comes
                if (reuse.whole() == Reuse.Whole.NO || !older().isBegun(file, file.path())) return;
                file.foundPart();
                based.add(file);
            }
        }
        takePart(file, good);
        if (based.contains(file)) takeOlder(file, good);
    }

    /** A copy of an older version: what of it is right is taken, and the rest may be so in part. */
    private void takeOlder(HeldFile file, Bits good) throws DiskFault {
        boolean isAlike = !good.isEmpty() || good.size() == 1 || shelf.layer(file.file).isEmpty();
        var asFound = new PiecesAsFound(shelf);
        for (int i = 0; i < good.size(); i++) {
            int piece = file.file.firstPiece() + i;
            if (good.has(i)) taken += shelf.size(file, piece);
            else if (isAlike) asFound.look(file, piece, new BitSet()).ifPresent(this::assume);
        }
    }

    private void assume(PartialPiece piece) {
        partial.add(piece);
        HeldFile file = shelf.of(piece.piece());
        assumed += Math.min((long) piece.received().count() << Merkle.BLOCK_BITS, shelf.size(file, piece.piece()));
    }

    private void takeWhole(Found each, FileStamp stamp, boolean known) {
        HeldFile file = each.file;
        file.foundWhole(stamp);
        for (int piece = file.file.firstPiece(); piece < file.file.endPiece(); piece++) have.set(piece);
        if (known && each.row.isEmpty()) return;
        corrections.add(tables -> {
            tables.parts().remove(file.path());
            tables.places().put(file.path(), file.file.root(), stamp);
        });
    }

    private void takePart(HeldFile file, Bits good) throws DiskFault {
        var pieces = new ArrayList<Integer>();
        for (int i = good.nextSet(0); i >= 0; i = good.nextSet(i + 1)) pieces.add(file.file.firstPiece() + i);
        try (FileChannel channel = target.open(file.partName(), true)) {
            // that it can be read now does not say that it will be there after a power failure
            channel.force(false);
        } catch (IOException e) {
            throw Faults.of(e, "cannot force to the disk:", file.path());
        }
        for (int piece : pieces) have.set(piece);
        FileStamp stamp = file.partStamp();
        corrections.add(tables -> {
            // it may be a whole file that was damaged since, and is about to be written to
            tables.places().remove(file.path());
            file.part = tables.parts().add(file.path(), file.file.root(), stamp);
            tables.parts().prove(file.part, shelf.blocksOf(file, pieces));
        });
    }

    /** A part that is as we left it: what is proven is proven, what was in flight is hashed. */
    private void resume(Found each, FileStamp stamp, @Nullable Leftovers left) throws DiskFault {
        HeldFile file = each.file;
        var candidates = new TreeMap<Long, Hash>();
        for (PartTable.Received received : each.received) {
            for (int i = 0; i < received.leaves().size(); i++) {
                candidates.put(received.firstBlock() + i, received.leaves().at(i));
            }
        }
        if (left != null) candidates.putAll(left.leaves);
        candidates.keySet().removeIf(block -> each.proven.get((int) (long) block));
        NavigableMap<Long, Hash> there = new BlockCheck(file, target).keep(candidates);
        // a run stays within its piece: what is noted of a piece goes when that one is proven
        int inPiece = shelf.manifest().pieceLength() >> Merkle.BLOCK_BITS;
        var runs = new TreeMap<Long, List<Round.Run>>();
        there.forEach((block, leaf) -> runs.computeIfAbsent(block / inPiece, piece -> new ArrayList<>())
                .add(new Round.Run((int) (long) block, HashList.of(leaf))));
        corrections.add(tables -> {
            if (file.part < 0) file.part = tables.parts().add(file.path(), file.file.root(), stamp);
            else tables.parts().stamp(file.part, stamp.mtime(), false);
            tables.parts().forgetAll(file.part);
            for (List<Round.Run> ofPiece : runs.values()) {
                for (Round.Run run : Round.merged(ofPiece)) {
                    tables.parts().receive(file.part, run.firstBlock(), run.leaves());
                }
            }
        });
        for (int piece = file.file.firstPiece(); piece < file.file.endPiece(); piece++) {
            int first = (int) shelf.firstBlock(file, piece);
            int blocks = shelf.blocks(file, piece);
            int missing = each.proven.nextClearBit(first);
            if (missing >= first + blocks) have.set(piece);
            else partial(each, piece, first, blocks, there);
        }
    }

    private void partial(Found each, int piece, int first, int blocks, NavigableMap<Long, Hash> there)
            throws DiskFault {
        int provenBlock = each.proven.nextSetBit(first);
        boolean some = provenBlock >= 0 && provenBlock < first + blocks;
        if (!some && there.subMap((long) first, (long) first + blocks).isEmpty()) return;
        var received = new Bits(blocks);
        var leaves = new byte[blocks * Hash.BYTES];
        var check = new BlockCheck(each.file, target);
        for (int i = 0; i < blocks; i++) {
            // proven as a part of pieces of another length: the bytes are right, and hashed for their leaf
            Hash leaf = each.proven.get(first + i) ? check.leaf(first + i) : there.get((long) first + i);
            if (leaf == null) continue;
            received.set(i);
            leaf.write(leaves, i * Hash.BYTES);
        }
        partial.add(new PartialPiece(piece, received, HashList.wrap(leaves)));
    }

    private void requireRoom() throws DiskFault {
        long need = 0;
        for (HeldFile file : shelf.files()) {
            if (!shelf.isWanted(file)) continue;
            if (shelf.isCanonical(file)) need += file.state() == HeldFile.State.WHOLE ? 0 : file.file.length();
            else if (target.stamp(file.name).isEmpty()) need += file.file.length();
        }
        for (int piece = have.nextSet(0); piece >= 0; piece = have.nextSet(piece + 1)) {
            HeldFile file = shelf.of(piece);
            if (file.state() != HeldFile.State.WHOLE) need -= shelf.size(file, piece);
        }
        for (PartialPiece piece : partial) need -= (long) piece.received().count() << Merkle.BLOCK_BITS;
        long room = Faults.room(target.root());
        if (room >= 0 && need > room) throw Faults.full(need, target.root(), null);
    }
}
