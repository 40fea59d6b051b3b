package shoal.merkle;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Our own SHA-256 in C, {@code src/main/native/sha256.c}: it hashes several messages at a time, and is quick from the
 * first call on, without a compiler that has to warm up. The launcher builds it where there is a C compiler, and names
 * it in the property {@value #PROPERTY}; without it, or on a processor that has not the instructions, the JDK hashes.
 *
 * @param digests the C function
 * @param level what it may make use of: 1 for the SHA instructions, 2 for AVX-512 as well
 */
record NativeSha256(MethodHandle digests, int level) {
    static final String PROPERTY = "shoal.sha256";

    private static final AddressLayout ARRAY = ValueLayout.ADDRESS;

    /** The one to be used, if there is one. */
    static final Optional<NativeSha256> HERE =
            Optional.ofNullable(System.getProperty(PROPERTY)).map(Path::of).flatMap(NativeSha256::load);

    /** The library in this file; none if it cannot be used, for which the log has the reason. */
    @SuppressWarnings("restricted") // what it may break is ours: the C code, which Sha256 calls within bounds
    static Optional<NativeSha256> load(Path library) {
        try {
            var symbols = SymbolLookup.libraryLookup(library, Arena.global());
            var linker = Linker.nativeLinker();
            int level = (int) linker.downcallHandle(
                    symbols.findOrThrow("shoal_sha256_level"), FunctionDescriptor.of(ValueLayout.JAVA_INT))
                    .invokeExact();
            if (level == 0) return Optional.empty();
            var signature = FunctionDescriptor.ofVoid(
                    ValueLayout.JAVA_INT, ARRAY, ARRAY, ARRAY, ValueLayout.JAVA_INT, ARRAY);
            // critical: the arrays may lie in the heap, for the calls are short
            return Optional.of(new NativeSha256(
                    linker.downcallHandle(
                            symbols.findOrThrow("shoal_sha256"), signature, Linker.Option.critical(true)),
                    level));
        } catch (Throwable e) {
            Logger log = System.getLogger(NativeSha256.class.getName());
            log.log(Level.WARNING, "goes on without " + library + ": " + e);
            return Optional.empty();
        }
    }

    /** As {@link Sha256#digests}, whose arguments it trusts. */
    void digests(MemorySegment data, int[] at, int[] lengths, int count, byte[] out, int to) {
        try {
            digests.invokeExact(level, data, MemorySegment.ofArray(at), MemorySegment.ofArray(lengths), count,
                    MemorySegment.ofArray(out).asSlice(to));
        } catch (Throwable e) {
            throw new AssertionError("C throws nothing", e);
        }
    }
}
