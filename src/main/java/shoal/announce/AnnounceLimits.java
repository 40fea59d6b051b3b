package shoal.announce;

import java.time.Duration;

/** What either side of an announce accepts from the other. */
public final class AnnounceLimits {
    /** Bytes of a query. A client's own is about 350. */
    public static final int QUERY_BYTES = 8 << 10;

    /** Keys of a query; a scrape repeats one. */
    public static final int QUERY_KEYS = 128;

    /** Hashes of one scrape; the number that fits a UDP packet (BEP 15). */
    public static final int SCRAPE_HASHES = 74;

    /** Bytes of a packet from a client over UDP; a scrape of {@link #SCRAPE_HASHES} has 1496. */
    public static final int UDP_BYTES = 2_048;

    /** Bytes of path and query of a tracker's URL over UDP (BEP 41). */
    public static final int UDP_PATH_BYTES = 1_024;

    /** Bytes of a tracker's packet: what comes through every IPv6 link in one piece, without its headers. */
    public static final int UDP_REPLY_BYTES = 1_232;

    /** Bytes of a reply, after any decompression. */
    public static final int REPLY_BYTES = 1 << 20;

    /** Peers used of one reply. */
    public static final int REPLY_PEERS = 2_000;

    /** Characters kept of a tracker's text. */
    public static final int TEXT_CHARACTERS = 256;

    /** The shortest interval that is believed. */
    public static final Duration LEAST_INTERVAL = Duration.ofSeconds(30);

    /** The longest interval that is believed. */
    public static final Duration MOST_INTERVAL = Duration.ofHours(1);

    private AnnounceLimits() {}
}
