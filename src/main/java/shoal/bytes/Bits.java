package shoal.bytes;

import java.util.Arrays;

/**
 * A set of the numbers from 0 to {@code size - 1}, with the bytes of BEP 3's bitfield: number 0 is the highest bit of
 * the first byte. Changeable; belongs to one thread.
 */
public final class Bits {
    private final int size;
    private final long[] words;
    private int count;

    /** An empty set that can hold {@code size} numbers. */
    public Bits(int size) {
        if (size < 0) throw new IllegalArgumentException("size " + size);
        this.size = size;
        this.words = new long[(size + 63) >>> 6];
    }

    /** {@code size} bits of which one alone is set. */
    public static Bits only(int index, int size) {
        var one = new Bits(size);
        one.set(index);
        return one;
    }

    /**
     * The set in a bitfield of exactly {@code (size + 7) / 8} bytes.
     *
     * @throws IllegalArgumentException if the length is another or a spare bit is set
     */
    public static Bits ofWire(byte[] bitfield, int size) {
        if (bitfield.length != (size + 7) >>> 3) {
            throw new IllegalArgumentException(
                    "a bitfield of " + size + " pieces has " + ((size + 7) >>> 3) + " bytes, not " + bitfield.length);
        }
        var bits = new Bits(size);
        for (int i = 0; i < bitfield.length; i++) {
            int from = i << 3;
            int reversed = Integer.reverse(bitfield[i]) >>> 24;
            bits.words[from >>> 6] |= (long) reversed << (from & 63);
        }
        if (size != 0 && (size & 63) != 0 && bits.words[size >>> 6] >>> (size & 63) != 0) {
            throw new IllegalArgumentException("a bitfield of " + size + " pieces has a bit behind its end");
        }
        for (long word : bits.words) bits.count += Long.bitCount(word);
        return bits;
    }

    /** How many numbers the set can hold. */
    public int size() {
        return size;
    }

    /** How many numbers are in the set. */
    public int count() {
        return count;
    }

    /** Whether no number is in the set. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Whether every number is in the set. */
    public boolean isFull() {
        return count == size;
    }

    /** Whether {@code index} is in the set. */
    public boolean has(int index) {
        checkIndex(index);
        return (words[index >>> 6] >>> index & 1) != 0;
    }

    /** Adds {@code index}; tells whether it was missing. */
    public boolean set(int index) {
        if (has(index)) return false;
        words[index >>> 6] |= 1L << index;
        count++;
        return true;
    }

    /** Removes {@code index}; tells whether it was there. */
    public boolean clear(int index) {
        if (!has(index)) return false;
        words[index >>> 6] &= ~(1L << index);
        count--;
        return true;
    }

    /** Adds every number. */
    public void fill() {
        Arrays.fill(words, -1L);
        if ((size & 63) != 0) words[words.length - 1] = (1L << size) - 1;
        count = size;
    }

    /** The first number at or behind {@code from} that is in the set, or -1. */
    public int nextSet(int from) {
        return next(from, 0);
    }

    /** The first number at or behind {@code from} that is not in the set, or -1. */
    public int nextClear(int from) {
        return next(from, -1L);
    }

    private int next(int from, long flip) {
        if (from >= size) return -1;
        int i = from >>> 6;
        long word = (words[i] ^ flip) & -1L << from;
        while (word == 0) {
            if (++i == words.length) return -1;
            word = words[i] ^ flip;
        }
        int index = (i << 6) + Long.numberOfTrailingZeros(word);
        return index < size ? index : -1;
    }

    /** Whether some number is in both sets. */
    public boolean intersects(Bits other) {
        for (int i = 0; i < Math.min(words.length, other.words.length); i++) {
            if ((words[i] & other.words[i]) != 0) return true;
        }
        return false;
    }

    /** Whether some number is in this set and not in {@code other}: whether {@code this} has something to give. */
    public boolean hasMoreThan(Bits other) {
        for (int i = 0; i < words.length; i++) {
            if ((words[i] & ~(i < other.words.length ? other.words[i] : 0)) != 0) return true;
        }
        return false;
    }

    /** A new set of the numbers that are in this set and not in {@code other}. */
    public Bits without(Bits other) {
        var rest = new Bits(size);
        for (int i = 0; i < words.length; i++) {
            rest.words[i] = words[i] & ~(i < other.words.length ? other.words[i] : 0);
            rest.count += Long.bitCount(rest.words[i]);
        }
        return rest;
    }

    /** A copy that may change without changing this. */
    public Bits copy() {
        var copy = new Bits(size);
        System.arraycopy(words, 0, copy.words, 0, words.length);
        copy.count = count;
        return copy;
    }

    /** The bitfield of BEP 3: {@code (size + 7) / 8} bytes, spare bits zero. */
    public byte[] wire() {
        var bitfield = new byte[(size + 7) >>> 3];
        for (int i = 0; i < bitfield.length; i++) {
            int from = i << 3;
            bitfield[i] = (byte) (Integer.reverse((int) (words[from >>> 6] >>> (from & 63)) & 0xff) >>> 24);
        }
        return bitfield;
    }

    private void checkIndex(int index) {
        if (index < 0 || index >= size) throw new IndexOutOfBoundsException(index + " of " + size);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bits bits && size == bits.size && Arrays.equals(words, bits.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return count + " of " + size;
    }
}
