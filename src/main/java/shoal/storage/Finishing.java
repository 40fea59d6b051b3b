package shoal.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Optional;
import shoal.bytes.Hash;
import shoal.merkle.Merkle;

/**
 * What is left to do when all pieces are committed: the files that no piece makes. Each gets its name last, so that a
 * half-done one never has it; what is there already is left as it is.
 */
record Finishing(Store store, Shelf shelf, TargetFolder target, Keeper keeper, RepairLog repairs) {
    void run() throws DiskFault {
        var made = new ArrayList<HeldFile>();
        for (HeldFile file : shelf.files()) {
            if (!shelf.isWanted(file) || file.state() == HeldFile.State.WHOLE) continue;
            // a part that was found whole has nothing left to fetch, only to get its name
            if (finish(file)) made.add(file);
        }
        HeldFile.syncFolders(made);
        for (HeldFile file : made) keeper.tell(new StorageEvent.FileDone(file.file.index(), file.path()));
    }

    private boolean finish(HeldFile file) throws DiskFault {
        HeldFile original = shelf.canonical(file);
        if (original != file && original.state() != HeldFile.State.WHOLE) return false;
        if (file.state() == HeldFile.State.PART) {
            return (original != file || isProven(file)) && complete(original, file);
        }
        if (original == file && file.file.length() > 0) return false;
        Optional<FileStamp> there = target.stamp(file.name);
        if (there.isPresent()) {
            if (isDone(file, there.get())) return false;
            if (isSame(original, file, there.get())) {
                // it got its name, and the end came before the database knew
                place(file);
                return true;
            }
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
        if (file.file.length() > 0) place(file);
        return true;
    }

    private void place(HeldFile file) throws DiskFault {
        FileStamp stamp = target.stamp(file.name).orElseThrow();
        store.now(tables -> tables.places().put(file.path(), file.file.root(), stamp));
    }

    private boolean isSame(HeldFile original, HeldFile file, FileStamp there) throws DiskFault {
        if (there.size() != file.file.length() || there.size() == 0) return false;
        try (FileChannel right = original.open(); FileChannel ours = target.open(file.name, false)) {
            var one = ByteBuffer.allocate(Merkle.BLOCK);
            var two = ByteBuffer.allocate(Merkle.BLOCK);
            for (long at = 0; at < file.file.length(); at += Merkle.BLOCK) {
                int length = (int) Math.min(Merkle.BLOCK, file.file.length() - at);
                if (!fill(right, one, at, length) || !fill(ours, two, at, length) || !one.equals(two)) return false;
            }
            // that it can be read now does not say that it will be there after a power failure
            ours.force(false);
            return true;
        } catch (IOException e) {
            throw Faults.of(e, "cannot read", file.path());
        }
    }

    private boolean isProven(HeldFile file) {
        for (int piece = file.file.firstPiece(); piece < file.file.endPiece(); piece++) {
            if (!keeper.has(piece)) return false;
        }
        return true;
    }

    /** What may be left to do: the name, what a damaged file has too much, or to take the bytes from another one. */
    private boolean complete(HeldFile original, HeldFile file) throws DiskFault {
        if (original != file) copyWhatDiffers(original, file);
        FileStamp stamp = file.rename();
        store.now(tables -> {
            if (file.file.length() > 0) tables.places().put(file.path(), file.file.root(), stamp);
            tables.parts().remove(file.path());
        });
        return true;
    }

    private void copyWhatDiffers(HeldFile original, HeldFile file) throws DiskFault {
        try (FileChannel from = original.open(); FileChannel to = file.open()) {
            var right = ByteBuffer.allocate(Merkle.BLOCK);
            var ours = ByteBuffer.allocate(Merkle.BLOCK);
            for (long at = 0; at < file.file.length(); at += Merkle.BLOCK) {
                int length = (int) Math.min(Merkle.BLOCK, file.file.length() - at);
                if (!fill(from, right, at, length)) throw new IOException(original.path() + " is shorter than it was");
                if (fill(to, ours, at, length) && right.equals(ours)) continue;
                for (long next = at; right.hasRemaining(); ) next += to.write(right, next);
                repairs.copied(file, at, length, original.path());
            }
            to.force(false);
        } catch (IOException e) {
            throw Faults.of(e, "cannot repair", file.path());
        }
    }

    private static boolean fill(FileChannel from, ByteBuffer into, long at, int length) throws IOException {
        into.clear().limit(length);
        while (into.hasRemaining()) {
            if (from.read(into, at + into.position()) < 0) return false;
        }
        into.flip();
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
