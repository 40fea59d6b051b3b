package shoal.dht;

/**
 * The nodes that an asker wants to hear of (BEP 32).
 *
 * @param fours IPv4 ones
 * @param sixes IPv6 ones
 */
public record Want(boolean fours, boolean sixes) {
    /** It did not say; then it means those of the family that it asks by. */
    public static final Want UNSAID = new Want(false, false);

    /** Both. */
    public static final Want BOTH = new Want(true, true);
}
