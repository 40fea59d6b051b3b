package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Bits;
import shoal.manifest.Manifest;
import shoal.testing.FakeShare;

/** Bytes go bad on the disk while size and time of their files stay as they were. */
@Timeout(60)
final class ScrubTest {
    private static final int PIECE = 1 << 16;
    private static final FakeShare SHARE = FakeShare.ofFolder(3, PIECE, 300_000, 20, PIECE, 5 * PIECE + 1);

    @TempDir
    private Path dir;

    private final BlockingQueue<Integer> withdrawn = new LinkedBlockingQueue<>();

    private FileHoldings open(Store store) throws Exception {
        Manifest manifest = SHARE.manifest();
        List<Path> paths = manifest.files().stream().map(file -> dir.resolve(file.pathText())).toList();
        return FileHoldings.forShare(store, manifest, paths, new Progress());
    }

    private void rot(int piece, int begin) throws Exception {
        Path path = dir.resolve(SHARE.manifest().fileOf(piece).pathText());
        FileTime time = Files.getLastModifiedTime(path);
        Damage.flip(path, SHARE.manifest().pieceOffset(piece) + begin);
        Files.setLastModifiedTime(path, time);
    }

    /** Row H9, at who gives it. */
    @Test
    void aPieceThatHasGoneBadIsWithdrawnAloneAndNotBelievedAtTheNextStart() throws Exception {
        SHARE.writeTo(dir);
        int last = SHARE.manifest().pieceCount() - 1;
        try (Store store = Store.open(dir.resolve("state"))) {
            open(store).close();
            rot(2, 70);
            rot(last, 0);
            try (FileHoldings holdings = open(store)) {
                assertEquals(last + 1, holdings.have().count(), "nobody can see it without reading");
                holdings.listener(event -> {
                    if (event instanceof StorageEvent.Withdrawn(int piece, String why)) withdrawn.add(piece);
                });
                try (var scrub = new Scrub(SHARE.manifest(), holdings)) {
                    scrub.begin();
                    assertEquals(2, withdrawn.poll(30, TimeUnit.SECONDS));
                    assertEquals(last, withdrawn.poll(30, TimeUnit.SECONDS));
                }
            }
            try (FileHoldings holdings = open(store)) {
                Bits have = holdings.have();
                assertEquals(last - 1, have.count());
                assertFalse(have.has(2));
            }
        }
        assertEquals(0, withdrawn.size());
    }
}
