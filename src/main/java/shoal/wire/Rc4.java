package shoal.wire;

import java.nio.ByteBuffer;

/**
 * One direction of an encrypted connection: RC4 without its first 1024 bytes, as message stream encryption wants it.
 * It hides what is said from a quick look, no more; that it is true, the trees prove.
 *
 * <p>The JDK's cipher is as quick, but the first one takes 140 ms to get.
 */
final class Rc4 {
    private static final int DROPPED = 1024;

    // ints, for the first compiler makes of bytes what takes twice as long
    private final int[] state = new int[256];
    private final byte[] some = new byte[4096];
    private int i;
    private int j;

    /** With a key of 1 to 256 bytes. */
    Rc4(byte[] key) {
        for (int k = 0; k < 256; k++) state[k] = k;
        int at = 0;
        for (int k = 0; k < 256; k++) {
            int one = state[k];
            at = (at + one + key[k % key.length]) & 255;
            state[k] = state[at];
            state[at] = one;
        }
        apply(new byte[DROPPED], DROPPED);
    }

    /** Encrypts or decrypts the bytes from {@code from} to {@code to} where they lie. */
    void apply(ByteBuffer buffer, int from, int to) {
        for (int at = from; at < to; at += some.length) {
            int count = Math.min(some.length, to - at);
            buffer.get(at, some, 0, count);
            apply(some, count);
            buffer.put(at, some, 0, count);
        }
    }

    /** Encrypts or decrypts the first {@code count} bytes. */
    void apply(byte[] bytes, int count) {
        int[] s = state;
        int a = i;
        int b = j;
        for (int k = 0; k < count; k++) {
            a = (a + 1) & 255;
            int x = s[a];
            b = (b + x) & 255;
            int y = s[b];
            s[a] = y;
            s[b] = x;
            bytes[k] ^= (byte) s[(x + y) & 255];
        }
        i = a;
        j = b;
    }
}
