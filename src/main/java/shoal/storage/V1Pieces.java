package shoal.storage;

/** How the pieces of files are hashed for BitTorrent v1 as well, which only a hybrid needs (BEP 52, "Upgrade path"). */
public enum V1Pieces {
    /** Not at all. */
    NONE,

    /** With SHA-1, the last piece of each file filled up with zeros: what v1 takes for a pad file behind it. */
    PADDED,

    /** With SHA-1, the last piece as short as it is: the only file of a share has nothing behind it. */
    SHORT
}
