package shoal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import shoal.bytes.Hash;
import shoal.merkle.LeafHasher;
import shoal.merkle.Merkle;

/** Reads single blocks of a part. */
record BlockCheck(HeldFile file, TargetFolder target) {
    /** Those of {@code leaves} whose block is on the disk. */
    NavigableMap<Long, Hash> keep(Map<Long, Hash> leaves) throws DiskFault {
        var kept = new TreeMap<Long, Hash>();
        if (leaves.isEmpty()) return kept;
        try (FileChannel channel = target.open(file.partName(), false)) {
            var hasher = new LeafHasher();
            for (Map.Entry<Long, Hash> leaf : leaves.entrySet()) {
                if (leaf.getValue().equals(leaf(channel, hasher, leaf.getKey()))) {
                    kept.put(leaf.getKey(), leaf.getValue());
                }
            }
        } catch (IOException e) {
            throw Faults.of(e, "cannot read", file.path());
        }
        return kept;
    }

    Hash leaf(long block) throws DiskFault {
        try (FileChannel channel = target.open(file.partName(), false)) {
            return leaf(channel, new LeafHasher(), block);
        } catch (IOException e) {
            throw Faults.of(e, "cannot read", file.path());
        }
    }

    private Hash leaf(FileChannel channel, LeafHasher hasher, long block) throws IOException {
        int length = Merkle.blockLength(file.file.length(), block);
        if (length <= 0) return Hash.ZERO;
        var data = ByteBuffer.allocate(length);
        long at = block << Merkle.BLOCK_BITS;
        while (data.hasRemaining()) {
            if (channel.read(data, at + data.position()) < 0) return Hash.ZERO;
        }
        return hasher.leaf(data.array(), 0, length);
    }
}
