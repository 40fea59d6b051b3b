package shoal.bencode;

/**
 * What a reader of bytes from outside allows.
 *
 * @param depth how deep lists and dictionaries may nest
 * @param tokens how many values and keys there may be
 * @param bytes how long the input may be
 */
public record BencodeLimits(int depth, int tokens, int bytes) {
    /** For a manifest file: the bounds of libtorrent, but for the size, of which it allows 10 MB. */
    public static final BencodeLimits MANIFEST = new BencodeLimits(100, 3_000_000, 128 << 20);

    /** For a message of a peer or a reply of a tracker. */
    public static final BencodeLimits MESSAGE = new BencodeLimits(20, 20_000, 1 << 20);
}
