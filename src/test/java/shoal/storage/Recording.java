package shoal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@link FaultyDisk} has recorded of processes that began with an empty folder. Files bear numbers from 0. */
final class Recording {
    /** What was done to the disk; its place in {@link #deeds} is its time. */
    sealed interface Deed {}

    /** Bytes were written to a file, at {@code time} in nanoseconds since 1970. */
    record Write(int file, long at, ByteBuffer data, long time) implements Deed {}

    /** A file was cut, or made longer. */
    record Length(int file, long length, long time) implements Deed {}

    /** All that was done to the file before {@code begin} will be there after a power failure. */
    record Synced(int file, int begin) implements Deed {}

    /** The same for the names in a folder. */
    record FolderSynced(Path folder, int begin) implements Deed {}

    /** A name was given to a new file. */
    record Made(Path path, int file) implements Deed {}

    record Renamed(Path from, Path to) implements Deed {}

    record Removed(Path path) implements Deed {}

    /** A folder was made, or something began that is of no interest by itself. */
    record Other() implements Deed {}

    final List<Deed> deeds = new ArrayList<>();
    final List<Path> folders = new ArrayList<>();

    /** The inode of each file, by its number. */
    final List<Long> inodes = new ArrayList<>();

    private final Map<Long, Integer> files = new HashMap<>();
    private final Map<Long, Integer> begins = new HashMap<>();

    static Recording read(Path log) throws IOException {
        var recording = new Recording();
        try (FileChannel channel = FileChannel.open(log)) {
            ByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            all.order(ByteOrder.LITTLE_ENDIAN);
            while (all.hasRemaining()) recording.add(all);
        }
        return recording;
    }

    private void add(ByteBuffer in) {
        char kind = (char) in.getInt();
        var names = new byte[in.getInt()];
        long inode = in.getLong();
        long at = in.getLong();
        int length = (int) in.getLong();
        long time = in.getLong();
        long number = in.getLong();
        in.get(names);
        List<Path> paths = new ArrayList<>();
        for (String name : new String(names, StandardCharsets.UTF_8).split("\0", -1)) paths.add(Path.of(name));
        ByteBuffer data = in.slice(in.position(), length);
        in.position(in.position() + length);
        deeds.add(switch (kind) {
            case 'O' -> new Made(paths.getFirst(), newFile(inode));
            case 'W' -> new Write(file(inode), at, data, time);
            case 'T' -> new Length(file(inode), at, time);
            case 'R' -> new Renamed(paths.getFirst(), paths.get(1));
            case 'U' -> new Removed(paths.getFirst());
            case 'E' -> ended(inode, at == 1 ? Optional.of(paths.getFirst()) : Optional.empty(), number);
            case 'K' -> {
                folders.add(paths.getFirst());
                yield new Other();
            }
            case 'B' -> {
                begins.put(number, deeds.size());
                yield new Other();
            }
            default -> throw new AssertionError("an unknown deed: " + kind);
        });
    }

    private Deed ended(long inode, Optional<Path> folder, long number) {
        Integer begin = begins.get(number);
        if (begin == null) throw new AssertionError("sync " + number + " never began");
        return folder.isPresent() ? new FolderSynced(folder.get(), begin) : new Synced(file(inode), begin);
    }

    private int newFile(long inode) {
        inodes.add(inode);
        files.put(inode, inodes.size() - 1);
        return inodes.size() - 1;
    }

    private int file(long inode) {
        Integer file = files.get(inode);
        if (file == null) throw new AssertionError("a file of which nobody knows: inode " + inode);
        return file;
    }
}
