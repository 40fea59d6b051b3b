package shoal.manifest;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.Sha1List;
import shoal.merkle.LeafHasher;
import shoal.merkle.Merkle;
import tools.jackson.jr.ob.JSON;

/**
 * The test vectors: manifests of invented content that libtorrent and a second program made alike. Byte {@code i} of
 * file {@code k} is {@code (i*31 + 7 + 13*k) mod 251}.
 */
final class Vectors {
    private Vectors() {}

    /** One share in {@code vectors.json}. */
    record Vector(Map<?, ?> fields) {
        String text(String key) {
            return (String) requireNonNull(fields.get(key), key);
        }

        int number(String key) {
            return ((Number) requireNonNull(fields.get(key), key)).intValue();
        }

        boolean has(String key) {
            return fields.get(key) != null;
        }

        List<Vector> files() {
            var files = new ArrayList<Vector>();
            for (Object file : (List<?>) requireNonNull(fields.get("files"))) {
                files.add(new Vector((Map<?, ?>) file));
            }
            return files;
        }

        byte[] torrent() {
            return Vectors.file(text("name") + "." + number("piece_length") + ".torrent");
        }

        byte[] hybridTorrent() {
            return Vectors.file(text("name") + "." + number("piece_length") + ".hybrid.torrent");
        }

        @Override
        public String toString() {
            return text("name") + " in pieces of " + number("piece_length");
        }
    }

    static List<Vector> all() {
        try {
            var vectors = new ArrayList<Vector>();
            for (Object fields : JSON.std.listFrom(file("vectors.json"))) vectors.add(new Vector((Map<?, ?>) fields));
            return vectors;
        } catch (RuntimeException e) {
            throw new AssertionError("vectors.json", e);
        }
    }

    static byte[] file(String name) {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + name)) {
            if (in == null) throw new AssertionError("no vector " + name);
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    /** The first {@code length} bytes of file {@code k}. */
    static byte[] content(int k, int length) {
        var content = new byte[length];
        for (int i = 0; i < length; i++) content[i] = (byte) ((i * 31L + 7 + 13L * k) % 251);
        return content;
    }

    /** All leaves of a file with this content. */
    static HashList leaves(byte[] content) {
        var leaves = new byte[(int) Merkle.blocks(content.length) * Hash.BYTES];
        new LeafHasher().leaves(ByteBuffer.wrap(content), leaves, 0);
        return HashList.wrap(leaves);
    }

    /** The piece layer above {@code leaves}: one hash for each piece. */
    static HashList layer(HashList leaves, int pieceLength) {
        int blocks = pieceLength / Merkle.BLOCK;
        var hashes = new ArrayList<Hash>();
        for (int i = 0; i < leaves.size(); i += blocks) {
            HashList piece = leaves.slice(i, Math.min(leaves.size(), i + blocks));
            hashes.add(Merkle.fold(piece, 0, Merkle.pieceLayer(pieceLength)));
        }
        return HashList.of(hashes);
    }

    /** The SHA-1 of each piece, the last one filled up with zeros if it is {@code padded}. */
    static Sha1List sha1(byte[] content, int pieceLength, boolean padded) throws NoSuchAlgorithmException {
        int pieces = Math.ceilDiv(content.length, pieceLength);
        var hashes = new byte[pieces * Sha1List.HASH];
        for (int i = 0; i < pieces; i++) {
            int end = (i + 1) * pieceLength;
            byte[] piece = Arrays.copyOfRange(content, i * pieceLength, padded ? end : Math.min(end, content.length));
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(piece);
            System.arraycopy(hash, 0, hashes, i * Sha1List.HASH, hash.length);
        }
        return Sha1List.wrap(hashes);
    }
}
