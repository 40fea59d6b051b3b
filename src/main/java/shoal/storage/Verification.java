package shoal.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.merkle.Merkle;

/**
 * Reads files again and holds every block against a manifest, on all cores, trusting no stamp. Where the store has a
 * file's leaves, and they fold to what the manifest says, damage is told to the block of 16 KiB, else to the piece.
 */
public final class Verification {
    private final Store store;
    private final Manifest manifest;
    private final List<Path> paths;
    private final List<Check> checks = new ArrayList<>();

    private Verification(Store store, Manifest manifest, List<Path> paths) {
        this.store = store;
        this.manifest = manifest;
        this.paths = paths;
    }

    /**
     * Checks the files of a manifest.
     *
     * @param paths where each file lies, in the manifest's order
     * @param selected the files that are looked at
     * @return what was found of each file, in the manifest's order
     * @throws DiskFault if the store fails
     */
    public static List<FileCheck> of(
            Store store, Manifest manifest, List<Path> paths, Bits selected, Progress progress) throws DiskFault {
        return new Verification(store, manifest, paths).run(selected, progress);
    }

    private List<FileCheck> run(Bits selected, Progress progress) throws DiskFault {
        var sources = new ArrayList<LeafRun.Source>();
        var numbers = new ArrayList<Integer>();
        long bytes = 0;
        for (ManifestFile file : manifest.files()) {
            var check = new Check(file, paths.get(file.index()), selected.has(file.index()));
            checks.add(check);
            long readable = Math.min(check.length, file.length());
            if (readable <= 0 || check.reason != null) continue;
            numbers.add(file.index());
            sources.add(LeafRun.Source.of(check.path, readable));
            bytes += readable;
        }
        progress.expect(bytes);
        LeafRun.run(sources, manifest.pieceLength(), new LeafRun.Taker() {
            @Override
            public void leaves(int source, long firstBlock, HashList leaves) throws DiskFault {
                checks.get(numbers.get(source)).compare(firstBlock, leaves);
            }

            @Override
            public void unreadable(int source, IOException cause) {
                checks.get(numbers.get(source)).reason = String.valueOf(cause.getMessage());
            }
        }, progress);
        progress.check();
        var results = new ArrayList<FileCheck>();
        for (Check check : checks) results.add(check.result());
        remember();
        return results;
    }

    /** What proved bad must not be taken for known any more. */
    private void remember() throws DiskFault {
        store.now(tables -> {
            for (Check check : checks) {
                if (check.length >= 0 && check.state() != FileCheck.State.OK) tables.places().remove(check.path);
            }
        });
    }

