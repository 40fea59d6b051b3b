package shoal.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.LeafHasher;
import shoal.merkle.Merkle;

/**
 * Reads files and hashes their blocks, on all cores: a big file in chunks by several threads at once, small files many
 * by one thread in a row. Each thread takes what is next as soon as it is free; nothing waits in a queue.
 */
final class BlockReader {
    /** A thread's share of a big file. A multiple, or a fraction, of every piece length. */
    static final int CHUNK = 8 << 20;

    /** log2 of the blocks in a chunk: the layer of the node that spans one. */
    static final int CHUNK_LAYER = Integer.numberOfTrailingZeros(CHUNK >> Merkle.BLOCK_BITS);

    /** Small enough to stay in a core's cache between reading and hashing. */
    private static final int READ = 256 << 10;

    private static final int FEW_FILES = 32;

    /** A file to be hashed. The calls come from the reader's threads, for one file perhaps from several at once. */
    interface Task {
        /** Bytes to be read, at least one. */
        long length();

        FileChannel open() throws IOException, DiskFault;

        /** The leaves of one chunk, which begins with block {@code firstBlock}; of a small file all of them. */
        void leaves(long firstBlock, HashList leaves) throws DiskFault;

        /** A chunk, {@code length} bytes from {@code offset} on, cannot be read. An exception stops everything. */
        void failed(long offset, int length, IOException e) throws DiskFault;
    }

    private final List<? extends Task> tasks;
    private final Progress progress;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private int next;
    private long offset;

    private BlockReader(List<? extends Task> tasks, Progress progress) {
        this.tasks = tasks;
        this.progress = progress;
    }

    /** What one thread does next: a chunk of one big task, or all of several small ones. */
    private record Portion(int from, int to, long offset, int length) {}

    /**
     * Hashes all of {@code tasks}, on as many threads as there are cores.
     *
     * @throws DiskFault the first one that a task has thrown
     * @throws java.util.concurrent.CancellationException if {@code progress} was stopped
     */
    static void run(List<? extends Task> tasks, Progress progress) throws DiskFault {
        var reader = new BlockReader(tasks, progress);
        long bytes = 0;
        for (Task task : tasks) bytes += task.length();
        int threads = Math.clamp(bytes / (1 << 20), 1, Runtime.getRuntime().availableProcessors());
        var helpers = new ArrayList<Thread>();
        for (int i = 1; i < threads; i++) {
            helpers.add(Thread.ofPlatform().name("hash " + i).daemon().start(reader::work));
        }
        reader.work();
        for (Thread helper : helpers) join(helper);
        switch (reader.failure.get()) {
            case null -> progress.check();
            case DiskFault fault -> throw fault;
            case Throwable bug -> throw new IllegalStateException(bug);
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private synchronized @Nullable Portion next() {
        if (next == tasks.size() || progress.isStopped() || failure.get() != null) return null;
        long length = tasks.get(next).length();
        if (length > CHUNK) {
            var portion = new Portion(next, next + 1, offset, (int) Math.min(CHUNK, length - offset));
            offset += portion.length;
            if (offset == length) {
                next++;
                offset = 0;
            }
            return portion;
        }
        int from = next;
        long sum = 0;
        while (next < tasks.size() && next - from < FEW_FILES) {
            sum += tasks.get(next).length();
            if (sum > CHUNK && next > from) break;
            next++;
        }
        return new Portion(from, next, 0, 0);
    }

    private void work() {
        try (var hands = new Hands()) {
            for (Portion portion = next(); portion != null; portion = next()) {
                if (portion.length > 0) {
                    hands.hash(portion.from, portion.offset, portion.length);
                } else {
                    for (int i = portion.from; i < portion.to && !progress.isStopped(); i++) {
                        hands.hash(i, 0, (int) tasks.get(i).length());
                    }
                }
            }
        } catch (Throwable t) {
            // whatever it is: the others shall stop, and the caller be told
            failure.compareAndSet(null, t);
        }
    }

    /** What one thread works with. */
    private final class Hands implements AutoCloseable {
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ);
        private final byte[] data = new byte[READ];
        private final LeafHasher hasher = new LeafHasher();
        private int current = -1;
        private @Nullable FileChannel channel;

        void hash(int index, long from, int length) throws DiskFault {
            Task task = tasks.get(index);
            var leaves = new byte[(int) Merkle.blocks(length) * Hash.BYTES];
            try {
                FileChannel open = open(index);
                for (int done = 0; done < length; ) {
                    int size = Math.min(READ, length - done);
                    read(open, from + done, size);
                    hasher.leaves(data, 0, size, leaves, (done >> Merkle.BLOCK_BITS) * Hash.BYTES);
                    done += size;
                    progress.add(size);
                }
                if (task.length() <= CHUNK) close();
            } catch (IOException e) {
                close();
                task.failed(from, length, e);
                return;
            }
            task.leaves(from >> Merkle.BLOCK_BITS, HashList.wrap(leaves));
        }

        private FileChannel open(int index) throws IOException, DiskFault {
            FileChannel open = channel;
            if (open != null && current == index) return open;
            close();
            open = tasks.get(index).open();
            channel = open;
            current = index;
            return open;
        }

        private void read(FileChannel open, long from, int size) throws IOException {
            buffer.clear().limit(size);
            while (buffer.hasRemaining()) {
                if (open.read(buffer, from + buffer.position()) < 0) throw new EOFException("is shorter than it was");
            }
            buffer.flip().get(data, 0, size);
        }

        @Override
        public void close() {
            if (channel == null) return;
            try {
                channel.close();
            } catch (IOException e) {
                // it was only read
            }
            channel = null;
            current = -1;
        }
    }
}
