package shoal.storage;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/**
 * What was reported to a {@link Keeper} between two of its rounds, and how it is made to last. Filled under its
 * lock; afterwards the keeper's thread alone has it.
 */
final class Round {
    /** A file up to this size that is complete is noted as whole at once, not first by its pieces. */
    private static final long SMALL = 16 << 20;

    /** Leaves of so few blocks are not kept: to hash the blocks again is as quick as to ask the database. */
    static final int FEW_BLOCKS = 4;

    final Map<Integer, List<Run>> received = new LinkedHashMap<>();
    final Map<Integer, HashList> proven = new TreeMap<>();
    final Set<Integer> forgotten = new LinkedHashSet<>();

    /** What could not be logged, and counts as recorded only when this round is committed. */
    final List<StorageEvent> recorded = new ArrayList<>();

    long provenBytes;
    int logHalf;

    /** Blocks of a piece that came in a row. */
    record Run(int firstBlock, HashList leaves) {}

    /** What the round does to one file. */
    private static final class Touched {
        final HeldFile file;
        final List<Integer> proven = new ArrayList<>();
        final List<Integer> received = new ArrayList<>();
        final List<Integer> forgotten = new ArrayList<>();
        boolean whole;
        boolean atOnce;
        @Nullable FileStamp stamp;

        Touched(HeldFile file) {
            this.file = file;
        }
    }

    boolean isEmpty() {
        return received.isEmpty() && proven.isEmpty() && forgotten.isEmpty();
    }

    /** Does all of it. On the keeper's thread. */
    void run(Keeper keeper) throws DiskFault {
        Collection<Touched> touched = touched(keeper);
        List<Touched> toForce = touched.stream().filter(each -> !each.proven.isEmpty()).toList();
        keeper.crew.all(toForce, each -> force(keeper, each));
        List<Touched> first = touched.stream().filter(each -> !each.atOnce).toList();
        if (!first.isEmpty()) {
            for (Touched each : first) each.stamp = each.file.partStamp();
            commit(keeper, tables -> {
                for (Touched each : first) note(keeper, tables, each);
            }, first, recorded);
        }
        List<Touched> whole = touched.stream().filter(each -> each.whole).toList();
        if (!whole.isEmpty()) finish(keeper, whole);
        keeper.log().clear(logHalf);
    }

    private Collection<Touched> touched(Keeper keeper) {
        var files = new LinkedHashMap<HeldFile, Touched>();
        for (int piece : received.keySet()) touched(keeper, files, piece).received.add(piece);
        for (int piece : forgotten) touched(keeper, files, piece).forgotten.add(piece);
        for (int piece : proven.keySet()) touched(keeper, files, piece).proven.add(piece);
        for (Touched each : files.values()) {
            each.whole = !each.proven.isEmpty() && isWhole(keeper, each);
            // killed between the name and the note, the next start must hash it; so nothing that was known before
            boolean isNew = each.file.part < 0 && recorded.isEmpty();
            each.atOnce = each.whole && isNew && each.file.file.length() <= SMALL;
        }
        return files.values();
    }

    private static Touched touched(Keeper keeper, Map<HeldFile, Touched> files, int piece) {
        return files.computeIfAbsent(keeper.shelf.of(piece), Touched::new);
    }

    private boolean isWhole(Keeper keeper, Touched each) {
        for (int piece = each.file.file.firstPiece(); piece < each.file.file.endPiece(); piece++) {
            if (!proven.containsKey(piece) && !keeper.has(piece)) return false;
        }
        return true;
    }

    private static void force(Keeper keeper, Touched each) throws DiskFault {
        try (OpenFiles.Opened opened = keeper.open.use(each.file)) {
            keeper.forcing.force(opened.channel());
        } catch (IOException e) {
            // the system may have dropped what it could not write, and a second try would seem to succeed: whatever is
            // not proven already has to come again
            keeper.log().forgotten(each.file.file.index(), 0, Integer.MAX_VALUE);
            keeper.store.later(tables -> tables.parts().forgetAll(each.file.part), () -> {}, fault -> {});
            throw Faults.of(e, "cannot force to the disk:", each.file.path());
        }
    }

