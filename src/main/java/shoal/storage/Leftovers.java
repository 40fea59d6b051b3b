package shoal.storage;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/** What the {@link ReceivedLog} of a process that did not end in order says of one file. */
final class Leftovers {
    final TreeMap<Long, Hash> leaves = new TreeMap<>();
    long inode = -1;
    long touched;

    private Leftovers() {}

    /** All of them, by the numbers of their files. */
    static Map<Integer, Leftovers> read(ReceivedLog log) {
        var leftovers = new HashMap<Integer, Leftovers>();
        for (ReceivedLog.Entry entry : log.leftovers()) {
            Leftovers of = leftovers.computeIfAbsent(entry.file(), key -> new Leftovers());
            switch (entry) {
                case ReceivedLog.Entry.Made(int file, long inode) -> of.inode = inode;
                case ReceivedLog.Entry.Touched(int file, long time) -> of.touched = Math.max(of.touched, time);
                case ReceivedLog.Entry.Received(int file, long first, HashList leaves) -> {
                    for (int i = 0; i < leaves.size(); i++) of.leaves.put(first + i, leaves.at(i));
                }
                case ReceivedLog.Entry.Forgotten(int file, long first, int count) ->
                    of.leaves.subMap(first, first + count).clear();
            }
        }
        return leftovers;
    }
}
