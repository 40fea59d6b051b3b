package shoal.merkle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Hash;

/** Our C code against the JDK's SHA-256: whatever a processor can do, the hashes are the same. */
final class NativeSha256Test {
    private static final Path SOURCE =
            Path.of(System.getProperty("shoal.home", "."), "src", "main", "native", "sha256.c");

    @TempDir
    private static Path folder;

    private static NativeSha256 best;

    private final byte[] data = new byte[200_000];
    private final SplittableRandom random = new SplittableRandom(3);

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        Path library = folder.resolve("sha256.so");
        try {
            Path include = Path.of(System.getProperty("java.home"), "include");
            Process cc = new ProcessBuilder("cc", "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC",
                    "-I" + include, "-I" + include.resolve("linux"), "-o", library.toString(), SOURCE.toString())
                    .inheritIO()
                    .start();
            assertTrue(cc.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, cc.exitValue());
        } catch (IOException e) {
            abort("skipped: there is no C compiler (on Debian: apt-get install gcc)");
        }
        Optional<NativeSha256> loaded = NativeSha256.load(library);
        assumeTrue(loaded.isPresent(), "skipped: this processor has no SHA instructions");
        best = loaded.orElseThrow();
    }

    private byte[] digests(Optional<NativeSha256> level, int[] at, int[] lengths) {
        var out = new byte[at.length * Hash.BYTES + 7];
        new Sha256(level).digests(MemorySegment.ofArray(data), at, lengths, at.length, out, 7);
        return out;
    }

    /** Lengths around every border of the padding, alone, in pairs, and in numbers that fill the lanes or do not. */
    @Test
    void hashesAsTheJdkDoesAtEachLevel() {
        random.nextBytes(data);
        for (int level = 1; level <= best.level; level++) {
            var ours = new NativeSha256(level);
            for (int length : new int[] {0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000, Merkle.BLOCK}) {
                for (int count = 1; count <= 35; count++) {
                    int[] at = IntStream.range(0, count).map(i -> i * 5001 % 180_000).toArray();
                    int[] lengths = new int[count];
                    Arrays.fill(lengths, length);
                    lengths[count - 1] = Math.max(0, length - count % 3);
                    assertArrayEquals(digests(Optional.empty(), at, lengths), digests(Optional.of(ours), at, lengths),
                            count + " messages of " + length + " bytes at level " + level);
                }
            }
        }
    }

    @Test
    void hashesMessagesOfMixedLengths() {
        random.nextBytes(data);
        for (int level = 1; level <= best.level; level++) {
            int[] at = random.ints(300, 0, 150_000).toArray();
            int[] lengths = random.ints(300, 0, 3).map(i -> i * 700).toArray();
            var ours = new NativeSha256(level);
            assertArrayEquals(digests(Optional.empty(), at, lengths), digests(Optional.of(ours), at, lengths));
        }
    }

    /** Nodes are folded in place: a hash is written where messages were that have been read. */
    @Test
    void writesOverWhatItHasRead() {
        for (int level = 1; level <= best.level; level++) {
            var bytes = new byte[64 * 100];
            random.nextBytes(bytes);
            int[] at = IntStream.range(0, 100).map(i -> i * 64).toArray();
            int[] lengths = new int[100];
            Arrays.fill(lengths, 64);
            var expected = new byte[3200];
            new Sha256(Optional.empty()).digests(MemorySegment.ofArray(bytes), at, lengths, 100, expected, 0);
            new NativeSha256(level).digests(MemorySegment.ofArray(bytes), at, lengths, 100, bytes, 0);
            assertArrayEquals(expected, Arrays.copyOf(bytes, 3200));
        }
    }

    @Test
    void readsDirectBuffersAlsoIfTheyAreReadOnly() {
        random.nextBytes(data);
        ByteBuffer direct = ByteBuffer.allocateDirect(data.length).put(data).flip().asReadOnlyBuffer();
        var out = new byte[Hash.BYTES];
        int[] lengths = {Merkle.BLOCK};
        new Sha256(Optional.of(best)).digests(MemorySegment.ofBuffer(direct), new int[] {77}, lengths, 1, out, 0);
        var expected = new byte[Hash.BYTES];
        new Sha256(Optional.empty()).digest(data, 77, Merkle.BLOCK, expected, 0);
        assertArrayEquals(expected, out);
    }

    /** An array that may only be read is out of our code's reach: the JDK hashes it. */
    @Test
    void readsArraysAlsoIfTheyAreReadOnly() {
        random.nextBytes(data);
        int[] at = {1, 60_000};
        int[] lengths = {Merkle.BLOCK, 500};
        var out = new byte[2 * Hash.BYTES + 7];
        MemorySegment readOnly = MemorySegment.ofArray(data).asReadOnly();
        new Sha256(Optional.of(best)).digests(readOnly, at, lengths, 2, out, 7);
        assertArrayEquals(digests(Optional.empty(), at, lengths), out);
    }

    /** A part of an array is read from where it begins. */
    @Test
    void readsASliceOfAnArray() {
        random.nextBytes(data);
        int[] at = {11, 20_011};
        int[] lengths = {1000, 1000};
        var out = new byte[2 * Hash.BYTES + 7];
        MemorySegment slice = MemorySegment.ofArray(data).asSlice(5000, 30_000);
        new Sha256(Optional.of(best)).digests(slice, at, lengths, 2, out, 7);
        assertArrayEquals(digests(Optional.empty(), new int[] {5011, 25_011}, lengths), out);
    }

    @Test
    void nothingOutsideTheDataIsRead() {
        var sha256 = new Sha256(Optional.of(best));
        var all = MemorySegment.ofArray(data);
        var out = new byte[Hash.BYTES];
        for (int[] wrong : new int[][] {{data.length, 1}, {-1, 1}, {0, -1}, {0, data.length + 1}, {1, data.length}}) {
            assertThrows(IndexOutOfBoundsException.class, () -> sha256.digests(
                    all, new int[] {wrong[0]}, new int[] {wrong[1]}, 1, out, 0));
        }
        assertThrows(IndexOutOfBoundsException.class, () -> sha256.digests(
                all, new int[2], new int[2], 2, out, 0));
    }

    /** As in a JVM that was just started: the class is loaded anew while the property names the library. */
    @Test
    void isUsedWhereThePropertyNamesIt() throws Exception {
        URL[] classes = {NativeSha256.class.getProtectionDomain().getCodeSource().getLocation()};
        // each class loader needs a file of its own
        Path copy = Files.copy(folder.resolve("sha256.so"), folder.resolve("copy.so"));
        System.setProperty(NativeSha256.PROPERTY, copy.toString());
        try (var loader = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
            var here = Class.forName(NativeSha256.class.getName(), true, loader).getDeclaredField("HERE");
            here.setAccessible(true);
            assertTrue(((Optional<?>) here.get(null)).isPresent());
        } finally {
            System.clearProperty(NativeSha256.PROPERTY);
        }
    }

    @Test
    void aLibraryThatIsNotThereIsDoneWithout() {
        assertEquals(Optional.empty(), NativeSha256.load(folder.resolve("absent.so")));
    }
}
