package shoal.storage;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.Merkle;

/**
 * Finds out the roots and piece layers of files. What the store knows of a file that is still as it was costs nothing
 * more; all else is read and hashed on all cores, and its leaves go to the store while it is read, so that memory holds
 * piece layers only.
 */
public final class Hashing {
    /** Spans whose leaves the store has not taken yet, at most. */
    private static final int AHEAD = 256;

    private final Store store;
    private final List<ScannedFile> files;
    private final int pieceLength;
    private final Progress progress;
    private final @Nullable HashedFile[] results;

    private Hashing(Store store, List<ScannedFile> files, int pieceLength, Progress progress) {
        this.store = store;
        this.files = files;
        this.pieceLength = pieceLength;
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
        var hashing = new Hashing(store, files, pieceLength, progress);
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
        store.ask(tables -> {
            for (int i = 0; i < results.length; i++) {
                ScannedFile file = files.get(i);
                if (file.length() == 0) {
                    results[i] = new HashedFile(Hash.ZERO, HashList.EMPTY);
                    continue;
                }
                Optional<Hash> root = tables.places().root(file.path(), file.stamp());
                if (root.isEmpty()) continue;
                if (file.length() <= pieceLength) results[i] = new HashedFile(root.get(), HashList.EMPTY);
                else results[i] = known(tables, root.get(), file.length());
            }
            return "";
        });
    }

    private @Nullable HashedFile known(Tables tables, Hash root, long length) throws SQLException {
        HashList layer = tables.contents().layer(root, length, pieceLength).orElse(null);
        if (layer != null) return new HashedFile(root, layer);
        long content = tables.contents().find(root);
        layer = content < 0 ? null : folded(tables, content, length);
        if (layer == null || !Merkle.rootOfLayer(layer, length, pieceLength).equals(root)) return null;
        return new HashedFile(root, layer);
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
        var missing = new ArrayList<Integer>();
        var sources = new ArrayList<LeafRun.Source>();
        long bytes = 0;
        for (int i = 0; i < results.length; i++) {
            if (results[i] != null) continue;
            missing.add(i);
            sources.add(new LeafRun.Source(files.get(i).path(), files.get(i).length()));
            bytes += files.get(i).length();
        }
        progress.expect(bytes);
        if (missing.isEmpty()) return;
        var taker = new ToStore(missing);
        LeafRun.run(sources, pieceLength, taker, progress);
        taker.awaitStore();
    }

    /** Sends leaves to the store as they come and puts each file's hashes together. */
    private final class ToStore implements LeafRun.Taker {
        private final List<Integer> numbers;
        private final List<LayerInProgress> layers = new ArrayList<>();
        private final Semaphore ahead = new Semaphore(AHEAD);
        private final AtomicReference<@Nullable DiskFault> failure = new AtomicReference<>();

        ToStore(List<Integer> numbers) {
            this.numbers = numbers;
            for (int number : numbers) layers.add(new LayerInProgress(files.get(number).length()));
        }

        @Override
        public void leaves(int source, long firstBlock, HashList leaves) throws DiskFault {
            LayerInProgress layer = layers.get(source);
            ScannedFile file = files.get(numbers.get(source));
            layer.put(firstBlock, leaves);
            if (leaves.size() == Merkle.blocks(file.length())) {
                finish(source, Merkle.root(leaves, file.length()), leaves);
                return;
            }
            long content = layer.content();
            change(tables -> tables.contents().putLeaves(content, firstBlock, leaves));
            if (layer.isWholeWith(leaves.size())) finish(source, layer.root(), HashList.EMPTY);
        }

        /** The file is hashed: what is known of it belongs to its root from now on. */
        private void finish(int source, Hash root, HashList leaves) throws DiskFault {
            ScannedFile file = files.get(numbers.get(source));
            checkUnchanged(file);
            LayerInProgress layer = layers.get(source);
            HashList pieceLayer = file.length() > pieceLength ? layer.hashes() : HashList.EMPTY;
            long nameless = leaves.size() == 0 ? layer.content() : -1;
            change(tables -> {
                ContentTable contents = tables.contents();
                if (leaves.size() != 1) {
                    long content = nameless >= 0 ? contents.name(nameless, root) : contents.id(root);
                    if (leaves.size() > 0) contents.putLeaves(content, 0, leaves);
                    if (pieceLayer.size() > 0) contents.putLayer(content, pieceLength, pieceLayer);
                }
                tables.places().put(file.path(), root, file.stamp());
            });
            results[numbers.get(source)] = new HashedFile(root, pieceLayer);
        }

        private void checkUnchanged(ScannedFile file) throws DiskFault {
            try {
                if (FileStamp.of(file.path()).equals(file.stamp())) return;
            } catch (IOException e) {
                throw Faults.of(e, "reading", file.path());
            }
            throw new DiskFault(
                    DiskFault.Kind.IO, file.path() + " changed while it was hashed; share it when it is done");
        }

        private void change(Store.Change change) throws DiskFault {
            ahead.acquireUninterruptibly();
            DiskFault failed = failure.get();
            if (failed != null) throw failed;
            store.later(change, ahead::release, fault -> {
                failure.compareAndSet(null, fault);
                ahead.release();
            });
        }

        void awaitStore() throws DiskFault {
            ahead.acquireUninterruptibly(AHEAD);
            DiskFault failed = failure.get();
            if (failed != null) throw failed;
        }

        @Override
        public void unreadable(int source, IOException cause) throws DiskFault {
            throw Faults.of(cause, "reading", files.get(numbers.get(source)).path());
        }
    }

    /** A file's piece layer while its spans come in any order; spans are whole pieces, so they do not touch. */
    private final class LayerInProgress {
        private final long length;
        private final byte[] hashes;
        private final AtomicLong missing;
        private long content = -1;

        LayerInProgress(long length) {
            this.length = length;
            int pieces = (int) ((length + pieceLength - 1) / pieceLength);
            hashes = new byte[length > pieceLength ? pieces * Hash.BYTES : 0];
            missing = new AtomicLong(Merkle.blocks(length));
        }

        void put(long firstBlock, HashList leaves) {
            if (hashes.length == 0) return;
            int levels = Merkle.pieceLayer(pieceLength);
            int piece = (int) (firstBlock >>> levels);
            for (int from = 0; from < leaves.size(); from += 1 << levels, piece++) {
                int to = Math.min(leaves.size(), from + (1 << levels));
                Merkle.fold(leaves.slice(from, to), 0, levels).write(hashes, piece * Hash.BYTES);
            }
        }

        /** Says that the leaves of so many more blocks have been put and queued; the last ones make it whole. */
        boolean isWholeWith(int blocks) {
            return missing.addAndGet(-blocks) == 0;
        }

        HashList hashes() {
            return HashList.wrap(hashes);
        }

        Hash root() {
            return Merkle.rootOfLayer(hashes(), length, pieceLength);
        }

        /** The number under which the store keeps the leaves until the root is known. */
        synchronized long content() throws DiskFault {
            if (content < 0) {
                var number = new long[1];
                store.now(tables -> number[0] = tables.contents().nameless());
                content = number[0];
            }
            return content;
        }
    }
}
