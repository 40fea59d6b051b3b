package shoal.wire;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import shoal.bytes.InfoHash;

/** The end that has dialled. It sends its first words along, before it knows what the answerer chose. */
final class CipherAsker extends CipherHandshake {
    private enum Stage { KEY, CONSTANT, SELECTED, PAD }

    private final InfoHash infoHash;
    private final byte[] words;
    private final int provided;
    private Stage stage = Stage.KEY;
    private byte[] mark = CONSTANT;
    private int padLength;

    /** Asks for the swarm {@code infoHash}; {@code provided} is what may follow, {@link #PLAIN} and {@link #RC4}. */
    CipherAsker(InfoHash infoHash, int provided, byte[] words, RandomGenerator random) {
        super(random);
        if (words.length > WireLimits.CIPHER_WORDS) throw new IllegalArgumentException(words.length + " bytes");
        this.infoHash = infoHash;
        this.provided = provided;
        this.words = words.clone();
        sayKey();
    }

    @Override
    boolean step(ByteBuffer in) throws PeerFault {
        switch (stage) {
            case KEY -> {
                if (in.remaining() < KeyExchange.BYTES) return false;
                name(shared(in));
                stage = Stage.CONSTANT;
            }
            case CONSTANT -> {
                if (!find(mark, in)) return false;
                stage = Stage.SELECTED;
            }
            case SELECTED -> {
                if (in.remaining() < 6) return false;
                selected = ByteBuffer.wrap(decrypted(in, 4)).getInt();
                if ((selected != PLAIN && selected != RC4) || (selected & provided) == 0) {
                    throw new PeerFault("chose encryption " + selected + " of " + provided);
                }
                padLength = length(in, "a pad", WireLimits.CIPHER_PAD);
                stage = Stage.PAD;
            }
            case PAD -> {
                if (in.remaining() < padLength) return false;
                decrypted(in, padLength);
                end(in, 0);
            }
        }
        return true;
    }

    private void name(byte[] shared) {
        say(sha1("req1", shared));
        say(xor(sha1("req2", infoHash.bytes()), sha1("req3", shared)));
        keys("keyA", "keyB", shared, infoHash);
        byte[] pad = pad();
        sayEncrypted(ByteBuffer.allocate(CONSTANT.length + 4 + pad.length + 2 + words.length)
                .put(CONSTANT).putInt(provided).put(pad).putShort((short) words.length).put(words).array());
        // zeros, encrypted: what their stream begins with
        mark = CONSTANT.clone();
        incoming().apply(mark, mark.length);
    }
}
