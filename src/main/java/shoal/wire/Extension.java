package shoal.wire;

import java.util.Optional;

/** The extensions that we know (BEP 10), with the ids under which we want to receive their messages. */
public enum Extension {
    /** Addresses of other peers (BEP 11). */
    PEER_EXCHANGE("ut_pex", 1),
    /** The info dictionary (BEP 9). */
    METADATA("ut_metadata", 2),
    /** Whether the peer still fetches (BEP 21). */
    UPLOAD_ONLY("upload_only", 3),
    /** A piece that the peer has lost (BEP 54). */
    DONT_HAVE("lt_donthave", 7);

    private final String key;
    private final int id;

    Extension(String key, int id) {
        this.key = key;
        this.id = id;
    }

    /** Its name in the extended handshake. */
    public String key() {
        return key;
    }

    /** The id under which we want to receive it; never 0. */
    public int id() {
        return id;
    }

    /** The extension that a peer means by an id of ours; nothing if we gave it none. */
    static Optional<Extension> of(int id) {
        for (Extension extension : values()) {
            if (extension.id == id) return Optional.of(extension);
        }
        return Optional.empty();
    }
}
