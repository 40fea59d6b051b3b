package shoal.dht;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import shoal.bytes.InfoHash;

/** A place among the 2^160 of the DHT: a node's id, or the hash whose peers the nodes closest to it keep (BEP 5). */
public record NodeId(long a, long b, int c) {
    /** Length in bytes. */
    public static final int BYTES = 20;

    /** Length in bits. */
    static final int BITS = 160;

    /** The place where the peers of a swarm are kept. */
    public static NodeId of(InfoHash hash) {
        return new NodeId(hash.a(), hash.b(), hash.c());
    }

    /**
     * The id that is exactly these 20 bytes.
     *
     * @throws IllegalArgumentException if there are more or fewer than 20
     */
    public static NodeId of(byte[] bytes) {
        return of(InfoHash.of(bytes));
    }

    /** Reads 20 bytes from {@code in} and moves its position behind them. */
    static NodeId read(ByteBuffer in) {
        return new NodeId(in.getLong(), in.getLong(), in.getInt());
    }

    /** Any place. */
    public static NodeId random(RandomGenerator random) {
        return new NodeId(random.nextLong(), random.nextLong(), random.nextInt());
    }

    /** A place whose first {@code bits} bits are as here, and the next one is not, and the others are any. */
    NodeId neighbour(int bits, RandomGenerator random) {
        byte[] id = random(random).bytes();
        byte[] ours = bytes();
        for (int i = 0; i <= bits; i++) {
            int mask = 0x80 >> (i & 7);
            int bit = i < bits ? ours[i >> 3] & mask : ~ours[i >> 3] & mask;
            id[i >> 3] = (byte) ((id[i >> 3] & ~mask) | bit);
        }
        return of(id);
    }

    /** How many of the first bits are the same. */
    int commonBits(NodeId other) {
        if (a != other.a) return Long.numberOfLeadingZeros(a ^ other.a);
        if (b != other.b) return 64 + Long.numberOfLeadingZeros(b ^ other.b);
        return 128 + Integer.numberOfLeadingZeros(c ^ other.c);
    }

    /** Negative if {@code one} is closer to this than {@code other}, positive if it is farther. */
    int compareDistance(NodeId one, NodeId other) {
        int order = Long.compareUnsigned(a ^ one.a, a ^ other.a);
        if (order == 0) order = Long.compareUnsigned(b ^ one.b, b ^ other.b);
        return order != 0 ? order : Integer.compareUnsigned(c ^ one.c, c ^ other.c);
    }

    /** Writes the 20 bytes at the position of {@code out}, which is big-endian. */
    void write(ByteBuffer out) {
        out.putLong(a).putLong(b).putInt(c);
    }

    /** The 20 bytes, in a new array. */
    public byte[] bytes() {
        var bytes = new byte[BYTES];
        write(ByteBuffer.wrap(bytes));
        return bytes;
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes());
    }
}
