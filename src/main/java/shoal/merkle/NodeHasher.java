package shoal.merkle;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/** Hashes pairs of nodes to their parents. Keeps a digest: belongs to one thread. */
public final class NodeHasher {
    private final MessageDigest digest;
    private final byte[] pair = new byte[2 * Hash.BYTES];

    /** A hasher for the calling thread. */
    public NodeHasher() {
        digest = sha256();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** The parent of two nodes: SHA-256 of the left one's bytes and then the right one's. */
    public Hash parent(Hash left, Hash right) {
        left.write(pair, 0);
        right.write(pair, Hash.BYTES);
        hash(pair, 0, pair, 0);
        return Hash.of(pair, 0);
    }

    /**
     * Writes the parents of the first {@code count} nodes in {@code nodes} to {@code parents}, which may be the same
     * array; an odd last node gets {@code pad} as its sibling.
     *
     * @return the number of parents, {@code (count + 1) / 2}
     */
    int parents(byte[] nodes, int count, byte[] parents, Hash pad) {
        int pairs = count / 2;
        for (int i = 0; i < pairs; i++) hash(nodes, i * 2 * Hash.BYTES, parents, i * Hash.BYTES);
        if ((count & 1) == 0) return pairs;
        System.arraycopy(nodes, (count - 1) * Hash.BYTES, pair, 0, Hash.BYTES);
        pad.write(pair, Hash.BYTES);
        hash(pair, 0, parents, pairs * Hash.BYTES);
        return pairs + 1;
    }

    /** As the other, from a list to a new array. */
    byte[] parents(HashList nodes, Hash pad) {
        int count = nodes.size();
        var parents = new byte[(count + 1) / 2 * Hash.BYTES];
        for (int i = 0; i < count / 2; i++) {
            nodes.update(digest, 2 * i, 2);
            finish(parents, i * Hash.BYTES);
        }
        if ((count & 1) != 0) {
            nodes.update(digest, count - 1, 1);
            pad.write(pair, 0);
            digest.update(pair, 0, Hash.BYTES);
            finish(parents, count / 2 * Hash.BYTES);
        }
        return parents;
    }

    private void hash(byte[] in, int from, byte[] out, int to) {
        digest.update(in, from, 2 * Hash.BYTES);
        finish(out, to);
    }

    private void finish(byte[] out, int to) {
        try {
            digest.digest(out, to, Hash.BYTES);
        } catch (DigestException e) {
            throw new AssertionError("32 bytes are enough for SHA-256", e);
        }
    }
}
