package shoal.storage;

import java.io.File;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.Sha1List;
import shoal.merkle.Merkle;

/**
 * Finds out the roots and piece layers of files. What the store knows of a file that is still as it was costs nothing
 * more; all else is read and hashed on all cores, and its leaves go to the store while it is read, so that memory holds
 * piece layers only.
 */
public final class Hashing {
    /** Spans whose leaves the store has not taken yet, at most. */
    private static final int AHEAD = 256;

    /** Small files that are noted in one transaction: that writes each page of an index once and not for each file. */
    private static final int AT_ONCE = 4096;

    /** But no file waits longer for it. */
    private static final long NOTE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Store store;
    private final List<ScannedFile> files;
    private final int pieceLength;
    private final V1Pieces v1;
    private final Progress progress;
    private final @Nullable HashedFile[] results;
    private final Semaphore ahead = new Semaphore(AHEAD);
    private final AtomicReference<@Nullable DiskFault> failure = new AtomicReference<>();

    /** Numbers of small files that are hashed and not noted yet. Under its own monitor, with the time of the last. */
    private final List<Integer> unnoted = new ArrayList<>();

    private long noted = System.nanoTime();

    private Hashing(Store store, List<ScannedFile> files, int pieceLength, V1Pieces v1, Progress progress) {
        this.store = store;
        this.files = files;
        this.pieceLength = pieceLength;
        this.v1 = v1;
        this.progress = progress;
        results = new HashedFile[files.size()];
    }

    /**
     * The roots and layers of {@code files}, in their order, at pieces of {@code pieceLength} bytes.
     *
     * @throws DiskFault if a file cannot be read or changes meanwhile
     */
    public static List<HashedFile> of(Store store, List<ScannedFile> files, int pieceLength, Progress progress)
            throws DiskFault {
        return of(store, files, pieceLength, V1Pieces.NONE, progress);
    }

    /** The same, with what BitTorrent v1 knows the pieces by; no byte is read twice for it. */
    public static List<HashedFile> of(
            Store store, List<ScannedFile> files, int pieceLength, V1Pieces v1, Progress progress) throws DiskFault {
        var hashing = new Hashing(store, files, pieceLength, v1, progress);
        hashing.lookUp();
        hashing.hash();
        progress.check();
        var all = new ArrayList<HashedFile>(files.size());
        for (HashedFile result : hashing.results) {
            all.add(Objects.requireNonNull(result));
        }
        return all;
    }

    /** Takes from the store what it knows. */
    private void lookUp() throws DiskFault {
        store.ask(all -> all.view(tables -> {
            String folder = null;
            boolean isKnown = false;
            for (int i = 0; i < results.length; i++) {
                ScannedFile file = files.get(i);
                if (file.length() == 0) {
                    results[i] = new HashedFile(Hash.ZERO, HashList.EMPTY);
                    continue;
                }
                String path = file.path().toString();
                int end = path.lastIndexOf(File.separatorChar);
                if (folder == null || end != folder.length() || !path.startsWith(folder)) {
                    folder = path.substring(0, end);
                    isKnown = tables.places().knowsBelow(folder);
                }
                if (!isKnown) continue;
                Optional<Hash> root = tables.places().root(file.path(), file.stamp());
                if (root.isEmpty()) continue;
                HashedFile known = file.length() <= pieceLength
                        ? new HashedFile(root.get(), HashList.EMPTY)
                        : known(tables, root.get(), file.length());
                results[i] = known == null || v1 == V1Pieces.NONE ? known : withSha1(tables, known, file.length());
            }
            return "";
        }));
    }

    private @Nullable HashedFile known(Tables tables, Hash root, long length) throws SQLException {
        HashList layer = tables.contents().layer(root, length, pieceLength).orElse(null);
        if (layer != null) return new HashedFile(root, layer);
        long content = tables.contents().find(root, length);
        layer = content < 0 ? null : folded(tables, content, length);
        if (layer == null || !Merkle.rootOfLayer(layer, length, pieceLength).equals(root)) return null;
        return new HashedFile(root, layer);
    }

