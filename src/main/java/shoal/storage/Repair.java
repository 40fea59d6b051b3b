package shoal.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import shoal.bytes.Bits;
import shoal.manifest.Manifest;

/**
 * Damaged files while they are brought back to what they were. It is a fetch whose files stay where they are: what was
 * found to be right counts as proven, so that only the rest is fetched. Any thread may use it.
 */
public final class Repair {
    private final FileHoldings holdings;

    private Repair(FileHoldings holdings) {
        this.holdings = holdings;
    }

    /**
     * Opens files that were just verified, to fetch what is wrong or missing of them: a damaged file keeps its name and
     * all that is right of it. Until it is whole again the database does not know it as whole, and so it stays if this
     * process is killed.
     *
     * @param folder in which the files lie
     * @param checks what was found of each file of the manifest, all below {@code folder}
     * @throws DiskFault if another process is at it, or there is no room
     */
    public static Repair open(
            Store store, Manifest manifest, Path folder, List<FileCheck> checks, Progress progress) throws DiskFault {
        TargetFolder target = TargetFolder.open(folder);
        Path top = manifest.isSingleFile() ? target.path(checks.getFirst().path().getFileName()) : target.root();
        boolean opened = false;
        DownloadFile download = DownloadFile.claim(store.dir(), top);
        boolean isNew = download.isNew();
        try {
            ReceivedLog log = ReceivedLog.open(download.channel(), DownloadFile.LOG, manifest.infoHash());
            var repair = new RepairOpening(manifest, target, folder, checks);
            store.layers(manifest).forEach(repair.shelf()::learn);
            var opening = new FetchOpening(
                    store, repair.shelf(), target, log, false, DownloadFile.Past.IN_ORDER, Reuse.COPIES, progress);
            repair.run(opening);
            opening.run();
            opened = true;
            var holdings = new FileHoldings(store, repair.shelf(), opening.have(), opening.partial(), target, download,
                    log, channel -> channel.force(false));
            holdings.repairs.begin(opening.partial());
            return new Repair(holdings);
        } catch (IOException e) {
            throw Faults.of(e, "cannot write the state of the repair in", store.dir());
        } finally {
            if (!opened) {
                if (isNew) download.remove();
                download.close();
                target.close();
            }
        }
    }

    /** What is to be completed; to be closed by whoever does that. */
    public Holdings holdings() {
        return holdings;
    }

    /** What was damaged and is right again. */
    public List<Repaired> repaired() {
        return holdings.repairs.list(holdings.shelf, holdings.keeper);
    }

    /** The files that are to be whole in the end. */
    public Bits wanted() {
        return holdings.shelf.wanted();
    }

    /** Whether all pieces of them are proven. */
    public boolean isComplete() {
        return holdings.keeper.missingBytes() == 0;
    }

    /** Whether this file is whole and has its name. */
    public boolean isWhole(int file) {
        HeldFile held = holdings.shelf.files().get(file);
        if (held.file.length() > 0 || held.isInPlace()) return held.state() == HeldFile.State.WHOLE;
        return Files.exists(held.path(), LinkOption.NOFOLLOW_LINKS);
    }

    /** What of {@code check}, of a file that is not whole, is not proven. */
    public FileCheck remaining(FileCheck check) {
        HeldFile file = holdings.shelf.files().get(check.file());
        if (!holdings.shelf.isCanonical(file)) return check;
        var left = new ArrayList<FileCheck.Range>();
        for (FileCheck.Range range : check.bad()) {
            long end = range.offset() + range.length();
            long from = -1;
            for (long at = range.offset(); at < end; ) {
                int piece = file.file.firstPiece() + (int) (at / holdings.shelf.manifest().pieceLength());
                boolean right = holdings.keeper.has(piece);
                if (!right && from < 0) from = at;
                if (right && from >= 0) {
                    left.add(new FileCheck.Range(from, at - from));
                    from = -1;
                }
                at = Math.min(end, holdings.shelf.offset(file, piece) + holdings.shelf.size(file, piece));
            }
            if (from >= 0) left.add(new FileCheck.Range(from, end - from));
        }
        return new FileCheck(check.file(), check.path(), check.state(), check.length(), left, check.reason());
    }
}
