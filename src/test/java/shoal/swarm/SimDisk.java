package shoal.swarm;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.storage.DiskFault;
import shoal.storage.Holdings;
import shoal.storage.PartialPiece;
import shoal.storage.StorageEvent;

/**
 * One peer's disk, which outlives its process: blocks that were recorded and pieces that were committed are found
 * again, all else is lost. It checks that what is called proven is what the share's maker hashed.
 */
final class SimDisk {
    final SimContent content;
    final Bits files;
    private final Timeline timeline;
    private final RandomGenerator random;
    private final Bits committed;
    private final int[] canonical;
    private final Map<Integer, Hash[]> written = new HashMap<>();
    private final Map<Integer, Hash[]> recorded = new HashMap<>();
    private final Map<Hash, HashList> layers = new HashMap<>();
    private final Map<Integer, Long> lost = new HashMap<>();

    /** Fails from this many writes on; never if negative. */
    long failsAfter = -1;

    private long writes;

    SimDisk(SimContent content, Bits files, Timeline timeline, RandomGenerator random) {
        this.content = content;
        this.files = files;
        this.timeline = timeline;
        this.random = random;
        committed = new Bits(content.manifest.pieceCount());
        canonical = new int[committed.size()];
        for (int i = 0; i < canonical.length; i++) canonical[i] = content.canonical(i, files);
    }

    void fill() {
        committed.fill();
    }

    /** Has this piece from the beginning. */
    void put(int piece) {
        committed.set(canonical[piece]);
    }

    boolean has(int piece) {
        return committed.has(canonical[piece]);
    }

    /** Whether it has this piece or lost it so lately that the word of it may still be in the swarm's mailbox. */
    boolean hadJustNow(int piece) {
        Long when = lost.get(canonical[piece]);
        return has(piece) || (when != null && timeline.now() - when < Timeline.millis(10));
    }

    int count() {
        return committed.count();
    }

    Map<Hash, HashList> layers() {
        return layers;
    }

    /** What is in a block of a piece that we hold. */
    @Nullable Hash read(int piece, int block) {
        int original = canonical[piece];
        if (!committed.has(original)) return null;
        return content.leaf(original, block);
    }

    /** Opens the files; the process that had them open is gone. */
    Open open() {
        written.clear();
        return new Open();
    }

    private boolean isRight(int piece) {
        Hash[] blocks = written.get(piece);
        for (int i = 0; i < content.manifest.blocksIn(piece); i++) {
            if (blocks == null || !content.leaf(piece, i).equals(blocks[i])) return false;
        }
        return true;
    }

    private Hash[] blocks(Map<Integer, Hash[]> where, int piece) {
        return where.computeIfAbsent(piece, key -> new Hash[content.manifest.blocksIn(key)]);
    }

    /** The disk as one process has it open. */
    final class Open implements Holdings {
        private Consumer<StorageEvent> listener = event -> {};
        private long recordedUntil;
        private boolean closed;

        /** What the block that is being written consists of; its bytes are not there. */
        Hash incoming = Hash.ZERO;

        @Override
        public Bits have() {
            var have = new Bits(committed.size());
            for (int piece = 0; piece < have.size(); piece++) {
                if (committed.has(canonical(piece))) have.set(piece);
            }
            return have;
        }

        @Override
        public List<PartialPiece> partial() {
            var found = new ArrayList<PartialPiece>();
            for (int piece = 0; piece < committed.size(); piece++) {
                Hash[] there = recorded.get(piece);
                if (there == null || committed.has(piece)) continue;
                var received = new Bits(there.length);
                var leaves = new ArrayList<Hash>();
                for (int i = 0; i < there.length; i++) {
                    leaves.add(there[i] == null ? Hash.ZERO : there[i]);
                    if (there[i] != null) received.set(i);
                }
                Hash[] bytes = blocks(written, piece);
                System.arraycopy(there, 0, bytes, 0, there.length);
                if (!received.isEmpty()) found.add(new PartialPiece(piece, received, HashList.of(leaves)));
            }
            return found;
        }

        @Override
        public int canonical(int piece) {
            return canonical[piece];
        }

        @Override
        public void write(int piece, int begin, ByteBuffer... block) throws DiskFault {
            if (failsAfter >= 0 && writes++ >= failsAfter) throw new DiskFault(DiskFault.Kind.FULL, "the disk is full");
            blocks(written, canonical(piece))[begin >>> 14] = incoming;
        }

        @Override
        public void read(int piece, int begin, ByteBuffer into) {
            throw new UnsupportedOperationException("blocks have no bytes here");
        }

        @Override
        public boolean received(int piece, int firstBlock, HashList leaves) {
            if (recordedUntil < timeline.now() && random.nextBoolean()) {
                record(piece, firstBlock, leaves);
                return true;
            }
            later(() -> {
                record(piece, firstBlock, leaves);
                tell(new StorageEvent.Recorded(piece, firstBlock, leaves.size()));
            });
            return false;
        }

        private void record(int piece, int firstBlock, HashList leaves) {
            Hash[] blocks = blocks(recorded, canonical(piece));
            for (int i = 0; i < leaves.size(); i++) blocks[firstBlock + i] = leaves.at(i);
        }

        /** In the order of the calls, as the store's thread works. */
        private void later(Runnable work) {
            recordedUntil = Math.max(recordedUntil, timeline.now()) + random.nextLong(Timeline.millis(3));
            timeline.at(recordedUntil, () -> {
                if (!closed) work.run();
            });
        }

        @Override
        public void proven(int piece, HashList leaves) {
            if (!leaves.equals(content.leaves(piece))) {
                throw new AssertionError("piece " + piece + " is called proven with leaves that are wrong");
            }
            if (!isRight(piece)) throw new AssertionError("piece " + piece + " is called proven with bad bytes in it");
            long batch = Timeline.millis(150);
            timeline.at((timeline.now() / batch + 1) * batch, () -> {
                if (closed) return;
                committed.set(piece);
                recorded.remove(piece);
                tell(new StorageEvent.Committed(piece));
            });
        }

        @Override
        public void forget(int piece) {
            later(() -> recorded.remove(canonical(piece)));
        }

        @Override
        public void layer(Hash root, HashList layer) {
            if (!content.manifest.layer(root).orElseThrow().equals(layer)) {
                throw new AssertionError("a layer is called proven that is wrong");
            }
            layers.put(root, layer);
        }

        @Override
        public void leaves(int piece) {
            later(() -> tell(new StorageEvent.Leaves(piece, Optional.of(content.leaves(piece)))));
        }

        @Override
        public void withdraw(int piece, String why) {
            int original = canonical(piece);
            if (!committed.clear(original)) return;
            written.remove(original);
            lost.put(original, timeline.now());
            tell(new StorageEvent.Withdrawn(original, why));
        }

        private void tell(StorageEvent event) {
            if (!closed) listener.accept(event);
        }

        @Override
        public void listener(Consumer<StorageEvent> listener) {
            this.listener = listener;
        }

        @Override
        public void finish() {
            // nothing has a name here
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
