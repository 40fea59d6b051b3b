package shoal.bytes;

import java.util.HexFormat;

/** The Ed25519 public key of somebody who signs names: 32 bytes, which may or may not be a point of the curve. */
public record PublisherKey(long a, long b, long c, long d) implements Comparable<PublisherKey> {
    /** Length in bytes. */
    public static final int BYTES = 32;

    /** Hexadecimal digits of the whole key. */
    public static final int DIGITS = 2 * BYTES;

    /** Digits that tell one key from another: to make a second one that begins so takes 2^64 trials. */
    public static final int SHORT_DIGITS = 16;

    /**
     * The key that is exactly these 32 bytes.
     *
     * @throws IllegalArgumentException if there are more or fewer than 32
     */
    public static PublisherKey of(byte[] bytes) {
        Longs.requireLength(bytes, BYTES);
        return new PublisherKey(Longs.at(bytes, 0), Longs.at(bytes, 8), Longs.at(bytes, 16), Longs.at(bytes, 24));
    }

    /**
     * Parses 64 hexadecimal digits of either case.
     *
     * @throws IllegalArgumentException if {@code hex} is anything else
     */
    public static PublisherKey ofHex(String hex) {
        return of(Longs.parseHex(hex, BYTES));
    }

    /** The 32 bytes, in a new array. */
    public byte[] bytes() {
        var bytes = new byte[BYTES];
        Longs.put(bytes, 0, a);
        Longs.put(bytes, 8, b);
        Longs.put(bytes, 16, c);
        Longs.put(bytes, 24, d);
        return bytes;
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    /** The first 16 of its digits, to show. */
    public String shortHex() {
        return hex().substring(0, SHORT_DIGITS);
    }

    /** Whether its digits begin with {@code digits}, in either case. */
    public boolean beginsWith(String digits) {
        return hex().regionMatches(true, 0, digits, 0, digits.length());
    }

    /** Order of the bytes as unsigned numbers. */
    @Override
    public int compareTo(PublisherKey other) {
        int order = Long.compareUnsigned(a, other.a);
        if (order == 0) order = Long.compareUnsigned(b, other.b);
        if (order == 0) order = Long.compareUnsigned(c, other.c);
        return order != 0 ? order : Long.compareUnsigned(d, other.d);
    }

    @Override
    public String toString() {
        return hex();
    }
}
