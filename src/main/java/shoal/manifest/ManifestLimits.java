package shoal.manifest;

/** What a manifest may hold: far more than anyone has, and little enough for every number to fit its type. */
public final class ManifestLimits {
    /** The least piece length: one block. */
    public static final int MIN_PIECE_LENGTH = 16 << 10;

    /** The greatest piece length that libtorrent loads. */
    public static final int MAX_PIECE_LENGTH = 512 << 20;

    /** The most pieces, as in libtorrent: a bitfield of 256 KiB. */
    public static final int MAX_PIECES = 2 << 20;

    /** The most bytes of all files together: 256 TiB, as in libtorrent. */
    public static final long MAX_LENGTH = 1L << 48;

    /** The most bytes of UTF-8 in a file's path, separators included; a system's limit is 4095 for the whole path. */
    public static final int MAX_PATH_BYTES = 3500;

    /** The most bytes of UTF-8 in one name: what common file systems can store. */
    public static final int MAX_NAME_BYTES = 255;

    /** The most trackers, and the most web seeds. */
    public static final int MAX_URLS = 1000;

    /** The most characters of a URL, and of a comment what is kept of it. */
    public static final int MAX_TEXT = 8192;

    private ManifestLimits() {}

    /** The first {@link #MAX_TEXT} characters of {@code text}, or one fewer where that would halve a pair. */
    static String cut(String text) {
        if (text.length() <= MAX_TEXT) return text;
        return text.substring(0, Character.isHighSurrogate(text.charAt(MAX_TEXT - 1)) ? MAX_TEXT - 1 : MAX_TEXT);
    }
}
