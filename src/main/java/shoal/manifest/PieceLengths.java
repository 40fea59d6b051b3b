package shoal.manifest;

/** Which piece lengths there are, and which one fits how much data. */
public final class PieceLengths {
    private static final int MAX_AUTOMATIC = 16 << 20;

    private PieceLengths() {}

    /** Whether a manifest may have this piece length: a power of two from 16 KiB to 512 MiB. */
    public static boolean isValid(long pieceLength) {
        return pieceLength >= ManifestLimits.MIN_PIECE_LENGTH
                && pieceLength <= ManifestLimits.MAX_PIECE_LENGTH
                && Long.bitCount(pieceLength) == 1;
    }

    /**
     * The piece length for {@code totalLength} bytes: grows with the square root of them, from 16 KiB (up to 4 MiB of
     * data) to 16 MiB (from 1 TiB on), so that both the pieces and their number stay handy.
     */
    public static int automatic(long totalLength) {
        int bits = (63 - Long.numberOfLeadingZeros(totalLength)) / 2 + 4;
        return Math.clamp(1L << bits, ManifestLimits.MIN_PIECE_LENGTH, MAX_AUTOMATIC);
    }
}
