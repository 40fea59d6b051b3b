package shoal.catalogue;

import shoal.bytes.PublisherKey;
import shoal.bytes.Signature;

/**
 * Signatures of RFC 8032. Only this class touches Bouncy Castle, by the arithmetic alone and never as a provider: its
 * first use costs a new JVM about 80 ms, which nobody shall pay who does not ask for it. Nothing of it but arrays is
 * named here, since already the verification of a class loads the types that it passes on.
 */
final class Ed25519 {
    private Ed25519() {}

    /** The public half of a secret of 32 bytes. */
    static PublisherKey key(byte[] secret) {
        var key = new byte[PublisherKey.BYTES];
        org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(secret, 0, key, 0);
        return PublisherKey.of(key);
    }

    /** The signature of {@code message} by a secret and its own public half. */
    static Signature sign(byte[] secret, PublisherKey key, byte[] message) {
        var signature = new byte[Signature.BYTES];
        org.bouncycastle.math.ec.rfc8032.Ed25519.sign(
                secret, 0, key.bytes(), 0, message, 0, message.length, signature, 0);
        return Signature.of(signature);
    }

    /** Whether the owner of {@code key} signed {@code message}; nobody owns what is no point of the curve. */
    static boolean verifies(PublisherKey key, byte[] message, Signature signature) {
        return org.bouncycastle.math.ec.rfc8032.Ed25519.verify(
                signature.bytes(), 0, key.bytes(), 0, message, 0, message.length);
    }
}
