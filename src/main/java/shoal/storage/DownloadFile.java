package shoal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import shoal.bytes.Hash;
import shoal.merkle.LeafHasher;

/**
 * One file for each download that is under way. Its lock says that a process works on the target, and dies with that
 * process; its first bytes say which one; behind them lies the {@link ReceivedLog}.
 */
final class DownloadFile implements AutoCloseable {
    /** Where the log begins. */
    static final int LOG = 4096;

    /** What became of the process that was at a download before. */
    enum Past {
        /** There was none, or it ended in order, or before it had made anything. */
        IN_ORDER,
        /** It was killed. */
        KILLED,
        /** It ended with the machine: what it forced to the disk is there, unless the disk lied. */
        POWER_LOST
    }

    /** Another one after each start of the machine; Linux only. */
    private static final Path MACHINE_START = Path.of("/proc/sys/kernel/random/boot_id");

    /** The line that says that parts may be there which are ours. */
    private static final String BEGUN = "begun";

    /** A second look at a file that this process has locked would, once closed, give the lock away (POSIX). */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final Path target;
    private final FileChannel channel;
    private final FileLock lock;
    private final Past past;

    private DownloadFile(Path path, Path target, FileChannel channel, FileLock lock, Past past) {
        this.path = path;
        this.target = target;
        this.channel = channel;
        this.lock = lock;
        this.past = past;
    }

    /**
     * Claims {@code target}, the file or folder that a download makes.
     *
     * @throws DiskFault if another download works on it
     */
    static DownloadFile claim(Path stateDir, Path target) throws DiskFault {
        byte[] name = target.toString().getBytes(StandardCharsets.UTF_8);
        Hash key = new LeafHasher().leaf(name, 0, name.length);
        Path path = stateDir.resolve("downloads").resolve(key.hex().substring(0, 32));
        if (!OURS.add(path)) throw inUse(target, "this process");
        boolean claimed = false;
        try {
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            DownloadFile file = lock(path, target);
            claimed = true;
            return file;
        } catch (IOException e) {
            throw Faults.of(e, "cannot lock", path);
        } finally {
            if (!claimed) OURS.remove(path);
        }
    }

    private static DownloadFile lock(Path path, Path target) throws IOException, DiskFault {
        while (true) {
            boolean wasThere = Files.exists(path);
            FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            boolean locked = false;
            try {
                FileLock lock = channel.tryLock();
                if (lock == null) throw inUse(target, "process " + owner(channel));
                // the one who had it may have removed it between our opening and our locking
                if (!Files.exists(path)) continue;
                String start = machineStart();
                Past past = wasThere ? past(channel, start) : Past.IN_ORDER;
                var file = new DownloadFile(path, target, channel, lock, past);
                file.note(start, past != Past.IN_ORDER);
                locked = true;
                return file;
            } finally {
                if (!locked) channel.close();
            }
        }
    }

    private void note(String start, boolean begun) throws IOException {
        String text = ProcessHandle.current().pid() + "\n" + start + "\n" + (begun ? BEGUN : "") + "\n" + target + "\n";
        channel.write(ByteBuffer.wrap(Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), LOG)), 0);
    }

    private static String owner(FileChannel channel) throws IOException {
        String pid = line(channel, 0);
        return pid.isEmpty() ? "of an unknown number" : pid;
    }

    private static Past past(FileChannel channel, String start) throws IOException {
        if (!line(channel, 2).equals(BEGUN)) return Past.IN_ORDER;
        return start.isEmpty() || start.equals(line(channel, 1)) ? Past.KILLED : Past.POWER_LOST;
    }

    /** Nothing where the system does not tell. */
    private static String machineStart() {
        try {
            return Files.readString(MACHINE_START).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** One of the short lines at the beginning; empty if it is not there. */
    private static String line(FileChannel channel, int number) throws IOException {
        var start = ByteBuffer.allocate(128);
        channel.read(start, 0);
        String[] lines = new String(start.array(), 0, start.position(), StandardCharsets.UTF_8).split("\n", -1);
        return number < lines.length - 1 ? lines[number] : "";
    }

    private static DiskFault inUse(Path target, String owner) {
        return new DiskFault(DiskFault.Kind.IN_USE, target + " is being fetched by " + owner);
    }

    /** Whether there was none before: nobody was killed at this download. */
    boolean isNew() throws DiskFault {
        try {
            return channel.size() <= LOG;
        } catch (IOException e) {
            throw Faults.of(e, "cannot look at", path);
        }
    }

    /** Whether this download was under way before, and how that ended. */
    Past past() {
        return past;
    }

    /**
     * From now on parts may be made. While this file stays, neither a kill nor a power failure makes it forgotten that
     * what lies there under their names is ours.
     */
    void begin() throws DiskFault {
        try {
            note(machineStart(), true);
            channel.force(false);
        } catch (IOException e) {
            throw Faults.of(e, "cannot write", path);
        }
        Path folder = Objects.requireNonNull(path.getParent());
        TargetFolder.sync(folder);
        TargetFolder.sync(Objects.requireNonNull(folder.getParent()));
    }

    FileChannel channel() {
        return channel;
    }

    /** Removes the file, for nothing is left to remember; then {@link #close}. */
    void remove() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // what stays behind is some KiB without a lock
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            // the lock ends with the process at the latest
        } finally {
            OURS.remove(path);
        }
    }
}