    private static void commit(
            Keeper keeper, Store.Change change, List<Touched> files, List<StorageEvent> also) throws DiskFault {
        var pieces = new ArrayList<Integer>();
        for (Touched each : files) pieces.addAll(each.proven);
        var done = new CompletableFuture<@Nullable Void>();
        keeper.store.later(change, () -> {
            keeper.committed(pieces);
            also.forEach(keeper::tellNow);
            for (int piece : pieces) keeper.tellNow(new StorageEvent.Committed(piece));
            done.complete(null);
        }, done::completeExceptionally);
        keeper.store.await(done);
    }

    private void note(Keeper keeper, Tables tables, Touched each) throws SQLException {
        HeldFile file = each.file;
        FileStamp stamp = each.stamp;
        if (stamp == null) throw new IllegalStateException("a part is noted with its stamp");
        if (file.part < 0) file.part = tables.parts().add(file.path(), file.file.root(), stamp);
        else tables.parts().stamp(file.part, stamp.mtime(), false);
        for (int piece : each.forgotten) {
            tables.parts().forget(file.part, keeper.shelf.firstBlock(file, piece), keeper.shelf.blocks(file, piece));
        }
        for (int piece : each.received) {
            for (Run run : merged(received.getOrDefault(piece, List.of()))) {
                tables.parts().receive(file.part, keeper.shelf.firstBlock(file, piece) + run.firstBlock, run.leaves);
            }
        }
        if (each.proven.isEmpty()) return;
        tables.parts().prove(file.part, keeper.shelf.blocksOf(file, each.proven));
        putLeaves(keeper, tables, each);
    }

    private void putLeaves(Keeper keeper, Tables tables, Touched each) throws SQLException {
        HeldFile file = each.file;
        if (file.file.blocks() <= FEW_BLOCKS) return;
        long content = tables.contents().id(file.file.root(), file.file.length());
        var runs = new ArrayList<Run>();
        for (int piece : each.proven) {
            HashList leaves = proven.get(piece);
            // whole files have fewer than 2^31 blocks, which the manifest's limits see to
            if (leaves != null) runs.add(new Run((int) keeper.shelf.firstBlock(file, piece), leaves));
        }
        for (Run run : merged(runs)) tables.contents().putLeaves(content, run.firstBlock, run.leaves);
    }

    /** The same runs with those joined that follow each other. */
    static List<Run> merged(List<Run> runs) {
        if (runs.size() < 2) return runs;
        List<Run> sorted = runs.stream().sorted(Comparator.comparingInt(Run::firstBlock)).toList();
        var merged = new ArrayList<Run>();
        for (int from = 0; from < sorted.size(); ) {
            int to = from + 1;
            int end = sorted.get(from).firstBlock + sorted.get(from).leaves.size();
            while (to < sorted.size() && sorted.get(to).firstBlock == end) end += sorted.get(to++).leaves.size();
            merged.add(to == from + 1 ? sorted.get(from) : join(sorted.subList(from, to), end));
            from = to;
        }
        return merged;
    }

    private static Run join(List<Run> runs, int end) {
        int first = runs.getFirst().firstBlock;
        var bytes = new byte[(end - first) * Hash.BYTES];
        for (Run run : runs) run.leaves.write(0, run.leaves.size(), bytes, (run.firstBlock - first) * Hash.BYTES);
        return new Run(first, HashList.wrap(bytes));
    }

    /** Gives complete files their names, and then notes them as whole: killed in between, the next start sees it. */
    private void finish(Keeper keeper, List<Touched> whole) throws DiskFault {
        for (Touched each : whole) {
            each.stamp = each.file.rename();
            keeper.open.drop(each.file);
        }
        HeldFile.syncFolders(whole.stream().map(each -> each.file).toList());
        List<Touched> atOnce = whole.stream().filter(each -> each.atOnce).toList();
        var done = new ArrayList<StorageEvent>();
        for (Touched each : whole) done.add(new StorageEvent.FileDone(each.file.file.index(), each.file.path()));
        commit(keeper, tables -> {
            for (Touched each : atOnce) putLeaves(keeper, tables, each);
            for (Touched each : whole) {
                FileStamp stamp = each.stamp;
                if (stamp != null) tables.places().put(each.file.path(), each.file.file.root(), stamp);
                if (each.file.part >= 0) tables.parts().remove(each.file.path());
            }
        }, atOnce, List.of());
        done.forEach(keeper::tell);
    }
}
