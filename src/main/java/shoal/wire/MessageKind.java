package shoal.wire;

/**
 * The ids of the peer wire with the lengths that are possible, id included. A message is judged by its first five
 * bytes, before anything is kept for it.
 */
enum MessageKind {
    CHOKE(0, "choke", 1),
    UNCHOKE(1, "unchoke", 1),
    INTERESTED(2, "interested", 1),
    NOT_INTERESTED(3, "not interested", 1),
    HAVE(4, "have", 5),
    BITFIELD(5, "bitfield", 1, 1 + WireLimits.PIECES / 8),
    REQUEST(6, "request", 13),
    PIECE(7, "piece", 10, 9 + WireLimits.BLOCK),
    CANCEL(8, "cancel", 13),
    PORT(9, "port", 3),
    SUGGEST_PIECE(13, "suggest piece", 5),
    HAVE_ALL(14, "have all", 1),
    HAVE_NONE(15, "have none", 1),
    REJECT_REQUEST(16, "reject request", 13),
    ALLOWED_FAST(17, "allowed fast", 5),
    EXTENDED(20, "extended", 2, WireLimits.EXTENDED),
    HASH_REQUEST(21, "hash request", 49),
    HASHES(22, "hashes", 49, WireLimits.MESSAGE),
    HASH_REJECT(23, "hash reject", 49);

    private static final MessageKind[] BY_ID = new MessageKind[24];

    static {
        for (MessageKind kind : values()) BY_ID[kind.id] = kind;
    }

    final int id;
    final String title;
    private final int least;
    private final int most;

    MessageKind(int id, String title, int length) {
        this(id, title, length, length);
    }

    MessageKind(int id, String title, int least, int most) {
        this.id = id;
        this.title = title;
        this.least = least;
        this.most = most;
    }

    /** The kind of a message of {@code length} bytes, id included. */
    static MessageKind of(int id, int length) throws PeerFault {
        MessageKind kind = id < BY_ID.length ? BY_ID[id] : null;
        if (kind == null) throw new PeerFault("sent a message with the unknown id " + id);
        if (length < kind.least || length > kind.most) {
            throw new PeerFault("sent " + kind.title + " of " + length + " bytes");
        }
        return kind;
    }

    /** Whether the message may be said only if both sides have the fast extension. */
    boolean isFast() {
        return id >= SUGGEST_PIECE.id && id <= ALLOWED_FAST.id;
    }
}
