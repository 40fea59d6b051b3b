package shoal.storage;

import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import shoal.bytes.Bits;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.merkle.LeafHasher;
import shoal.merkle.Merkle;

/**
 * Reads what a share gives away, over and over and little by little, and withdraws each piece that is no longer what it
 * was though nobody changed its file: disks forget. After each piece of work it rests 29 times as long as that took,
 * so that nobody who fetches loses more than a tenth; a pass begins a day after the one before ended.
 *
 * <p>Its one thread is {@code scrub NAME}.
 */
public final class Scrub implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Scrub.class.getName());
    private static final int REST = 29;
    private static final int READ_AT_ONCE = 1 << 18;
    private static final Duration AGAIN = Duration.ofDays(1);

    private final Manifest manifest;
    private final Holdings holdings;
    private final Bits bad;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** One that has not begun. The manifest must have its piece layers. */
    public Scrub(Manifest manifest, Holdings holdings) {
        this.manifest = manifest;
        this.holdings = holdings;
        this.bad = new Bits(manifest.pieceCount());
    }

    /** Begins, and goes on until it is closed. */
    public void begin() {
        Thread.ofVirtual().name("scrub " + manifest.name()).start(this::run);
    }

    private void run() {
        try {
            do {
                for (ManifestFile file : manifest.files()) {
                    for (int piece = file.firstPiece(); piece < file.endPiece(); piece++) {
                        if (bad.has(piece) || holdings.canonical(piece) != piece || !isBad(file, piece)) continue;
                        if (isClosed()) return;
                        withdraw(file, piece);
                    }
                }
            } while (!closed.await(AGAIN.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
    }

    private void withdraw(ManifestFile file, int piece) {
        bad.set(piece);
        long from = manifest.pieceOffset(piece);
        String what = "bytes " + from + " to " + (from + manifest.pieceSize(piece) - 1) + " of " + file.pathText();
        LOG.log(Level.WARNING, what + " are no longer what was shared, and are not given any more: "
                + "shoal verify says which blocks, and mends them with --repair where somebody else has them");
        holdings.withdraw(piece, what + " are bad");
    }

    /** Whether the bytes of a piece can be read and do not fold to its hash. */
    private boolean isBad(ManifestFile file, int piece) throws InterruptedException {
        int size = manifest.pieceSize(piece);
        var buffer = ByteBuffer.allocateDirect(Math.min(size, READ_AT_ONCE));
        var leaves = new byte[(int) Merkle.blocks(size) * Hash.BYTES];
        var hasher = new LeafHasher();
        for (int at = 0; at < size; at += READ_AT_ONCE) {
            long begun = System.nanoTime();
            try {
                buffer.clear().limit(Math.min(READ_AT_ONCE, size - at));
                holdings.read(piece, at, buffer);
            } catch (DiskFault e) {
                // it is gone or was changed, and is withdrawn by that
                return false;
            }
            hasher.leaves(buffer.flip(), leaves, (at >> Merkle.BLOCK_BITS) * Hash.BYTES);
            if (closed.await(REST * (System.nanoTime() - begun), TimeUnit.NANOSECONDS)) return false;
        }
        return !folds(file, piece, HashList.wrap(leaves));
    }

    private boolean folds(ManifestFile file, int piece, HashList leaves) {
        if (file.length() <= manifest.pieceLength()) return Merkle.root(leaves, file.length()).equals(file.root());
        HashList layer = manifest.layer(file.root()).orElseThrow();
        return Merkle.fold(leaves, 0, Merkle.pieceLayer(manifest.pieceLength()))
                .equals(layer.at(piece - file.firstPiece()));
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Ends it. What it is just reading it may still read. */
    @Override
    public void close() {
        closed.countDown();
    }
}
