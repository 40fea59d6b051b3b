package shoal.merkle;

import java.lang.foreign.MemorySegment;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Hash;

/** SHA-256, of one message or of many at once. Keeps a digest: belongs to one thread. */
public final class Sha256 {
    private final @Nullable NativeSha256 quick;
    private @Nullable MessageDigest digest;
    private final int[] zero = {0};
    private final int[] length = {0};

    /** The quickest there is. */
    Sha256() {
        this(NativeSha256.HERE);
    }

    Sha256(Optional<NativeSha256> quick) {
        this.quick = quick.orElse(null);
    }

    /** The hash of all of {@code message}. */
    public static Hash of(byte[] message) {
        var hash = new byte[Hash.BYTES];
        new Sha256().digest(message, 0, message.length, hash, 0);
        return Hash.of(hash);
    }

    /** The JDK's digest, which is looked up when it is needed: that costs as much as many hashes. */
    private MessageDigest jdk() {
        MessageDigest here = digest;
        if (here != null) return here;
        try {
            here = MessageDigest.getInstance("SHA-256");
            digest = here;
            return here;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** Writes the hash of {@code count} bytes of {@code data} to {@code out} behind {@code to}. */
    void digest(byte[] data, int from, int count, byte[] out, int to) {
        if (quick != null) {
            length[0] = count;
            digests(MemorySegment.ofArray(data).asSlice(from, count), zero, length, 1, out, to);
            return;
        }
        jdk().update(data, from, count);
        finish(out, to);
    }

    /**
     * Writes the hashes of {@code count} messages, one after the other, to {@code out} behind {@code to}. Message
     * {@code i} is the {@code lengths[i]} bytes of {@code data} behind {@code at[i]}. Quickest if many neighbours are
     * of one length. {@code out} may be the data, if no message starts before the place of its hash.
     *
     * @throws IndexOutOfBoundsException if they are not all in there, or {@code out} is too short
     */
    void digests(MemorySegment data, int[] at, int[] lengths, int count, byte[] out, int to) {
        for (int i = 0; i < count; i++) Objects.checkFromIndexSize(at[i], (long) lengths[i], data.byteSize());
        Objects.checkFromIndexSize(to, count * Hash.BYTES, out.length);
        if (quick != null && NativeSha256.reaches(data)) {
            quick.digests(data, at, lengths, count, out, to);
            return;
        }
        for (int i = 0; i < count; i++) {
            jdk().update(data.asSlice(at[i], lengths[i]).asByteBuffer());
            finish(out, to + i * Hash.BYTES);
        }
    }

    private void finish(byte[] out, int to) {
        try {
            jdk().digest(out, to, Hash.BYTES);
        } catch (DigestException e) {
            throw new AssertionError("32 bytes are enough for SHA-256", e);
        }
    }
}
