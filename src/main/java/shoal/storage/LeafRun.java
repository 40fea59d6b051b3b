package shoal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.Sha1List;
import shoal.merkle.LeafHasher;
import shoal.merkle.Merkle;

/**
 * Hashes files to leaves on all cores. The work is cut beforehand: large files into spans of whole pieces, small ones,
 * of which many fit into one buffer, put together, so that the threads need nothing from each other but the next
 * number.
 */
final class LeafRun {
    /** Bytes read at once: as much as stays in a core's cache until it is hashed. */
    private static final int READ = 256 << 10;

    private static final Set<OpenOption> HOW = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    /** Bytes of one span at least, and of small files taken together. */
    private static final int SPAN = 8 << 20;

    /** Bytes of small files that are hashed at once. */
    private static final int PACK = 1 << 20;

    /** Small files taken together at most. */
    private static final int TOGETHER = 128;

    /** What comes of the work. Called by the threads of the run, several at once. */
    interface Taker {
        /** The leaves of a span of a file, from block {@code firstBlock} on. */
        void leaves(int file, long firstBlock, HashList leaves) throws DiskFault;

        /** All leaves of small files, one after the other: {@code counts[i]} of file {@code files[i]}. */
        default void small(int[] files, int[] counts, HashList leaves) throws DiskFault {
            int from = 0;
            for (int i = 0; i < files.length; from += counts[i++]) {
                leaves(files[i], 0, leaves.slice(from, from + counts[i]));
            }
        }

        /** The SHA-1 of the pieces of a span, before its leaves; only if they were asked for. */
        default void sha1(int file, long firstBlock, Sha1List pieces) {}

        /** A file cannot be read to its end. */
        void unreadable(int file, IOException cause) throws DiskFault;
    }

    /** How a file is opened for reading. */
    interface Opener {
        FileChannel open() throws IOException, DiskFault;
    }

    /** A file to be read, as far as {@code length}, at least one byte. */
    record Source(Opener opener, long length) {
        /** The file at {@code path}, where no link is followed. */
        static Source of(Path path, long length) {
            return new Source(() -> FileChannel.open(path, HOW), length);
        }
    }

    private record Span(int file, long from, long to) {}

    private final List<Source> files;
    private final int pieceLength;
    private final V1Pieces v1;
    private final Taker taker;
    private final Progress progress;
    private final List<List<Span>> work = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private LeafRun(List<Source> files, int pieceLength, V1Pieces v1, Taker taker, Progress progress) {
        this.files = files;
        this.pieceLength = pieceLength;
        this.v1 = v1;
        this.taker = taker;
        this.progress = progress;
        cut(Math.max(SPAN, pieceLength));
    }

    /** Reads and hashes all files; spans begin and end at pieces. Returns when all of it is done. */
    static void run(List<Source> files, int pieceLength, Taker taker, Progress progress) throws DiskFault {
        run(files, pieceLength, V1Pieces.NONE, taker, progress);
    }

