package shoal.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.merkle.Merkle;

/**
 * Makes of what was found by {@link Verification} a fetch of that which is wrong. A bad piece is opened as one whose
 * blocks are there as they are: then its leaves are asked for, which tell the wrong ones, and no others are fetched. If
 * they are known already, only the right blocks are said to be there.
 */
final class RepairOpening {
    private final Manifest manifest;
    private final List<FileCheck> checks;
    private final Shelf shelf;

    RepairOpening(Manifest manifest, TargetFolder target, Path folder, List<FileCheck> checks) throws DiskFault {
        this.manifest = manifest;
        this.checks = checks;
        Path above = folder.toAbsolutePath().normalize();
        var files = new ArrayList<HeldFile>(checks.size());
        Set<Hash> damaged = new HashSet<>();
        for (ManifestFile file : manifest.files()) {
            FileCheck check = checks.get(file.index());
            Path name = above.relativize(check.path());
            if (check.isWrong()) damaged.add(file.root());
            files.add(switch (check.state()) {
                case OK, MISSING, UNREADABLE, UNSELECTED -> HeldFile.absent(file, name, target);
                case WRONG_SIZE, BAD -> HeldFile.damaged(file, name, target);
            });
        }
        var wanted = new Bits(files.size());
        for (HeldFile file : files) {
            FileCheck.State state = checks.get(file.file.index()).state();
            // of those that are right, only files with the bytes of one that is not
            boolean stays = state == FileCheck.State.UNREADABLE || state == FileCheck.State.UNSELECTED;
            if (stays || !damaged.contains(file.file.root())) continue;
            wanted.set(file.file.index());
            Optional<FileStamp> stamp = state == FileCheck.State.OK ? target.stamp(file.name) : Optional.empty();
            stamp.ifPresent(file::foundWhole);
        }
        shelf = new Shelf(manifest, files, wanted);
    }

    Shelf shelf() {
        return shelf;
    }

    /** Tells {@code opening} what was found. */
    void run(FetchOpening opening) throws DiskFault {
        var asFound = new PiecesAsFound(shelf);
        for (HeldFile file : shelf.files()) {
            if (!shelf.isWanted(file) || !shelf.isCanonical(file) || file.file.length() == 0) continue;
            if (file.state() == HeldFile.State.ABSENT) continue;
            var good = new Bits(file.file.pieceCount());
            good.fill();
            var inPart = new ArrayList<PartialPiece>();
            BitSet bad = badBlocks(checks.get(file.file.index()));
            for (int block = bad.nextSetBit(0); block >= 0; ) {
                int piece = (int) (((long) block << Merkle.BLOCK_BITS) / manifest.pieceLength());
                good.clear(piece);
                asFound.look(file, file.file.firstPiece() + piece, bad).ifPresent(inPart::add);
                block = bad.nextSetBit((int) shelf.firstBlock(file, file.file.firstPiece() + piece)
                        + shelf.blocks(file, file.file.firstPiece() + piece));
            }
            opening.takeVerified(file, good, inPart);
        }
    }

    private static BitSet badBlocks(FileCheck check) {
        var bad = new BitSet();
        for (FileCheck.Range range : check.bad()) {
            long end = range.offset() + range.length();
            bad.set((int) (range.offset() >>> Merkle.BLOCK_BITS), (int) Merkle.blocks(end));
        }
        return bad;
    }
}
