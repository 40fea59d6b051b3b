package shoal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The files that are open, so that a share of many files needs few descriptors: those used last, and all in use. Any
 * thread may use it. A channel is closed when nobody uses it, and no thread that uses one may be interrupted.
 */
final class OpenFiles implements AutoCloseable {
    private static final int MOST = 192;

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<HeldFile, Opened> opened = new LinkedHashMap<>(16, 0.75f, true);
    private boolean closed;

    /** An open file; to be {@link #close}d after use. */
    final class Opened implements AutoCloseable {
        private final FileChannel channel;
        private final ReentrantLock writing = new ReentrantLock();
        private int users = 1;
        private boolean dropped;

        private Opened(FileChannel channel) {
            this.channel = channel;
        }

        FileChannel channel() {
            return channel;
        }

        /** Writes all that remains in the buffers, one behind the other from {@code at} on. */
        void write(ByteBuffer[] all, long at) throws IOException {
            if (all.length == 1) {
                for (long to = at; all[0].hasRemaining(); ) to += channel.write(all[0], to);
                return;
            }
            // one system call for all, but it begins where the channel stands; the system lets one at a time write
            // into a file anyway
            writing.lock();
            try {
                channel.position(at);
                ByteBuffer last = all[all.length - 1];
                while (last.hasRemaining()) channel.write(all);
            } finally {
                writing.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (--users == 0 && dropped) closeQuietly(channel);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Opens the file, or takes the channel that is open. */
    Opened use(HeldFile file) throws DiskFault {
        lock.lock();
        try {
            if (closed) throw new DiskFault(DiskFault.Kind.IO, file.path() + " was closed");
            Opened known = opened.get(file);
            if (known != null) {
                known.users++;
                return known;
            }
            var fresh = new Opened(open(file));
            opened.put(file, fresh);
            if (opened.size() > MOST) drop(opened.sequencedKeySet().getFirst());
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    private FileChannel open(HeldFile file) throws DiskFault {
        try {
            return file.open();
        } catch (DiskFault fault) {
            if (opened.isEmpty() || !Faults.isOutOfDescriptors(fault)) throw fault;
            List<HeldFile> all = new ArrayList<>(opened.keySet());
            all.subList(0, (all.size() + 1) / 2).forEach(this::drop);
            return file.open();
        }
    }

    /** The next one who uses the file opens it anew. */
    void drop(HeldFile file) {
        lock.lock();
        try {
            Opened known = opened.remove(file);
            if (known == null) return;
            known.dropped = true;
            if (known.users == 0) closeQuietly(known.channel);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            List<HeldFile> all = new ArrayList<>(opened.keySet());
            all.forEach(this::drop);
        } finally {
            lock.unlock();
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // what matters was forced before
        }
    }
}
