package shoal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/**
 * What was received since the last transaction, in a file that is mapped into memory: noting a block costs no system
 * call, and what is noted outlives the death of the process, though perhaps not that of the machine. So the database
 * need not commit a thousand times a second for it.
 *
 * <p>Two halves take turns: while the database takes over what one holds, the other one is filled. Each entry bears a
 * checksum over the number of its half's turn; so one that was cut short, or is from an earlier turn, ends the half.
 * Any thread may add; one thread at a time swaps and clears.
 */
final class ReceivedLog {
    /** Enough for the leaves of 250 MiB. */
    private static final int HALF = 512 << 10;

    private static final int HEADER = Long.BYTES + Hash.BYTES;
    private static final int ENTRY = 24;

    /** What an entry says. */
    sealed interface Entry {
        /** The file that it is about. */
        int file();

        /** The file was made by us. */
        record Made(int file, long inode) implements Entry {}

        /** The file was about to be written at this time, in nanoseconds since 1970. */
        record Touched(int file, long time) implements Entry {}

        /** Blocks of the file were written, and these are their leaves. */
        record Received(int file, long firstBlock, HashList leaves) implements Entry {}

        /** Blocks of the file count as never received. */
        record Forgotten(int file, long firstBlock, int count) implements Entry {}
    }

    private final MappedByteBuffer map;
    private final Hash share;
    private final int[] ends = new int[2];
    private int active;
    private long turn;

    private ReceivedLog(MappedByteBuffer map, Hash share) {
        this.map = map;
        this.share = share;
    }

    /** The log in {@code channel} behind {@code offset}, for the share with this hash. */
    static ReceivedLog open(FileChannel channel, long offset, Hash share) throws IOException {
        // really written, not only made longer: to find no room for a mapped page would be an Error amid work
        var zeros = ByteBuffer.allocate(64 << 10);
        for (long at = Math.max(offset, channel.size()); at < offset + 2L * HALF; at += zeros.limit()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), offset + 2L * HALF - at));
            while (zeros.hasRemaining()) channel.write(zeros, at + zeros.position());
        }
        return new ReceivedLog(channel.map(FileChannel.MapMode.READ_WRITE, offset, 2L * HALF), share);
    }

    /** What a process that did not end in order has left; and makes both halves empty once {@link #reset} is called. */
    List<Entry> leftovers() {
        var entries = new ArrayList<Entry>();
        int older = Long.compare(turnOf(0), turnOf(1)) <= 0 ? 0 : 1;
        read(older, entries);
        read(1 - older, entries);
        turn = Math.max(turnOf(0), turnOf(1));
        return entries;
    }

    /** Begins anew: the database knows all that is in the log. */
    synchronized void reset() {
        begin(0);
        begin(1);
        active = 0;
    }

    /**
     * Notes that blocks were received.
     *
     * @return false if there is no room until the next turn
     */
    synchronized boolean received(int file, long firstBlock, HashList leaves) {
        return add(file, 0, firstBlock, leaves.size(), leaves);
    }

    synchronized boolean forgotten(int file, long firstBlock, int count) {
        return add(file, 1, firstBlock, count, HashList.EMPTY);
    }

    synchronized boolean made(int file, long inode) {
        return add(file, 2, inode, 0, HashList.EMPTY);
    }

    synchronized boolean touched(int file, long time) {
        return add(file, 3, time, 0, HashList.EMPTY);
    }

    /** From now on the other half is filled, which must be clear. Returns the number of the one that was. */
    synchronized int swap() {
        int full = active;
        active = 1 - active;
        return full;
    }

    /** What a half holds is known to the database. */
    synchronized void clear(int half) {
        begin(half);
    }

    private void begin(int half) {
        map.putLong(half * HALF, ++turn);
        share.write(map.slice(half * HALF + Long.BYTES, Hash.BYTES));
        ends[half] = HEADER;
    }

    private long turnOf(int half) {
        return map.getLong(half * HALF);
    }

    private boolean add(int file, int kind, long value, int count, HashList leaves) {
        int at = active * HALF + ends[active];
        int length = ENTRY + leaves.size() * Hash.BYTES;
        if (ends[active] + length > HALF) return false;
        map.putInt(at + 4, file << 2 | kind);
        map.putLong(at + 8, value);
        map.putInt(at + 16, count);
        map.putInt(at + 20, leaves.size());
        map.put(at + ENTRY, leaves.bytes());
        // last: as long as it is missing, the entry is not there
        map.putInt(at, crc(active, at, length));
        ends[active] += length;
        return true;
    }

    private int crc(int half, int at, int length) {
        var crc = new CRC32C();
        crc.update(map.slice(half * HALF, HEADER));
        crc.update(map.slice(at + 4, length - 4));
        return (int) crc.getValue();
    }

    private void read(int half, List<Entry> entries) {
        int at = half * HALF;
        if (!Hash.read(map.slice(at + Long.BYTES, Hash.BYTES)).equals(share)) return;
        int end = at + HALF;
        for (at += HEADER; at + ENTRY <= end; ) {
            int leaves = map.getInt(at + 20);
            if (leaves < 0 || leaves > (end - at - ENTRY) / Hash.BYTES) return;
            int length = ENTRY + leaves * Hash.BYTES;
            if (map.getInt(at) != crc(half, at, length)) return;
            var hashes = new byte[leaves * Hash.BYTES];
            map.get(at + ENTRY, hashes);
            int word = map.getInt(at + 4);
            int file = word >>> 2;
            long value = map.getLong(at + 8);
            entries.add(switch (word & 3) {
                case 0 -> new Entry.Received(file, value, HashList.wrap(hashes));
                case 1 -> new Entry.Forgotten(file, value, map.getInt(at + 16));
                case 2 -> new Entry.Made(file, value);
                default -> new Entry.Touched(file, value);
            });
            at += length;
        }
    }
}
