package shoal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.Sizes;
import shoal.manifest.DiskNames;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestFile;
import shoal.merkle.Merkle;

/** Holdings in real files. Disk calls are made by whoever asks, through a gate; all else is the {@link Keeper}'s. */
public final class FileHoldings implements Holdings {
    /** A file is looked at so often while it is read or written. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    final Shelf shelf;
    private final Store store;
    private final OpenFiles open = new OpenFiles();
    private final Gate gate = new Gate();
    final Keeper keeper;
    final RepairLog repairs = new RepairLog();
    private final Bits have;
    private final List<PartialPiece> partial;
    private final @Nullable TargetFolder target;
    private final @Nullable DownloadFile download;
    private final @Nullable ReceivedLog log;
    private long taken;
    private long assumed;

    /** {@code target}, {@code download}, {@code log}: null if nothing will be written. */
    FileHoldings(Store store, Shelf shelf, Bits have, List<PartialPiece> partial, @Nullable TargetFolder target,
            @Nullable DownloadFile download, @Nullable ReceivedLog log, Keeper.Forcing forcing) {
        this.store = store;
        this.shelf = shelf;
        this.have = have;
        this.partial = partial;
        this.target = target;
        this.download = download;
        this.log = log;
        this.keeper = new Keeper(store, shelf, open, log, forcing, have);
    }

    /**
     * Opens a download: finds out what is there already, and makes sure that there is room for the rest. Blocks, for
     * long if files must be hashed.
     *
     * @param targetDir the folder that the files go to
     * @param wanted the numbers of the files to be fetched
     * @param overwrite whether a file that is in the way may be replaced
     * @param progress of hashing what is there
     * @throws DiskFault if another process is at it, something is in the way, or there is no room
     * @throws ManifestException if the files' names cannot be used
     */
    public static FileHoldings forFetch(
            Store store, Manifest manifest, Path targetDir, Bits wanted, boolean overwrite, Progress progress)
            throws DiskFault, ManifestException {
        return forFetch(store, manifest, targetDir, wanted, overwrite, Reuse.NOTHING, progress);
    }

    /** The same, with files that lie elsewhere on this disk taken from there. */
    public static FileHoldings forFetch(Store store, Manifest manifest, Path targetDir, Bits wanted, boolean overwrite,
            Reuse reuse, Progress progress)
            throws DiskFault, ManifestException {
        return forFetch(
                store, manifest, targetDir, wanted, overwrite, reuse, progress, channel -> channel.force(false));
    }

    /** The same with another way to the disk, for tests of what happens if it fails. */
    static FileHoldings forFetch(
            Store store, Manifest manifest, Path targetDir, Bits wanted, boolean overwrite, Progress progress,
            Keeper.Forcing forcing)
            throws DiskFault, ManifestException {
        return forFetch(store, manifest, targetDir, wanted, overwrite, Reuse.NOTHING, progress, forcing);
    }

    private static FileHoldings forFetch(Store store, Manifest manifest, Path targetDir, Bits wanted, boolean overwrite,
            Reuse reuse, Progress progress, Keeper.Forcing forcing)
            throws DiskFault, ManifestException {
        List<Path> names = DiskNames.relativePaths(manifest);
        for (ManifestFile file : manifest.files()) {
            if (file.blocks() <= Integer.MAX_VALUE) continue;
            throw new DiskFault(DiskFault.Kind.FULL, Sizes.format(file.length()) + " in one file is too much: at most "
                    + Sizes.format((long) Integer.MAX_VALUE * Merkle.BLOCK));
        }
        TargetFolder target = TargetFolder.open(targetDir);
        var files = new ArrayList<HeldFile>(names.size());
        for (ManifestFile file : manifest.files()) files.add(HeldFile.absent(file, names.get(file.index()), target));
        var shelf = new Shelf(manifest, files, wanted);
        DownloadFile download = DownloadFile.claim(store.dir(), target.path(names.getFirst().getName(0)));
        boolean isFirst = download.past() == DownloadFile.Past.IN_ORDER;
        boolean isNew = isFirst && download.isNew();
        boolean opened = false;
        try {
            ReceivedLog log = ReceivedLog.open(download.channel(), DownloadFile.LOG, manifest.infoHash());
            store.layers(manifest).forEach(shelf::learn);
            if (isFirst && !overwrite) new Strangers(shelf, target).refuse();
            // behind that look, and before a part is made, which a kill or a power failure may leave too short
            download.begin();
            var opening = new FetchOpening(
                    store, shelf, target, log, overwrite, download.past(), reuse, progress);
            opening.run();
            store.remember(manifest, target.path(names.getFirst().getName(0)));
            opened = true;
            var holdings =
                    new FileHoldings(store, shelf, opening.have(), opening.partial(), target, download, log, forcing);
            holdings.taken = opening.taken();
            holdings.assumed = opening.assumed();
            return holdings;
        } catch (IOException e) {
            throw Faults.of(e, "cannot write the state of the download in", store.dir());
        } finally {
            if (!opened) {
                // what a killed process left in it is still needed
                if (isNew) download.remove();
                download.close();
                target.close();
            }
        }
    }

