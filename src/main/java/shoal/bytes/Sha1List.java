package shoal.bytes;

import java.util.Arrays;

/** An unchangeable row of SHA-1 hashes in one array: those of the pieces of a file, as BitTorrent v1 knows them. */
public final class Sha1List {
    /** Length of one hash in bytes. */
    public static final int HASH = 20;

    /** No hashes. */
    public static final Sha1List EMPTY = new Sha1List(new byte[0]);

    private final byte[] bytes;

    private Sha1List(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Takes over {@code bytes}, which the caller must not change any more.
     *
     * @throws IllegalArgumentException if their number is not a multiple of 20
     */
    public static Sha1List wrap(byte[] bytes) {
        if (bytes.length % HASH != 0) {
            throw new IllegalArgumentException(bytes.length + " bytes are no whole number of SHA-1 hashes");
        }
        return bytes.length == 0 ? EMPTY : new Sha1List(bytes);
    }

    /** The number of hashes. */
    public int size() {
        return bytes.length / HASH;
    }

    /** Copies all hashes to {@code target} behind {@code offset}. */
    public void write(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, bytes.length);
    }

    /** The hashes' bytes one after the other, in a new array. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sha1List list && Arrays.equals(bytes, list.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return size() + " SHA-1 hashes";
    }
}
