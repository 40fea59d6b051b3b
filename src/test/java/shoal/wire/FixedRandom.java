package shoal.wire;

import java.util.random.RandomGenerator;

/** Bytes that count up, and pads of one length: what follows from it is the same each time. */
final class FixedRandom implements RandomGenerator {
    private final int pad;
    private int next;

    FixedRandom(int first, int pad) {
        next = first;
        this.pad = pad;
    }

    @Override
    public void nextBytes(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) next++;
    }

    @Override
    public int nextInt(int bound) {
        return pad;
    }

    @Override
    public long nextLong() {
        throw new AssertionError("nobody asks for it");
    }
}
