package shoal.storage;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import shoal.bytes.Sha1List;

/** Hashes bytes that come in their order to the SHA-1 of each piece. Belongs to one thread; of use again and again. */
final class PieceSha1 {
    private static final byte[] ZEROS = new byte[64 << 10];

    private final int pieceLength;
    private final V1Pieces how;
    private final MessageDigest digest;
    private byte[] hashes = {};
    private int pieces;
    private int filled;

    PieceSha1(int pieceLength, V1Pieces how) {
        this.pieceLength = pieceLength;
        this.how = how;
        try {
            digest = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-1", e);
        }
    }

    /** {@code length} bytes will come, the first of which begins a piece. */
    void begin(long length) {
        hashes = new byte[Math.toIntExact(Math.ceilDiv(length, (long) pieceLength)) * Sha1List.HASH];
        pieces = 0;
        filled = 0;
        digest.reset();
    }

    /** The next bytes: those between position and limit, which stay as they are. */
    void add(ByteBuffer data) {
        ByteBuffer rest = data.duplicate();
        int end = data.limit();
        while (rest.position() < end) {
            rest.limit(Math.min(end, rest.position() + pieceLength - filled));
            filled += rest.remaining();
            digest.update(rest);
            if (filled == pieceLength) endPiece();
        }
    }

    private void endPiece() {
        try {
            digest.digest(hashes, pieces * Sha1List.HASH, Sha1List.HASH);
        } catch (DigestException e) {
            throw new IllegalStateException("more bytes came than were announced", e);
        }
        pieces++;
        filled = 0;
    }

    /** All bytes have come. */
    Sha1List end() {
        if (filled > 0) {
            if (how == V1Pieces.PADDED) pad();
            endPiece();
        }
        return Sha1List.wrap(hashes);
    }

    private void pad() {
        for (int left = pieceLength - filled; left > 0; left -= ZEROS.length) {
            digest.update(ZEROS, 0, Math.min(left, ZEROS.length));
        }
    }
}
