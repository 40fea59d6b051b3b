package shoal.catalogue;

import shoal.bytes.Hash;
import shoal.bytes.PublisherKey;
import shoal.bytes.Signature;

/** The secret half of a publisher's key. It signs names and shows itself nowhere. Unchangeable; any thread. */
public final class SigningKey {
    /** Length of the secret in bytes. */
    public static final int BYTES = 32;

    private final byte[] secret;
    private final PublisherKey key;

    private SigningKey(byte[] secret) {
        this.secret = secret;
        // to sign by a secret with another's public half would give the secret away: it is never taken from outside
        key = Ed25519.key(secret);
    }

    /**
     * The key of a secret: the "private key" of RFC 8032.
     *
     * @throws IllegalArgumentException if these are not 32 bytes
     */
    public static SigningKey of(byte[] secret) {
        if (secret.length != BYTES) throw new IllegalArgumentException("need 32 bytes, got " + secret.length);
        return new SigningKey(secret.clone());
    }

    /** The public half, by which others know the owner. */
    public PublisherKey key() {
        return key;
    }

    /**
     * Says that {@code name} is {@code share} from now on.
     *
     * @param seq higher than in every record that was signed for this name before
     * @throws IllegalArgumentException if a record cannot bear the name; see {@link NameRecord#complaint}
     */
    public NameRecord sign(CatalogueName name, long seq, Hash share) {
        byte[] message = NameRecord.signed(name, seq, share);
        return new NameRecord(key, name, seq, share, sign(message));
    }

    /** The signature of any message. */
    Signature sign(byte[] message) {
        return Ed25519.sign(secret, key, message);
    }

    @Override
    public String toString() {
        return "the secret of " + key;
    }
}