    /**
     * Opens whole files to be shared from where they lie. A file that is not known to be whole is hashed.
     *
     * @param paths where each of the manifest's files is
     */
    public static FileHoldings forShare(Store store, Manifest manifest, List<Path> paths, Progress progress)
            throws DiskFault {
        var opening = new ShareOpening(store, manifest, paths, progress);
        opening.run();
        store.remember(manifest, paths);
        return new FileHoldings(store, opening.shelf(), opening.have(), List.of(), null, null, null, channel -> {});
    }

    /** Bytes of blocks of older versions of which only the hashes of the blocks will tell whether they are right. */
    public long assumed() {
        return assumed;
    }

    /** Bytes of files that were taken from elsewhere on this disk when it was opened. */
    public long taken() {
        return taken;
    }

    @Override
    public Bits have() {
        Bits all = have.copy();
        for (HeldFile file : shelf.files()) {
            if (shelf.isCanonical(file)) continue;
            for (int piece = file.file.firstPiece(); piece < file.file.endPiece(); piece++) {
                if (have.has(shelf.canonical(piece))) all.set(piece);
            }
        }
        return all;
    }

    @Override
    public List<PartialPiece> partial() {
        return partial;
    }

    @Override
    public int canonical(int piece) {
        return shelf.canonical(piece);
    }

    @Override
    public void write(int piece, int begin, ByteBuffer... blocks) throws DiskFault {
        int kept = shelf.canonical(piece);
        HeldFile file = shelf.of(kept);
        long length = 0;
        for (ByteBuffer block : blocks) length += block.remaining();
        if (begin < 0 || length > shelf.size(file, kept) - begin) {
            throw new IllegalArgumentException(length + " bytes at " + begin + " of piece " + piece);
        }
        DiskFault broken = keeper.broken();
        if (broken != null) throw broken;
        prepare(file);
        long at = shelf.offset(file, kept) + begin;
        gate.enter();
        try (OpenFiles.Opened opened = open.use(file)) {
            opened.write(blocks, at);
        } catch (IOException e) {
            if (Faults.isFull(e)) throw Faults.full(keeper.missingBytes(), file.path(), e);
            throw Faults.of(e, "cannot write", file.path());
        } finally {
            gate.leave();
        }
    }

