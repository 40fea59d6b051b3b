package shoal.storage;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Optional;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/**
 * A look at some of what is proven of a part, after the machine ended amid a download: a disk that only said that it
 * had written what was forced to it may have lost any of that.
 */
record Sample(Store store, HeldFile file, TargetFolder target) {
    /** Blocks that are looked at together, as their leaves lie in the database. */
    private static final int RUN = 64;

    /** One run of so many is looked at. */
    private static final int ONE_OF = 100;

    /** But so many at least: 16 MiB are read in no time. */
    private static final int LEAST = 16;

    /** False if one of the blocks is not what was proven, or nobody knows what that was. */
    boolean isRight(BitSet proven) throws DiskFault {
        int runs = Math.ceilDiv(proven.length(), RUN);
        int step = Math.clamp(runs / LEAST, 1, ONE_OF);
        for (int run = runs - 1; run >= 0; run -= step) {
            int end = Math.min((run + 1) * RUN, proven.length());
            for (int from = proven.nextSetBit(run * RUN); from >= 0 && from < end; ) {
                int to = Math.min(proven.nextClearBit(from), end);
                if (!isRight(from, to)) return false;
                from = proven.nextSetBit(to);
            }
        }
        return true;
    }

    private boolean isRight(int from, int to) throws DiskFault {
        Optional<HashList> right = store.ask(tables -> {
            long content = tables.contents().find(file.file.root(), file.file.length());
            return content < 0 ? Optional.<HashList>empty() : tables.contents().leaves(content, from, to - from);
        });
        if (right.isEmpty()) return false;
        var leaves = new HashMap<Long, Hash>();
        for (int i = 0; i < to - from; i++) leaves.put((long) from + i, right.get().at(i));
        return new BlockCheck(file, target).keep(leaves).size() == leaves.size();
    }
}
