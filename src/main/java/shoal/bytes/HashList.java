package shoal.bytes;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * An unchangeable row of hashes in one array: a layer of a tree, or a part of one. 32 bytes a hash, nothing more, so
 * that the 64 Mi leaves of a 1 TiB file could be named in 2 GiB.
 */
public final class HashList {
    /** No hashes. */
    public static final HashList EMPTY = new HashList(new byte[0]);

    private final byte[] bytes;

    private HashList(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Takes over {@code bytes}, which the caller must not change any more.
     *
     * @throws IllegalArgumentException if their number is not a multiple of 32
     */
    public static HashList wrap(byte[] bytes) {
        if (bytes.length % Hash.BYTES != 0) {
            throw new IllegalArgumentException(bytes.length + " bytes are no whole number of hashes");
        }
        return bytes.length == 0 ? EMPTY : new HashList(bytes);
    }

    /** A list of these hashes. */
    public static HashList of(List<Hash> hashes) {
        var bytes = new byte[hashes.size() * Hash.BYTES];
        int offset = 0;
        for (Hash hash : hashes) {
            hash.write(bytes, offset);
            offset += Hash.BYTES;
        }
        return wrap(bytes);
    }

    /** A list of these hashes. */
    public static HashList of(Hash... hashes) {
        return of(List.of(hashes));
    }

    /** The number of hashes. */
    public int size() {
        return bytes.length / Hash.BYTES;
    }

    /** The hash at {@code index}, counted from 0. */
    public Hash at(int index) {
        return Hash.of(bytes, index * Hash.BYTES);
    }

    /**
     * A copy of the hashes from {@code from} (inclusive) to {@code to} (exclusive).
     *
     * @throws IndexOutOfBoundsException if there are not so many
     */
    public HashList slice(int from, int to) {
        Objects.checkFromToIndex(from, to, size());
        if (from == 0 && to == size()) return this;
        return wrap(Arrays.copyOfRange(bytes, from * Hash.BYTES, to * Hash.BYTES));
    }

    /** Copies {@code count} hashes, from the one at {@code index} on, to {@code target} behind {@code offset}. */
    public void write(int index, int count, byte[] target, int offset) {
        System.arraycopy(bytes, index * Hash.BYTES, target, offset, count * Hash.BYTES);
    }

    /** The hashes' bytes one after the other, in a new array. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HashList list && Arrays.equals(bytes, list.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return size() + " hashes";
    }
}
