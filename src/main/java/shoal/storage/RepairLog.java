package shoal.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import shoal.bytes.Endpoint;
import shoal.bytes.HashList;
import shoal.merkle.Merkle;

/**
 * Accounts for a repair: which blocks are other than they were, and who gave them. Of a fetch it
 * keeps nothing. Any thread may use it.
 */
final class RepairLog {
    private final Map<Integer, HashList> before = new HashMap<>();
    private final Map<Integer, Map<Integer, String>> senders = new TreeMap<>();
    private final List<Repaired> copied = new ArrayList<>();
    private boolean isRepair;

    /** A repair begins, and these blocks are on the disk, right or wrong: all that comes is to be accounted for. */
    synchronized void begin(List<PartialPiece> found) {
        isRepair = true;
        for (PartialPiece piece : found) before.put(piece.piece(), piece.leaves());
    }

    synchronized void came(int piece, int block, Optional<Endpoint> from) {
        if (!isRepair) return;
        senders.computeIfAbsent(piece, key -> new TreeMap<>())
                .put(block, from.map(Endpoint::toString).orElse("a peer that has gone"));
    }

    /** The leaves of a piece are known: what came and is the same as before was not damaged. */
    synchronized void proven(int piece, HashList leaves) {
        HashList old = before.remove(piece);
        Map<Integer, String> sent = senders.get(piece);
        if (old == null || sent == null) return;
        sent.keySet().removeIf(block -> old.at(block).equals(leaves.at(block)));
    }

    synchronized void copied(HeldFile file, long offset, int length, Path from) {
        if (isRepair) copied.add(new Repaired(file.file.index(), offset, length, from.toString()));
    }

    /** What is safe on the disk, in the order of the manifest; neighbours from one giver are one. */
    synchronized List<Repaired> list(Shelf shelf, Keeper keeper) {
        var all = new ArrayList<>(copied);
        senders.forEach((piece, blocks) -> {
            if (!keeper.has(piece)) return;
            HeldFile file = shelf.of(piece);
            blocks.forEach((block, from) -> {
                long offset = shelf.offset(file, piece) + ((long) block << Merkle.BLOCK_BITS);
                int length = Merkle.blockLength(shelf.size(file, piece), block);
                all.add(new Repaired(file.file.index(), offset, length, from));
            });
        });
        all.sort(Comparator.comparingInt(Repaired::file).thenComparingLong(Repaired::offset));
        var merged = new ArrayList<Repaired>();
        for (Repaired each : all) {
            Repaired last = merged.isEmpty() ? null : merged.getLast();
            boolean joins = last != null && last.file() == each.file() && last.from().equals(each.from())
                    && last.offset() + last.length() == each.offset();
            if (last == null || !joins) merged.add(each);
            else merged.set(merged.size() - 1,
                    new Repaired(last.file(), last.offset(), last.length() + each.length(), last.from()));
        }
        return merged;
    }
}