    private @Nullable HashedFile withSha1(Tables tables, HashedFile file, long length) throws SQLException {
        return tables.sha1s()
                .get(tables.contents().find(file.root(), length), length, pieceLength, v1)
                .map(sha1 -> new HashedFile(file.root(), file.layer(), sha1))
                .orElse(null);
    }

    /** The layer at another piece length, from the leaves. */
    private @Nullable HashList folded(Tables tables, long content, long length) throws SQLException {
        int levels = Merkle.pieceLayer(pieceLength);
        long blocks = Merkle.blocks(length);
        var layer = new byte[(int) ((length + pieceLength - 1) / pieceLength) * Hash.BYTES];
        int done = 0;
        for (long block = 0; block < blocks; block += 1L << levels) {
            int count = (int) Math.min(1L << levels, blocks - block);
            Optional<HashList> leaves = tables.contents().leaves(content, block, count);
            if (leaves.isEmpty()) return null;
            Merkle.fold(leaves.get(), 0, levels).write(layer, done);
            done += Hash.BYTES;
        }
        return HashList.wrap(layer);
    }

    private void hash() throws DiskFault {
        int[] numbers = IntStream.range(0, results.length).filter(i -> results[i] == null).toArray();
        if (numbers.length == 0) return;
        var jobs = new HashMap<Integer, Job>();
        var sources = new ArrayList<LeafRun.Source>(numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            ScannedFile file = files.get(numbers[i]);
            if (!isSmall(file)) jobs.put(i, new Job(numbers[i], file));
            sources.add(LeafRun.Source.of(file.path(), file.length()));
            progress.expect(file.length());
        }
        store.later(tables -> tables.contents().sweep(), () -> {}, fault -> {});
        boolean done = false;
        try {
            LeafRun.run(sources, pieceLength, v1, new ToStore(numbers, jobs), progress);
            progress.check();
            done = true;
        } finally {
            if (!done) jobs.values().forEach(Job::discard);
            // also if others failed: what is hashed is known
            note(0);
            ahead.acquireUninterruptibly(AHEAD);
        }
        failFast();
    }

    /** What the store could not take ends the run. */
    private void failFast() throws DiskFault {
        DiskFault failed = failure.get();
        if (failed != null) throw failed;
    }

    private void change(Store.Change change) throws DiskFault {
        failFast();
        queue(change);
    }

    private void queue(Store.Change change) {
        ahead.acquireUninterruptibly();
        store.later(change, ahead::release, fault -> {
            failure.compareAndSet(null, fault);
            ahead.release();
        });
    }

    /** Whether nothing is kept of the file but its root and its place. */
    private boolean isSmall(ScannedFile file) {
        return v1 == V1Pieces.NONE
                && file.length() <= pieceLength
                && Merkle.blocks(file.length()) <= Round.FEW_BLOCKS;
    }

    /** Notes the small files that are hashed, if they are so many, or it was not done for long. */
    private void note(int least) {
        List<Integer> some;
        synchronized (unnoted) {
            long now = System.nanoTime();
            if (unnoted.isEmpty() || (unnoted.size() < least && now - noted < NOTE_NANOS)) return;
            noted = now;
            some = List.copyOf(unnoted);
            unnoted.clear();
        }
        queue(tables -> {
            for (int number : some) {
                ScannedFile file = files.get(number);
                tables.places().put(file.path(), Objects.requireNonNull(results[number]).root(), file.stamp());
            }
        });
    }

    private static void checkUnchanged(ScannedFile file) throws DiskFault {
        try {
            if (FileStamp.of(file.path()).equals(file.stamp())) return;
        } catch (IOException e) {
            throw Faults.of(e, "cannot read", file.path());
        }
        throw new DiskFault(
                DiskFault.Kind.IO, file.path() + " changed while it was hashed; share it when it is done");
    }

    /** Hands on what comes of the run. */
    private final class ToStore implements LeafRun.Taker {
        /** The files that are read, and for those that are not small what is found out of them. */
        private final int[] numbers;

        private final Map<Integer, Job> jobs;

        ToStore(int[] numbers, Map<Integer, Job> jobs) {
            this.numbers = numbers;
            this.jobs = jobs;
        }

        @Override
        public void leaves(int source, long firstBlock, HashList leaves) throws DiskFault {
            Job job = jobs.get(source);
            if (job != null) job.leaves(firstBlock, leaves);
            else small(new int[] {source}, new int[] {leaves.size()}, leaves);
        }

