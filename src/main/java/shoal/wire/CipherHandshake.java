package shoal.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.InfoHash;

/**
 * One end of the handshake of message stream encryption, without a socket: it is shown what came, and tells what has to
 * be sent. What it has not taken of what came stays where it is, so that the end of the handshake is the beginning of
 * the connection. The thread that shakes hands uses it.
 *
 * <p>The asker sends its key and a pad; the answerer its key and a pad; the asker which swarm it means, what it can do,
 * a pad and its first words; the answerer what it chose, and a pad. Pads hide the lengths and must be searched for
 * their ends.
 */
abstract sealed class CipherHandshake permits CipherAsker, CipherAnswerer {
    /** Bit of what is provided or selected: what follows the handshake is not encrypted. */
    static final int PLAIN = 1;

    /** Bit of what is provided or selected: it is. */
    static final int RC4 = 2;

    /** Known bytes, by which the beginning of what is encrypted is recognised. */
    static final byte[] CONSTANT = new byte[8];

    private final KeyExchange exchange;
    private final RandomGenerator random;
    private final ByteArrayOutputStream toSend = new ByteArrayOutputStream();
    private @Nullable Rc4 incoming;
    private @Nullable Rc4 outgoing;
    private boolean isOver;
    int selected;

    CipherHandshake(RandomGenerator random) {
        this.random = random;
        exchange = new KeyExchange(random);
    }

    /**
     * Takes as much of what came as makes sense now.
     *
     * @return whether the handshake is over; then what is left of {@code in} is in the clear
     * @throws PeerFault if it is none, or has no end
     */
    final boolean take(ByteBuffer in) throws PeerFault {
        while (!isOver) {
            if (!step(in)) return false;
        }
        return true;
    }

    /** Takes one part, if all of it is here. */
    abstract boolean step(ByteBuffer in) throws PeerFault;

    /** What has to be sent now. */
    final byte[] toSend() {
        byte[] bytes = toSend.toByteArray();
        toSend.reset();
        return bytes;
    }

    /** Whether what follows is encrypted. */
    final boolean isEncrypted() {
        return selected == RC4;
    }

    final void say(byte... bytes) {
        toSend.writeBytes(bytes);
    }

    /** Puts our key and up to 512 bytes that mean nothing. */
    final void sayKey() {
        say(exchange.ours());
        var pad = new byte[random.nextInt(WireLimits.CIPHER_PAD + 1)];
        random.nextBytes(pad);
        say(pad);
    }

    final void sayEncrypted(byte[] bytes) {
        byte[] copy = bytes.clone();
        outgoing().apply(copy, copy.length);
        say(copy);
    }

    /** A length, and as many zeros. */
    final byte[] pad() {
        int length = random.nextInt(WireLimits.CIPHER_PAD + 1);
        return ByteBuffer.allocate(2 + length).putShort((short) length).array();
    }

    final byte[] shared(ByteBuffer in) throws PeerFault {
        return exchange.shared(bytes(in, KeyExchange.BYTES));
    }

    /** Both keys follow from what both know. */
    final void keys(String ours, String theirs, byte[] shared, InfoHash infoHash) {
        outgoing = new Rc4(sha1(ours, shared, infoHash.bytes()));
        incoming = new Rc4(sha1(theirs, shared, infoHash.bytes()));
    }

    final Rc4 incoming() {
        if (incoming == null) throw new IllegalStateException("no key is known");
        return incoming;
    }

    final Rc4 outgoing() {
        if (outgoing == null) throw new IllegalStateException("no key is known");
        return outgoing;
    }

    /** It is over; {@code clear} bytes of what is left are in the clear already. */
    final void end(ByteBuffer in, int clear) {
        if (isEncrypted()) incoming().apply(in, in.position() + clear, in.limit());
        isOver = true;
    }

    /** Decrypts the next {@code count} bytes. */
    final byte[] decrypted(ByteBuffer in, int count) {
        byte[] bytes = bytes(in, count);
        incoming().apply(bytes, count);
        return bytes;
    }

    /** The next two bytes decrypted, as the length of something. */
    final int length(ByteBuffer in, String what, int most) throws PeerFault {
        int length = ByteBuffer.wrap(decrypted(in, 2)).getShort() & 0xffff;
        if (length > most) throw new PeerFault(what + " of " + length + " bytes in the encrypted handshake");
        return length;
    }

    /**
     * Looks for {@code mark} behind at most so many bytes as a pad may have, and takes all up to its end.
     *
     * @throws PeerFault if it cannot come any more
     */
    static boolean find(byte[] mark, ByteBuffer in) throws PeerFault {
        int most = Math.min(in.remaining() - mark.length, WireLimits.CIPHER_PAD);
        for (int skipped = 0; skipped <= most; skipped++) {
            int at = in.position() + skipped;
            if (in.slice(at, mark.length).mismatch(ByteBuffer.wrap(mark)) >= 0) continue;
            in.position(at + mark.length);
            return true;
        }
        if (most == WireLimits.CIPHER_PAD) throw new PeerFault("no BitTorrent handshake, plain or encrypted");
        return false;
    }

    private static byte[] bytes(ByteBuffer in, int count) {
        var bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    static byte[] sha1(String label, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(label.getBytes(StandardCharsets.US_ASCII));
            for (byte[] part : parts) digest.update(part);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    static byte[] xor(byte[] one, byte[] other) {
        byte[] result = one.clone();
        for (int k = 0; k < result.length; k++) result[k] ^= other[k];
        return result;
    }
}