    /** Makes the file if it is not there, and notes from time to time that it is we who change it. */
    private void prepare(HeldFile file) throws DiskFault {
        ReceivedLog notes = log;
        if (notes == null) throw new IllegalStateException("shared files are not written");
        if (file.state() == HeldFile.State.WHOLE) {
            throw new DiskFault(DiskFault.Kind.IO, file.path() + " was changed after it was complete: fetch it again");
        }
        if (file.state() == HeldFile.State.ABSENT) {
            long inode = file.make();
            if (inode >= 0) notes.made(file.file.index(), inode);
        }
        if (System.nanoTime() - file.noted < LOOK_NANOS) return;
        file.noted = System.nanoTime();
        notes.touched(file.file.index(), TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()));
    }

    @Override
    public void read(int piece, int begin, ByteBuffer into) throws DiskFault {
        int kept = shelf.canonical(piece);
        HeldFile file = shelf.of(kept);
        if (begin < 0) throw new IllegalArgumentException("begin " + begin);
        look(file);
        int real = Math.clamp(shelf.size(file, kept) - begin, 0, into.remaining());
        int limit = into.limit();
        into.limit(into.position() + real);
        long at = shelf.offset(file, kept) + begin;
        gate.enter();
        try (OpenFiles.Opened opened = open.use(file)) {
            while (into.hasRemaining()) {
                int count = opened.channel().read(into, at);
                if (count < 0) throw withdrawn(file, file.path() + " is shorter than it was");
                at += count;
            }
        } catch (ClosedChannelException e) {
            throw Faults.of(e, "was closed while it was read:", file.path());
        } catch (IOException e) {
            throw withdrawn(file, "cannot read " + file.path() + ": " + e.getMessage());
        } finally {
            gate.leave();
        }
        into.limit(limit);
        while (into.hasRemaining()) into.put((byte) 0);
    }

    /** Whole files belong to the user, who may do with them as he likes: what he changes is not ours to give. */
    private void look(HeldFile file) throws DiskFault {
        if (System.nanoTime() - file.noted < LOOK_NANOS || file.state() != HeldFile.State.WHOLE) return;
        String change = file.change();
        if (change != null) throw withdrawn(file, change);
        file.noted = System.nanoTime();
    }

    private DiskFault withdrawn(HeldFile file, String why) {
        open.drop(file);
        withdraw(file, file.file.firstPiece(), file.file.endPiece(), why);
        return new DiskFault(DiskFault.Kind.WITHDRAWN, why);
    }

    @Override
    public void withdraw(int piece, String why) {
        int kept = shelf.canonical(piece);
        HeldFile file = shelf.of(kept);
        store.later(tables -> tables.places().remove(file.path()), () -> {},
                fault -> keeper.tell(new StorageEvent.Failed(fault)));
        withdraw(file, kept, kept + 1, why);
    }

    private void withdraw(HeldFile file, int from, int to, String why) {
        List<Integer> lost = keeper.withdraw(from, to);
        for (HeldFile copy : lost.isEmpty() ? List.<HeldFile>of() : shelf.files()) {
            if (!shelf.keeps(file, copy)) continue;
            for (int piece : lost) {
                keeper.tell(new StorageEvent.Withdrawn(piece - file.file.firstPiece() + copy.file.firstPiece(), why));
            }
        }
    }

    @Override
    public boolean received(int piece, int firstBlock, HashList leaves) {
        return keeper.received(shelf.canonical(piece), firstBlock, leaves);
    }

    @Override
    public void proven(int piece, HashList leaves) {
        repairs.proven(shelf.canonical(piece), leaves);
        keeper.proven(shelf.canonical(piece), leaves);
    }

    @Override
    public void came(int piece, int block, Optional<Endpoint> from) {
        repairs.came(shelf.canonical(piece), block, from);
    }

    @Override
    public void forget(int piece) {
        keeper.forget(shelf.canonical(piece));
    }

    @Override
    public void layer(Hash root, HashList layer) {
        shelf.learn(root, layer);
        store.keep(root, shelf.length(root), shelf.manifest().pieceLength(), layer);
    }

    @Override
    public void leaves(int piece) {
        int kept = shelf.canonical(piece);
        new LeafQuestion(store, shelf, this, kept)
                .ask(leaves -> keeper.tellNow(new StorageEvent.Leaves(piece, leaves)));
    }

    @Override
    public void listener(Consumer<StorageEvent> listener) {
        keeper.listener(listener);
    }

    @Override
    public void finish() throws DiskFault {
        keeper.drain();
        if (target != null) new Finishing(store, shelf, target, keeper, repairs).run();
    }

    @Override
    public void close() {
        keeper.close();
        open.close();
        if (download != null && target != null && log != null) {
            leave(download, log);
            target.close();
        }
    }

    /** Notes that no file changes from now on, so that the next start sees any change that is not ours. */
    private void leave(DownloadFile file, ReceivedLog notes) {
        if (keeper.broken() == null) {
            var stamps = new HashMap<HeldFile, FileStamp>();
            for (HeldFile each : shelf.files()) each.lastStamp().ifPresent(stamp -> stamps.put(each, stamp));
            try {
                for (HeldFile each : stamps.keySet()) keepLength(each);
                store.now(tables -> {
                    for (Map.Entry<HeldFile, FileStamp> each : stamps.entrySet()) {
                        long part = each.getKey().part;
                        if (each.getKey().isInPlace()) tables.parts().remove(each.getKey().path());
                        else if (part >= 0) tables.parts().stamp(part, each.getValue().mtime(), true);
                    }
                });
                notes.reset();
                file.remove();
            } catch (DiskFault e) {
                // then the next start takes us for killed, and looks at what the log says
            }
        }
        file.close();
    }

    /** Nothing was forced yet of a part without a proven piece; too short, it would be a stranger's without the log. */
    private void keepLength(HeldFile part) throws DiskFault {
        if (part.isInPlace()) return;
        for (int piece = part.file.firstPiece(); piece < part.file.endPiece(); piece++) {
            if (keeper.has(piece)) return;
        }
        try (FileChannel channel = part.open()) {
            keeper.forcing.force(channel);
        } catch (IOException e) {
            throw Faults.of(e, "cannot force to the disk:", part.path());
        }
    }
}
