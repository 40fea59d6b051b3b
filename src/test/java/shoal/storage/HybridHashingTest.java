package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.Sha1List;

final class HybridHashingTest extends HashedFolder {
    private List<HashedFile> hash(Scan scan, int pieceLength, V1Pieces v1, Progress progress) throws DiskFault {
        return Hashing.of(store, scan.files(), pieceLength, v1, progress);
    }

    private static Sha1List expected(byte[] bytes, int pieceLength, V1Pieces v1) throws Exception {
        int pieces = v1 == V1Pieces.NONE ? 0 : Math.ceilDiv(bytes.length, pieceLength);
        var hashes = new byte[pieces * Sha1List.HASH];
        for (int i = 0; i < pieces; i++) {
            int from = i * pieceLength;
            int to = v1 == V1Pieces.PADDED ? from + pieceLength : Math.min(bytes.length, from + pieceLength);
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(Arrays.copyOfRange(bytes, from, to));
            System.arraycopy(hash, 0, hashes, i * Sha1List.HASH, Sha1List.HASH);
        }
        return Sha1List.wrap(hashes);
    }

    private void check(Scan scan, int pieceLength, V1Pieces v1, Progress progress) throws Exception {
        List<HashedFile> hashed = hash(scan, pieceLength, v1, progress);
        List<HashedFile> v2 = hash(scan, pieceLength, V1Pieces.NONE, new Progress());
        for (int i = 0; i < hashed.size(); i++) {
            Path path = scan.files().get(i).path();
            assertEquals(expected(Files.readAllBytes(path), pieceLength, v1), hashed.get(i).sha1(), path.toString());
            assertEquals(v2.get(i).root(), hashed.get(i).root(), path.toString());
            assertEquals(v2.get(i).layer(), hashed.get(i).layer(), path.toString());
        }
    }

    /** Below, at and above blocks, pieces, what is hashed at once and what one thread takes of a file. */
    private Scan interesting() throws Exception {
        int[] sizes = {0, 1, 16383, 16384, 16385, PIECE - 1, PIECE, PIECE + 1, 5 * PIECE + 7, 1 << 20, (1 << 20) + 1,
            SPAN - 1, SPAN, SPAN + 1, 2 * SPAN + 12345};
        for (int size : sizes) Files.write(files.resolve(size + ".bin"), TestContent.random(size, size));
        return Scan.of(List.of(files));
    }

    @ParameterizedTest
    @ValueSource(ints = {16 << 10, PIECE, 1 << 20, 16 << 20})
    void findsWhatV1KnowsPiecesByWithAndWithoutPadding(int pieceLength) throws Exception {
        Scan scan = interesting();
        check(scan, pieceLength, V1Pieces.PADDED, new Progress());
        check(scan, pieceLength, V1Pieces.SHORT, new Progress());
    }

    @Test
    void readsNothingASecondTime() throws Exception {
        Scan scan = interesting();
        check(scan, PIECE, V1Pieces.PADDED, new Progress());
        var progress = new Progress();
        check(scan, PIECE, V1Pieces.PADDED, progress);
        assertEquals(0, progress.done());
    }

    @Test
    void readsAgainWhatTheDiskHasAltered() throws Exception {
        Path file = Files.write(files.resolve("film"), TestContent.random(5, 3 * PIECE + 9));
        Scan scan = Scan.of(List.of(files));
        check(scan, PIECE, V1Pieces.SHORT, new Progress());
        store.now(tables -> tables.prepare("UPDATE sha1 SET hashes = zeroblob(80)").executeUpdate());
        var progress = new Progress();
        check(scan, PIECE, V1Pieces.SHORT, progress);
        assertEquals(Files.size(file), progress.done());
    }
}