    /** Files below {@code folder} that are not in {@code paths}, in the order of their names; no links are followed. */
    public static List<Path> extras(Path folder, List<Path> paths) throws DiskFault {
        Set<Path> known = new HashSet<>(paths);
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && !known.contains(path))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw Faults.of(e instanceof IOException io ? io : new IOException(e), "reading", folder);
        }
    }

    /** One file's findings. Spans of it may be compared by several threads at once. */
    private final class Check {
        private final ManifestFile file;
        private final Path path;
        private final boolean isSelected;
        private final long length;
        private final BitSet badBlocks = new BitSet();
        private final byte[] layer;
        private volatile @Nullable String reason;

        Check(ManifestFile file, Path path, boolean isSelected) {
            this.file = file;
            this.path = path;
            this.isSelected = isSelected;
            length = isSelected ? look() : -1;
            boolean needsOwnLayer = isSelected && file.length() > manifest.pieceLength()
                    && manifest.layer(file.root()).isEmpty();
            layer = new byte[needsOwnLayer ? file.pieceCount() * Hash.BYTES : 0];
        }

        /** Its length, or -1 if it is not there. */
        private long look() {
            try {
                long found = FileStamp.of(path).size();
                if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) reason = "it is not a regular file";
                return found;
            } catch (NoSuchFileException e) {
                return -1;
            } catch (IOException e) {
                reason = String.valueOf(e.getMessage());
                return -1;
            }
        }

        /** Holds the leaves of whole pieces against the manifest. */
        void compare(long firstBlock, HashList leaves) throws DiskFault {
            boolean single = file.length() <= manifest.pieceLength();
            int levels = single ? Merkle.height(file.length()) : Merkle.pieceLayer(manifest.pieceLength());
            int piece = (int) (firstBlock >>> levels);
            for (int from = 0; from < leaves.size(); from += 1 << levels, piece++) {
                HashList ours = leaves.slice(from, Math.min(leaves.size(), from + (1 << levels)));
                Hash hash = Merkle.fold(ours, 0, levels);
                if (layer.length > 0) {
                    hash.write(layer, piece * Hash.BYTES);
                    continue;
                }
                Hash right = single ? file.root() : manifest.layer(file.root()).orElseThrow().at(piece);
                boolean cut = ((long) piece << levels) + ours.size() < Math.min(Merkle.blocks(file.length()),
                        ((long) piece + 1) << levels);
                if (!hash.equals(right) || cut) pinpoint(piece, levels, ours, right);
            }
        }

        /** Marks the bad blocks of a bad piece: those whose leaves differ, if the right leaves are at hand. */
        private void pinpoint(int piece, int levels, HashList ours, Hash right) throws DiskFault {
            long first = (long) piece << levels;
            int count = (int) Math.min(1L << levels, Merkle.blocks(file.length()) - first);
            Optional<HashList> known = knownLeaves(first, count)
                    .filter(leaves -> Merkle.fold(leaves, 0, levels).equals(right));
            synchronized (badBlocks) {
                for (int i = 0; i < count; i++) {
                    boolean same = known.isPresent() && i < ours.size() && known.get().at(i).equals(ours.at(i));
                    if (!same) badBlocks.set((int) (first + i));
                }
            }
        }

        private Optional<HashList> knownLeaves(long first, int count) throws DiskFault {
            return store.ask(tables -> {
                long content = tables.contents().find(file.root(), file.length());
                return content < 0 ? Optional.<HashList>empty() : tables.contents().leaves(content, first, count);
            });
        }

        FileCheck.State state() {
            if (!isSelected) return FileCheck.State.UNSELECTED;
            if (length < 0 && reason == null) return FileCheck.State.MISSING;
            if (reason != null) return FileCheck.State.UNREADABLE;
            if (length != file.length()) return FileCheck.State.WRONG_SIZE;
            return bad().isEmpty() ? FileCheck.State.OK : FileCheck.State.BAD;
        }

        FileCheck result() {
            FileCheck.State state = state();
            boolean isWrong = state != FileCheck.State.OK && isSelected;
            List<FileCheck.Range> bad = isWrong ? bad() : List.of();
            return new FileCheck(file.index(), path, state, length, bad, reason == null ? "" : reason);
        }

        private List<FileCheck.Range> bad() {
            if (layer.length > 0 && length == file.length() && reason == null) {
                boolean right = Merkle.rootOfLayer(HashList.wrap(layer), file.length(), manifest.pieceLength())
                        .equals(file.root());
                return right ? List.of() : List.of(new FileCheck.Range(0, file.length()));
            }
            if (length <= 0 || reason != null || layer.length > 0) {
                return file.length() == 0 ? List.of() : List.of(new FileCheck.Range(0, file.length()));
            }
            var ranges = new ArrayList<FileCheck.Range>();
            int blocks = (int) Merkle.blocks(file.length());
            int there = (int) Merkle.blocks(Math.min(length, file.length()));
            // what the file is too short for was not read at all
            if (there < blocks) badBlocks.set(there, blocks);
            for (int from = badBlocks.nextSetBit(0); from >= 0; from = badBlocks.nextSetBit(from)) {
                int to = badBlocks.nextClearBit(from);
                long offset = (long) from << Merkle.BLOCK_BITS;
                long end = Math.min(file.length(), (long) to << Merkle.BLOCK_BITS);
                ranges.add(new FileCheck.Range(offset, end - offset));
                from = to;
            }
            return ranges;
        }
    }
}
