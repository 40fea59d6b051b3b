package shoal.merkle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Our own SHA-256 in C, {@code src/main/native/sha256.c}: it hashes several messages at a time, and is quick from the
 * first call on, without a compiler that has to warm up. The launcher builds it where there is a C compiler, and names
 * it in the property {@value #PROPERTY}; without it, or on a processor that has not the instructions, the JDK hashes.
 *
 * <p>It is called through JNI, for the newer way ({@code java.lang.foreign}) makes two dozen classes when it links a
 * function: a tenth of the time that a short fetch takes.
 */
final class NativeSha256 {
    static final String PROPERTY = "shoal.sha256";

    /** The one to be used, if there is one. */
    static final Optional<NativeSha256> HERE =
            Optional.ofNullable(System.getProperty(PROPERTY)).map(Path::of).flatMap(NativeSha256::load);

    /** What it may make use of: 1 for the SHA instructions, 2 for AVX-512 as well. */
    final int level;

    NativeSha256(int level) {
        this.level = level;
    }

    /** The library in this file; none if it cannot be used, for which the log has the reason. */
    @SuppressWarnings("restricted") // what it may break is ours: the C code, which Sha256 calls within bounds
    static Optional<NativeSha256> load(Path library) {
        try {
            System.load(library.toAbsolutePath().toString());
            int level = levelHere();
            return level == 0 ? Optional.empty() : Optional.of(new NativeSha256(level));
        } catch (UnsatisfiedLinkError e) {
            Logger log = System.getLogger(NativeSha256.class.getName());
            log.log(Level.WARNING, "goes on without " + library + ": " + e);
            return Optional.empty();
        }
    }

    /** Whether {@link #digests} can reach it: not if it is an array that may only be read, or is not one of bytes. */
    static boolean reaches(MemorySegment data) {
        return data.isNative() || data.heapBase().orElse(null) instanceof byte[];
    }

    /** As {@link Sha256#digests}, whose arguments it trusts. */
    void digests(MemorySegment data, int[] at, int[] lengths, int count, byte[] out, int to) {
        byte[] array = (byte[]) data.heapBase().orElse(null);
        digests(level, array, data.address(), at, lengths, count, out, to);
    }

    /** What this processor and this system can do: a level, or 0. */
    private static native int levelHere();

    private static native void digests(
            int level, byte @Nullable [] array, long address, int[] at, int[] lengths, int count, byte[] out, int to);
}
