package shoal.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Who has the database open: other processes' ids, as Linux lists them with their locks. */
final class Holders {
    private Holders() {}

    /** {@code process 12, process 34}; empty if there are none or the system does not tell. */
    static String of(Path database) {
        var pids = new TreeSet<Long>();
        try {
            // 1: POSIX  ADVISORY  WRITE 4711 fe:00:123456 128 128
            var inodes = new TreeSet<String>();
            for (String part : new String[] {"", "-wal", "-shm"}) {
                Path file = database.resolveSibling(database.getFileName() + part);
                if (Files.exists(file)) inodes.add(":" + Files.getAttribute(file, "unix:ino"));
            }
            long own = ProcessHandle.current().pid();
            for (String line : Files.readAllLines(Path.of("/proc/locks"))) {
                String[] words = line.strip().split("\\s+", -1);
                if (words.length < 6 || words[1].equals("->")) continue;
                String inode = words[5].substring(words[5].lastIndexOf(':'));
                if (inodes.contains(inode) && Long.parseLong(words[4]) != own) pids.add(Long.parseLong(words[4]));
            }
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            return "";
        }
        return pids.stream().map(pid -> "process " + pid).collect(Collectors.joining(", "));
    }
}
