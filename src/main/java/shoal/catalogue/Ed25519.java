package shoal.catalogue;

import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import shoal.bytes.PublisherKey;
import shoal.bytes.Signature;

/**
 * The check of a signature (RFC 8032). Only this class and {@link SigningKey} touch Bouncy Castle, by its classes and
 * never as a provider: its first use costs a new JVM about 80 ms, which nobody shall pay who does not ask for it.
 */
final class Ed25519 {
    private Ed25519() {}

    /** Whether the owner of {@code key} signed {@code message}. */
    static boolean verifies(PublisherKey key, byte[] message, Signature signature) {
        Ed25519PublicKeyParameters point;
        try {
            point = new Ed25519PublicKeyParameters(key.bytes(), 0);
        } catch (IllegalArgumentException e) {
            return false; // bytes that are no point of the curve
        }
        var check = new Ed25519Signer();
        check.init(false, point);
        check.update(message, 0, message.length);
        return check.verifySignature(signature.bytes());
    }
}
