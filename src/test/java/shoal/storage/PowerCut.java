package shoal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What may be on the disk when the power fails after some of a {@link Recording}'s deeds: all that was synced, and of
 * the rest whatever a seed chooses. Of each file, on its own: nothing, all, single writes, the first ones with the last
 * torn, single sectors, or all but one. Of names: those that were given first, over all folders as a journal does it,
 * or in each folder by itself.
 */
final class PowerCut {
    private static final int SECTOR = 512;
    private static final int PAGE = 4096;

    private final Recording recording;
    private final int cut;
    private final Random random;

    /** The bytes of one file. */
    private static final class Content {
        byte[] bytes = new byte[1 << 20];
        int length;
        long time;

        void write(ByteBuffer data, int from, int to, long at) {
            if (to <= from) return;
            int end = Math.toIntExact(at + to);
            if (end > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
            data.get(from, bytes, (int) at + from, to - from);
            length = Math.max(length, end);
        }

        void length(int now) {
            if (now > bytes.length) bytes = Arrays.copyOf(bytes, now);
            if (now < length) Arrays.fill(bytes, now, length, (byte) 0);
            length = now;
        }
    }

    PowerCut(Recording recording, int cut, Random random) {
        this.recording = recording;
        this.cut = cut;
        this.random = random;
    }

    /** Builds it in {@code root}. {@code kept}: files that are filled, and not made, so that they keep their inode. */
    void build(Path root, Map<Integer, Path> kept) throws IOException {
        // the worst order: what says what is there is on the disk, and of what is there only what had to be
        boolean claims = random.nextBoolean();
        for (Path folder : recording.folders) {
            if (folder.startsWith(root)) Files.createDirectories(folder);
        }
        for (Map.Entry<Path, Integer> name : names().entrySet()) {
            Content content = content(name.getValue(), claims && name.getKey().startsWith(root.resolve("state")));
            Path path = name.getKey();
            Path old = kept.get(name.getValue());
            if (old != null) Files.createLink(path, old);
            try (var channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.truncate(0);
                for (var data = ByteBuffer.wrap(content.bytes, 0, content.length); data.hasRemaining(); ) {
                    channel.write(data);
                }
            }
            Files.setLastModifiedTime(path, FileTime.from(content.time, TimeUnit.NANOSECONDS));
        }
    }

    private Map<Path, Integer> names() {
        var synced = new HashMap<Path, Integer>();
        int anySynced = 0;
        for (int i = 0; i < cut; i++) {
            if (!(recording.deeds.get(i) instanceof Recording.FolderSynced(Path folder, int begin))) continue;
            synced.merge(folder, begin, Math::max);
        }
        for (int i = 0; i < cut; i++) {
            Path folder = folderOf(recording.deeds.get(i));
            if (folder != null && i < synced.getOrDefault(folder, 0)) anySynced = i + 1;
        }
        boolean journal = random.nextBoolean();
        int first = anySynced + random.nextInt(cut - anySynced + 1);
        var ends = new HashMap<Path, Integer>();
        var names = new TreeMap<Path, Integer>();
        for (int i = 0; i < cut; i++) {
            Recording.Deed deed = recording.deeds.get(i);
            Path folder = folderOf(deed);
            if (folder == null) continue;
            int least = synced.getOrDefault(folder, 0);
            int end = journal ? first : ends.computeIfAbsent(folder, key -> least + random.nextInt(cut - least + 1));
            if (i >= end) continue;
            if (deed instanceof Recording.Made(Path path, int file)) names.put(path, file);
            if (deed instanceof Recording.Removed(Path path)) names.remove(path);
            if (deed instanceof Recording.Renamed(Path from, Path to)) {
                Integer file = names.remove(from);
                if (file != null) names.put(to, file);
            }
        }
        return names;
    }

    private static @Nullable Path folderOf(Recording.Deed deed) {
        return switch (deed) {
            case Recording.Made(Path path, int file) -> path.getParent();
            case Recording.Removed(Path path) -> path.getParent();
            case Recording.Renamed(Path from, Path to) -> to.getParent();
            default -> null;
        };
    }

    private Content content(int file, boolean all) {
        int synced = 0;
        for (int i = 0; i < cut; i++) {
            if (recording.deeds.get(i) instanceof Recording.Synced(int of, int begin) && of == file) {
                synced = Math.max(synced, begin);
            }
        }
        var open = new BitSet();
        for (int i = synced; i < cut; i++) {
            switch (recording.deeds.get(i)) {
                case Recording.Write write when write.file() == file -> open.set(i);
                case Recording.Length length when length.file() == file -> open.set(i);
                default -> {}
            }
        }
        return content(file, synced, open, all ? 1 : random.nextInt(6));
    }

    private Content content(int file, int synced, BitSet open, int manner) {
        int[] all = open.stream().toArray();
        int chosen = all.length == 0 ? -1 : all[random.nextInt(all.length)];
        boolean newest = random.nextInt(4) > 0;
        var content = new Content();
        for (int i = 0; i < cut; i++) {
            boolean whole = i < synced || switch (manner) {
                case 0 -> false;
                case 1 -> true;
                case 2, 4 -> random.nextBoolean();
                case 3 -> i < chosen;
                default -> i != chosen;
            };
            switch (recording.deeds.get(i)) {
                case Recording.Write(int of, long at, ByteBuffer data, long time) when of == file -> {
                    if (whole) content.write(data, 0, data.limit(), at);
                    else if (manner == 3 && i == chosen) content.write(data, 0, torn(data), at);
                    else if (manner == 4) sectors(content, data, at);
                    if (whole || newest) content.time = time;
                }
                case Recording.Length(int of, long length, long time) when of == file -> {
                    if (whole) content.length((int) length);
                    if (whole || newest) content.time = time;
                }
                default -> {}
            }
        }
        return content;
    }

    private int torn(ByteBuffer data) {
        return random.nextInt(data.limit() / SECTOR + 1) * SECTOR;
    }

    private void sectors(Content content, ByteBuffer data, long at) {
        for (int from = 0; from < data.limit(); from += PAGE) {
            int to = Math.min(data.limit(), from + PAGE);
            if (random.nextBoolean()) content.write(data, from, to, at);
            else content.write(data, from, Math.min(to, from + random.nextInt(PAGE / SECTOR + 1) * SECTOR), at);
        }
    }
}
