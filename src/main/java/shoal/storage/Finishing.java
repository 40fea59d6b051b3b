package shoal.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Optional;
import shoal.bytes.Hash;

/**
 * What is left to do when all pieces are committed: the files that no piece makes. Each gets its name last, so that a
 * half-done one never has it; what is there already is left as it is.
 */
record Finishing(Store store, Shelf shelf, TargetFolder target, Keeper keeper) {
    void run() throws DiskFault {
        var made = new ArrayList<HeldFile>();
        for (HeldFile file : shelf.files()) {
            if (!shelf.isWanted(file) || (shelf.isCanonical(file) && file.file.length() > 0)) continue;
            if (finish(file)) made.add(file);
        }
        HeldFile.syncFolders(made);
        for (HeldFile file : made) keeper.tell(new StorageEvent.FileDone(file.file.index(), file.path()));
    }

    private boolean finish(HeldFile file) throws DiskFault {
        HeldFile original = shelf.canonical(file);
        if (file.file.length() > 0 && original.state() != HeldFile.State.WHOLE) return false;
        Optional<FileStamp> there = target.stamp(file.name);
        if (there.isPresent()) {
            if (isDone(file, there.get())) return false;
            throw new DiskFault(
                    DiskFault.Kind.EXISTS, file.path() + " exists and has other content: nothing was changed");
        }
        target.remove(file.partName());
        try (FileChannel channel = target.make(file.partName())) {
            if (file.file.length() > 0) copy(original, file, channel);
            channel.force(false);
        } catch (IOException e) {
            throw Faults.of(e, "cannot write", file.path());
        }
        if (file.file.executable()) target.makeExecutable(file.partName());
        target.rename(file.partName(), file.name);
        if (file.file.length() > 0) {
            FileStamp stamp = target.stamp(file.name).orElseThrow();
            store.now(tables -> tables.places().put(file.path(), file.file.root(), stamp));
        }
        return true;
    }

    private boolean isDone(HeldFile file, FileStamp there) throws DiskFault {
        if (file.file.length() == 0) return there.size() == 0;
        Optional<Hash> root = store.ask(tables -> tables.places().root(file.path(), there));
        boolean same = root.isPresent() && root.get().equals(file.file.root());
        return same && there.size() == file.file.length();
    }

    private void copy(HeldFile original, HeldFile file, FileChannel to) throws DiskFault, IOException {
        long length = file.file.length();
        if (Faults.room(target.root()) < length) throw Faults.full(length, target.root(), null);
        try (FileChannel from = original.open()) {
            for (long done = 0; done < length; ) {
                long count = from.transferTo(done, Math.min(64 << 20, length - done), to);
                if (count <= 0) throw new IOException(original.path() + " is shorter than it was");
                done += count;
            }
        }
    }
}
