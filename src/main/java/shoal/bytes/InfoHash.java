package shoal.bytes;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The 20 bytes that name a swarm in handshakes, trackers and the DHT: for a v2 share the first 20 bytes of
 * the SHA-256 of its info dictionary (BEP 52).
 */
public record InfoHash(long a, long b, int c) implements Comparable<InfoHash> {
    /** Length in bytes. */
    public static final int BYTES = 20;

    /** The identifier in the first 20 bytes of {@code bytes} behind {@code offset}. */
    public static InfoHash of(byte[] bytes, int offset) {
        return new InfoHash(Longs.at(bytes, offset), Longs.at(bytes, offset + 8), Longs.intAt(bytes, offset + 16));
    }

    /**
     * The identifier that is exactly these 20 bytes.
     *
     * @throws IllegalArgumentException if there are more or fewer than 20
     */
    public static InfoHash of(byte[] bytes) {
        Longs.requireLength(bytes, BYTES);
        return of(bytes, 0);
    }

    /** The SHA-1 of {@code message}: what BitTorrent v1 calls a share by, if it is an info dictionary. */
    public static InfoHash sha1(byte[] message) {
        try {
            return of(MessageDigest.getInstance("SHA-1").digest(message));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-1", e);
        }
    }

    /** Reads 20 bytes from {@code in} and moves its position behind them. */
    public static InfoHash read(ByteBuffer in) {
        return new InfoHash(in.getLong(), in.getLong(), in.getInt());
    }

    /**
     * Parses 40 hexadecimal digits of either case.
     *
     * @throws IllegalArgumentException if {@code hex} is anything else
     */
    public static InfoHash ofHex(String hex) {
        return of(Longs.parseHex(hex, BYTES));
    }

    /** Writes the 20 bytes at the position of {@code out}, which is big-endian. */
    public void write(ByteBuffer out) {
        out.putLong(a).putLong(b).putInt(c);
    }

    /** The 20 bytes, in a new array. */
    public byte[] bytes() {
        var bytes = new byte[BYTES];
        Longs.put(bytes, 0, a);
        Longs.put(bytes, 8, b);
        Longs.putInt(bytes, 16, c);
        return bytes;
    }

    /** 40 lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    /** Order of the bytes as unsigned numbers. */
    @Override
    public int compareTo(InfoHash other) {
        int order = Long.compareUnsigned(a, other.a);
        if (order == 0) order = Long.compareUnsigned(b, other.b);
        return order != 0 ? order : Integer.compareUnsigned(c, other.c);
    }

    /** Written out, for what a record gets is linked at its first use, which is long for a short command. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof InfoHash hash && a == hash.a && b == hash.b && c == hash.c;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a ^ b) ^ c;
    }

    @Override
    public String toString() {
        return hex();
    }
}
