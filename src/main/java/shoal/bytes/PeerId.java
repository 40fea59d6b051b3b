package shoal.bytes;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The 20 bytes by which a peer names itself in a handshake; the first eight are {@code -XXnnnn-} by custom
 * (BEP 20).
 */
public record PeerId(long a, long b, int c) implements Comparable<PeerId> {
    /** Length in bytes. */
    public static final int BYTES = 20;

    private static final String OURS = "-SJ0100-";
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /** The identifier in the first 20 bytes of {@code bytes} behind {@code offset}. */
    public static PeerId of(byte[] bytes, int offset) {
        return new PeerId(Longs.at(bytes, offset), Longs.at(bytes, offset + 8), Longs.intAt(bytes, offset + 16));
    }

    /**
     * The identifier that is exactly these 20 bytes.
     *
     * @throws IllegalArgumentException if there are more or fewer than 20
     */
    public static PeerId of(byte[] bytes) {
        Longs.requireLength(bytes, BYTES);
        return of(bytes, 0);
    }

    /** Reads 20 bytes from {@code in} and moves its position behind them. */
    public static PeerId read(ByteBuffer in) {
        return new PeerId(in.getLong(), in.getLong(), in.getInt());
    }

    /** A new identifier of ours: {@code -SJ0100-} and 12 letters and digits drawn from {@code random}. */
    public static PeerId random(RandomGenerator random) {
        var bytes = OURS.getBytes(StandardCharsets.US_ASCII);
        var id = Arrays.copyOf(bytes, BYTES);
        for (int i = bytes.length; i < BYTES; i++) id[i] = (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        return of(id);
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
    public int compareTo(PeerId other) {
        int order = Long.compareUnsigned(a, other.a);
        if (order == 0) order = Long.compareUnsigned(b, other.b);
        return order != 0 ? order : Integer.compareUnsigned(c, other.c);
    }

    /** The bytes as ASCII, with a dot for what cannot be printed. */
    @Override
    public String toString() {
        var text = new StringBuilder(BYTES);
        for (byte b : bytes()) text.append(b > 32 && b < 127 ? (char) b : '.');
        return text.toString();
    }
}
