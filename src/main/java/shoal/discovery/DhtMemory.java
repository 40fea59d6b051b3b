package shoal.discovery;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import shoal.dht.SavedNodes;

/**
 * Two files in which nodes are remembered from one time to the next, one for each family. What cannot be read or
 * written is only forgotten. Of several processes the first one has the id and writes: no two nodes may bear one id.
 */
final class DhtMemory implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DhtMemory.class.getName());
    private static final int BYTES = 64 << 10;

    private final Path folder;
    private final @Nullable FileChannel lock;

    private DhtMemory(Path folder, @Nullable FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** Never fails: in a folder that cannot be used nothing is remembered. */
    static DhtMemory open(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(
                    folder.resolve("dht.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                FileLock held = channel.tryLock();
                if (held != null) return new DhtMemory(folder, channel);
            } catch (OverlappingFileLockException e) {
                LOG.log(Level.DEBUG, "another node of this process has " + folder);
            }
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "nodes of the DHT are not remembered: " + e);
        }
        return new DhtMemory(folder, null);
    }

    private Path file(boolean isIpv4) {
        return folder.resolve(isIpv4 ? "dht4.nodes" : "dht6.nodes");
    }

    SavedNodes load(boolean isIpv4) {
        try {
            Path file = file(isIpv4);
            if (!Files.exists(file) || Files.size(file) > BYTES) return SavedNodes.NOTHING;
            SavedNodes saved = SavedNodes.read(Files.readAllBytes(file));
            return lock == null ? new SavedNodes(Optional.empty(), saved.nodes()) : saved;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "nodes of the DHT are forgotten: " + e);
            return SavedNodes.NOTHING;
        }
    }

    void save(boolean isIpv4, SavedNodes saved) {
        if (lock == null || saved.nodes().isEmpty()) return;
        try {
            Path next = Files.createTempFile(folder, "dht", ".part");
            try {
                Files.write(next, saved.bytes());
                Files.move(next, file(isIpv4), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(next);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "nodes of the DHT are not remembered: " + e);
        }
    }

    @Override
    public void close() {
        try {
            if (lock != null) lock.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing a lock", e);
        }
    }
}
