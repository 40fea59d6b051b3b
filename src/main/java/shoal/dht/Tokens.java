package shoal.dht;

import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import shoal.bencode.BString;
import shoal.bytes.InfoHash;

/**
 * Proofs that an asker can receive at the address it asks from, which an announce has to bring back. They follow from a
 * secret, the address and the swarm, so that nothing is kept for each asker; the secret changes.
 */
final class Tokens {
    private static final int BYTES = 8;
    private static final int SECRETS = 3;

    private final RandomGenerator random;
    private final byte[][] secrets = new byte[SECRETS][16];
    private long changed;

    Tokens(RandomGenerator random, long now) {
        this.random = random;
        changed = now;
        for (byte[] secret : secrets) random.nextBytes(secret);
    }

    void tick(long now) {
        if (now - changed < DhtLimits.SECRET) return;
        changed = now;
        for (int i = SECRETS - 1; i > 0; i--) secrets[i] = secrets[i - 1];
        secrets[0] = new byte[16];
        random.nextBytes(secrets[0]);
    }

    BString token(InetAddress address, InfoHash hash) {
        return BString.wrap(token(secrets[0], address, hash));
    }

    boolean isOurs(BString token, InetAddress address, InfoHash hash) {
        byte[] given = token.bytes();
        for (byte[] secret : secrets) {
            if (MessageDigest.isEqual(given, token(secret, address, hash))) return true;
        }
        return false;
    }

    private static byte[] token(byte[] secret, InetAddress address, InfoHash hash) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(secret);
            digest.update(address.getAddress());
            digest.update(hash.bytes());
            return Arrays.copyOf(digest.digest(), BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
