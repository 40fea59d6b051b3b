package shoal.wire;

import java.math.BigInteger;
import java.util.random.RandomGenerator;

/**
 * One end of the Diffie-Hellman exchange of message stream encryption: 768 bits, keys of 96 bytes. Our secret has 160
 * bits, always, so that it costs the same each time: about a millisecond for each of the two powers.
 */
final class KeyExchange {
    /** Length of a key in bytes. */
    static final int BYTES = 96;

    private static final int SECRET_BYTES = 20;
    private static final BigInteger PRIME = new BigInteger(
            "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74"
                    + "020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437"
                    + "4fe1356d6d51c245e485b576625e7ec6f44c42e9a63a36210000000000090563",
            16);

    private final BigInteger secret;

    KeyExchange(RandomGenerator random) {
        var bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        secret = new BigInteger(1, bytes).setBit(SECRET_BYTES * 8 - 1);
    }

    /** The key that the other end is told. */
    byte[] ours() {
        return padded(BigInteger.TWO.modPow(secret, PRIME));
    }

    /**
     * What both ends and nobody else know.
     *
     * @throws PeerFault if anybody could know it, because of {@code theirs}
     */
    byte[] shared(byte[] theirs) throws PeerFault {
        var key = new BigInteger(1, theirs);
        boolean isKey = key.compareTo(BigInteger.ONE) > 0 && key.compareTo(PRIME.subtract(BigInteger.ONE)) < 0;
        if (!isKey) throw new PeerFault("no key to encrypt with");
        return padded(key.modPow(secret, PRIME));
    }

    private static byte[] padded(BigInteger number) {
        byte[] bytes = number.toByteArray();
        var padded = new byte[BYTES];
        // the first byte may be one for the sign
        int count = Math.min(bytes.length, BYTES);
        System.arraycopy(bytes, bytes.length - count, padded, BYTES - count, count);
        return padded;
    }
}
