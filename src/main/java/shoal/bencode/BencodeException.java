package shoal.bencode;

/** These bytes are not bencoding, or more of it than the limits allow. The message names the reason and the offset. */
public final class BencodeException extends Exception {
    private static final long serialVersionUID = 1;

    /** With a reason that can stand behind {@code "not bencoded: "}. */
    public BencodeException(String reason) {
        super(reason);
    }
}
