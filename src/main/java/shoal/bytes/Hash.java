package shoal.bytes;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A SHA-256 hash: 32 bytes, held as four big-endian longs so that it is a value with an {@code equals}.
 *
 * <p>It names a block (leaf), an inner node of a Merkle tree, a file's root or a whole manifest.
 */
public record Hash(long a, long b, long c, long d) implements Comparable<Hash> {
    /** Length in bytes. */
    public static final int BYTES = 32;

    /** 32 zero bytes: the padding leaf of a BEP 52 tree, and never the root of anything. */
    public static final Hash ZERO = new Hash(0, 0, 0, 0);

    /** The hash in the first 32 bytes of {@code bytes} behind {@code offset}. */
    public static Hash of(byte[] bytes, int offset) {
        return new Hash(
                Longs.at(bytes, offset),
                Longs.at(bytes, offset + 8),
                Longs.at(bytes, offset + 16),
                Longs.at(bytes, offset + 24));
    }

    /**
     * The hash that is exactly these 32 bytes.
     *
     * @throws IllegalArgumentException if there are more or fewer than 32
     */
    public static Hash of(byte[] bytes) {
        Longs.requireLength(bytes, BYTES);
        return of(bytes, 0);
    }

    /** Reads 32 bytes from {@code in} and moves its position behind them. */
    public static Hash read(ByteBuffer in) {
        return new Hash(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    /**
     * Parses 64 hexadecimal digits of either case.
     *
     * @throws IllegalArgumentException if {@code hex} is anything else
     */
    public static Hash ofHex(String hex) {
        return of(Longs.parseHex(hex, BYTES));
    }

    /** Writes the 32 bytes to {@code target}, starting at {@code offset}. */
    public void write(byte[] target, int offset) {
        Longs.put(target, offset, a);
        Longs.put(target, offset + 8, b);
        Longs.put(target, offset + 16, c);
        Longs.put(target, offset + 24, d);
    }

    /** Writes the 32 bytes at the position of {@code out}, which is big-endian. */
    public void write(ByteBuffer out) {
        out.putLong(a).putLong(b).putLong(c).putLong(d);
    }

    /** The 32 bytes, in a new array. */
    public byte[] bytes() {
        var bytes = new byte[BYTES];
        write(bytes, 0);
        return bytes;
    }

    /** Whether all 32 bytes are zero. */
    public boolean isZero() {
        return (a | b | c | d) == 0;
    }

    /** The first 20 bytes: what handshakes, trackers and the DHT carry of a v2 info hash (BEP 52). */
    public InfoHash truncated() {
        return new InfoHash(a, b, (int) (c >>> 32));
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    /** Order of the bytes as unsigned numbers. */
    @Override
    public int compareTo(Hash other) {
        int order = Long.compareUnsigned(a, other.a);
        if (order == 0) order = Long.compareUnsigned(b, other.b);
        if (order == 0) order = Long.compareUnsigned(c, other.c);
        return order != 0 ? order : Long.compareUnsigned(d, other.d);
    }

    /** Written out, for what a record gets is linked at its first use, which is long for a short command. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Hash hash && a == hash.a && b == hash.b && c == hash.c && d == hash.d;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a ^ b ^ c ^ d);
    }

    @Override
    public String toString() {
        return hex();
    }
}