        @Override
        public void small(int[] sources, int[] counts, HashList leaves) throws DiskFault {
            HashList roots = Merkle.roots(leaves, counts);
            var whole = new ArrayList<Integer>(sources.length);
            int from = 0;
            for (int i = 0; i < sources.length; from += counts[i++]) {
                Job job = jobs.get(sources[i]);
                if (job != null) {
                    job.leaves(0, leaves.slice(from, from + counts[i]));
                    continue;
                }
                int number = numbers[sources[i]];
                checkUnchanged(files.get(number));
                results[number] = new HashedFile(roots.at(i), HashList.EMPTY);
                whole.add(number);
            }
            synchronized (unnoted) {
                unnoted.addAll(whole);
            }
            note(AT_ONCE);
            failFast();
        }

        @Override
        public void sha1(int source, long firstBlock, Sha1List pieces) {
            // who asked for it has no small files
            Objects.requireNonNull(jobs.get(source)).sha1(firstBlock, pieces);
        }

        @Override
        public void unreadable(int source, IOException cause) throws DiskFault {
            throw Faults.of(cause, "cannot read", files.get(numbers[source]).path());
        }
    }

    /** One file to be hashed. Its spans come from several threads, but the one that is last is alone with the end. */
    private final class Job {
        private final int number;
        private final ScannedFile file;
        private final LayerInProgress layer;
        private final byte[] sha1;
        private long content = -1;

        Job(int number, ScannedFile file) {
            this.number = number;
            this.file = file;
            this.layer = new LayerInProgress(file.length(), pieceLength);
            int pieces = v1 == V1Pieces.NONE ? 0 : Math.toIntExact(Math.ceilDiv(file.length(), (long) pieceLength));
            this.sha1 = new byte[pieces * Sha1List.HASH];
        }

        /** Of a span, before its leaves come: who brings the last leaves finds all of it here. */
        void sha1(long firstBlock, Sha1List pieces) {
            pieces.write(sha1, (int) (firstBlock >>> Merkle.pieceLayer(pieceLength)) * Sha1List.HASH);
        }

        void leaves(long firstBlock, HashList leaves) throws DiskFault {
            layer.put(firstBlock, leaves);
            if (leaves.size() == Merkle.blocks(file.length())) {
                finish(leaves);
                return;
            }
            long nameless = content();
            change(tables -> tables.contents().putLeaves(nameless, firstBlock, leaves));
            if (layer.isWholeWith(leaves.size())) finish(HashList.EMPTY);
        }

        /** The file is hashed: what is known of it belongs to its root from now on. */
        private void finish(HashList all) throws DiskFault {
            checkUnchanged(file);
            Hash root = layer.root();
            HashList pieces = file.length() > pieceLength ? layer.pieces() : HashList.EMPTY;
            long nameless = all.size() == 0 ? content() : -1;
            Sha1List sums = Sha1List.wrap(sha1);
            change(tables -> {
                ContentTable contents = tables.contents();
                if (nameless >= 0) contents.name(nameless, root, file.length());
                if (all.size() > Round.FEW_BLOCKS) contents.putLeaves(contents.id(root, file.length()), 0, all);
                if (pieces.size() > 0) contents.putLayer(contents.id(root, file.length()), pieceLength, pieces);
                if (sums.size() > 0) {
                    tables.sha1s().put(contents.id(root, file.length()), file.length(), pieceLength, v1, sums);
                }
                tables.places().put(file.path(), root, file.stamp());
            });
            results[number] = new HashedFile(root, pieces, sums);
        }

        /** The number under which the store keeps the leaves until the root is known. */
        private synchronized long content() throws DiskFault {
            if (content < 0) {
                var number = new long[1];
                store.now(tables -> number[0] = tables.contents().nameless());
                content = number[0];
            }
            return content;
        }

        /** The file was not hashed to its end: leaves without a root are of no use. */
        synchronized void discard() {
            long nameless = content;
            if (nameless < 0 || results[number] != null) return;
            store.later(tables -> tables.contents().discard(nameless), () -> {}, fault -> {});
        }
    }
}
