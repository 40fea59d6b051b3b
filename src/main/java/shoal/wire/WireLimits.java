package shoal.wire;

import shoal.merkle.Merkle;

/** The bounds on what a peer may say. Whatever is beyond them is a {@link PeerFault}, unless it says otherwise. */
public final class WireLimits {
    /** Longest data of a {@code piece} message and longest request: one block. */
    public static final int BLOCK = Merkle.BLOCK;

    /** No piece is longer, so nothing begins behind it: 512 MiB. */
    public static final int PIECE_LENGTH = 512 << 20;

    /** No share has more pieces. */
    public static final int PIECES = 2 << 20;

    /**
     * Longest message behind its length prefix. The longest honest ones, the bitfield of {@link #PIECES} pieces and the
     * answer to a request of {@link #HASHES} hashes, fit in; a connection's read buffer is never longer than this.
     */
    public static final int MESSAGE = 320 << 10;

    /** Longest {@code extended} message. libtorrent takes 17 KiB of metadata at a time and 500 KiB of peers. */
    public static final int EXTENDED = 256 << 10;

    /** Longest info dictionary that is fetched from peers: 32 MiB. A greater {@code metadata_size} is ignored. */
    public static final int METADATA = 32 << 20;

    /** The info dictionary travels in blocks of this many bytes, the last one is shorter (BEP 9). */
    public static final int METADATA_BLOCK = 16384;

    /** Most hashes that one {@code hash request} may ask for; BEP 52 recommends to ask for at most 512. */
    public static final int HASHES = 8192;

    /** Most peers that one peer exchange adds, and most that it drops; the rest of a longer one is ignored (BEP 11). */
    public static final int EXCHANGED_PEERS = 50;

    /** A greater {@code reqq} counts as this. */
    public static final int REQUEST_QUEUE = 65536;

    /** What is behind so many characters of a client's name is left out. */
    public static final int CLIENT_NAME = 64;

    /** Longest pad of an encrypted handshake; what must follow it is not searched for behind so many bytes. */
    static final int CIPHER_PAD = 512;

    /** Most that may come along with an encrypted handshake: a plain one, and what else is said at once. */
    static final int CIPHER_WORDS = 8192;

    private WireLimits() {}

    /** @throws IllegalArgumentException if no share has such a piece */
    static void checkPiece(int piece) {
        if (piece < 0 || piece >= PIECES) throw new IllegalArgumentException("piece " + unsigned(piece));
    }

    /** @throws IllegalArgumentException if no piece of any share has {@code length} bytes behind {@code begin} */
    static void checkBlock(int piece, int begin, int length) {
        checkPiece(piece);
        if (length < 1 || length > BLOCK) {
            throw new IllegalArgumentException("a block of " + unsigned(length) + " bytes");
        }
        if (begin < 0 || begin > PIECE_LENGTH - length) {
            throw new IllegalArgumentException("a block at byte " + unsigned(begin) + " of a piece");
        }
    }

    /** @throws IllegalArgumentException if no info dictionary has such a block */
    static void checkMetadataBlock(int block) {
        if (block < 0 || block >= METADATA / METADATA_BLOCK) {
            throw new IllegalArgumentException("block " + unsigned(block) + " of metadata");
        }
    }

    /** @throws IllegalArgumentException if {@code value} is not from {@code least} to {@code most} */
    static void checkRange(String what, int value, int least, int most) {
        if (value < least || value > most) throw new IllegalArgumentException(what + " " + unsigned(value));
    }

    // numbers of the peer wire have no sign
    private static String unsigned(int value) {
        return Integer.toUnsignedString(value);
    }
}