    /** The same, which hashes each byte for BitTorrent v1 as well while it is at hand. */
    static void run(List<Source> files, int pieceLength, V1Pieces v1, Taker taker, Progress progress)
            throws DiskFault {
        var run = new LeafRun(files, pieceLength, v1, taker, progress);
        var threads = new ArrayList<Thread>();
        int cores = Math.min(Runtime.getRuntime().availableProcessors(), run.work.size());
        for (int i = 1; i < cores; i++) threads.add(Thread.ofPlatform().name("hash " + i).daemon().start(run::take));
        run.take();
        for (Thread thread : threads) join(thread);
        switch (run.failure.get()) {
            case null -> {}
            case DiskFault fault -> throw fault;
            case Throwable bug -> throw new IllegalStateException("a bug in hashing", bug);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
    }

    private void cut(long span) {
        var together = new ArrayList<Span>();
        long bytes = 0;
        for (int file = 0; file < files.size(); file++) {
            long length = files.get(file).length();
            if (length > PACK) {
                for (long from = 0; from < length; from += span) {
                    work.add(List.of(new Span(file, from, Math.min(length, from + span))));
                }
                continue;
            }
            together.add(new Span(file, 0, length));
            bytes += length;
            if (bytes < SPAN && together.size() < TOGETHER) continue;
            work.add(List.copyOf(together));
            together.clear();
            bytes = 0;
        }
        if (!together.isEmpty()) work.add(List.copyOf(together));
    }

    private void take() {
        var reader = new Reader();
        try {
            while (failure.get() == null && !progress.isStopped()) {
                int number = next.getAndIncrement();
                if (number >= work.size()) return;
                List<Span> spans = work.get(number);
                if (spans.size() > 1) reader.readSmall(spans);
                else reader.read(spans.getFirst());
            }
        } catch (DiskFault | RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    /** One thread's buffer and digest. */
    private final class Reader {
        private final LeafHasher hasher = new LeafHasher();
        private final @Nullable PieceSha1 sha1 = v1 == V1Pieces.NONE ? null : new PieceSha1(pieceLength, v1);
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(PACK);
        private final List<Span> pack = new ArrayList<>();
        private int used;

        /** Small files, many of them: they are read side by side, for hashing is quicker with many blocks at once. */
        void readSmall(List<Span> spans) throws DiskFault {
            for (Span span : spans) {
                int length = (int) (span.to - span.from);
                if (used + length > PACK) hashPack();
                try (FileChannel channel = files.get(span.file).opener().open()) {
                    if (!fill(channel, span.from, used, length)) {
                        taker.unreadable(span.file, new IOException("it ends at byte " + channel.size()));
                        continue;
                    }
                } catch (IOException e) {
                    taker.unreadable(span.file, e);
                    continue;
                }
                pack.add(span);
                used += (int) Merkle.blocks(length) << Merkle.BLOCK_BITS;
            }
            hashPack();
        }

        private void hashPack() throws DiskFault {
            var numbers = new int[pack.size()];
            var lengths = new int[numbers.length];
            var blocks = new int[numbers.length];
            int from = 0;
            for (int i = 0; i < numbers.length; i++) {
                Span span = pack.get(i);
                numbers[i] = span.file;
                lengths[i] = (int) span.to;
                blocks[i] = (int) Merkle.blocks(span.to);
                if (sha1 != null) {
                    sha1.begin(span.to);
                    sha1.add(buffer.clear().limit(from + lengths[i]).position(from));
                    taker.sha1(span.file, 0, sha1.end());
                }
                progress.add(span.to);
                from += blocks[i] << Merkle.BLOCK_BITS;
            }
            byte[] leaves = new Packed(lengths, from >>> Merkle.BLOCK_BITS).hash(hasher, buffer.clear());
            taker.small(numbers, blocks, HashList.wrap(leaves));
            pack.clear();
            used = 0;
        }

        void read(Span span) throws DiskFault {
            var leaves = new byte[(int) Merkle.blocks(span.to - span.from) * Hash.BYTES];
            if (sha1 != null) sha1.begin(span.to - span.from);
            try (FileChannel channel = files.get(span.file).opener().open()) {
                int done = 0;
                for (long at = span.from; at < span.to; ) {
                    int length = (int) Math.min(READ, span.to - at);
                    if (!fill(channel, at, 0, length)) {
                        taker.unreadable(span.file, new IOException("it ends at byte " + channel.size()));
                        return;
                    }
                    if (sha1 != null) sha1.add(buffer.duplicate().flip());
                    done += hasher.leaves(buffer.flip(), leaves, done * Hash.BYTES);
                    progress.add(length);
                    at += length;
                }
            } catch (IOException e) {
                taker.unreadable(span.file, e);
                return;
            }
            if (sha1 != null) taker.sha1(span.file, span.from >>> Merkle.BLOCK_BITS, sha1.end());
            taker.leaves(span.file, span.from >>> Merkle.BLOCK_BITS, HashList.wrap(leaves));
        }

        /** Reads {@code length} bytes into the buffer behind {@code to}; false if the file has not so many. */
        private boolean fill(FileChannel channel, long from, int to, int length) throws IOException {
            buffer.clear().position(to).limit(to + length);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, from + buffer.position() - to) < 0) return false;
            }
            return true;
        }
    }

    /**
     * The blocks of small files that lie in one buffer, each file from a multiple of 16 KiB on. They are hashed whole
     * blocks first and then by length, for those of one length take the same time.
     */
    private static final class Packed {
        private final int[] starts;
        private final int[] ends;

        Packed(int[] fileLengths, int blocks) {
            starts = new int[blocks];
            ends = new int[blocks];
            int block = 0;
            for (int length : fileLengths) {
                for (int from = 0; from < length; from += Merkle.BLOCK, block++) {
                    starts[block] = block << Merkle.BLOCK_BITS;
                    ends[block] = starts[block] + Math.min(Merkle.BLOCK, length - from);
                }
            }
        }

        /** The leaves in the order of the files. */
        byte[] hash(LeafHasher hasher, ByteBuffer data) {
            int count = starts.length;
            long[] order = new long[count];
            for (int i = 0; i < count; i++) order[i] = (long) (starts[i] - ends[i]) << Integer.SIZE | i;
            Arrays.sort(order);
            var at = new int[count];
            var lengths = new int[count];
            for (int i = 0; i < count; i++) {
                int block = (int) order[i];
                at[i] = starts[block];
                lengths[i] = ends[block] - starts[block];
            }
            var sorted = new byte[count * Hash.BYTES];
            hasher.leaves(data, at, lengths, count, sorted);
            var leaves = new byte[sorted.length];
            for (int i = 0; i < count; i++) {
                System.arraycopy(sorted, i * Hash.BYTES, leaves, (int) order[i] * Hash.BYTES, Hash.BYTES);
            }
            return leaves;
        }
    }
}
