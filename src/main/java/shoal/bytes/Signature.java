package shoal.bytes;

import java.util.HexFormat;

/** An Ed25519 signature: 64 bytes, held as eight longs so that it is a value with an {@code equals}. */
public record Signature(long a, long b, long c, long d, long e, long f, long g, long h) {
    /** Length in bytes. */
    public static final int BYTES = 64;

    /**
     * The signature that is exactly these 64 bytes.
     *
     * @throws IllegalArgumentException if there are more or fewer than 64
     */
    public static Signature of(byte[] bytes) {
        Longs.requireLength(bytes, BYTES);
        return new Signature(
                Longs.at(bytes, 0), Longs.at(bytes, 8), Longs.at(bytes, 16), Longs.at(bytes, 24),
                Longs.at(bytes, 32), Longs.at(bytes, 40), Longs.at(bytes, 48), Longs.at(bytes, 56));
    }

    /**
     * Parses 128 hexadecimal digits of either case.
     *
     * @throws IllegalArgumentException if {@code hex} is anything else
     */
    public static Signature ofHex(String hex) {
        return of(Longs.parseHex(hex, BYTES));
    }

    /** The 64 bytes, in a new array. */
    public byte[] bytes() {
        var bytes = new byte[BYTES];
        long[] parts = {a, b, c, d, e, f, g, h};
        for (int i = 0; i < parts.length; i++) Longs.put(bytes, i * Long.BYTES, parts[i]);
        return bytes;
    }

    /** 128 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes());
    }
}
