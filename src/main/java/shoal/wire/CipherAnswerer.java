package shoal.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.InfoHash;

/** The end that was dialled. The asker's first words are left, decrypted, at the front of what has come. */
final class CipherAnswerer extends CipherHandshake {
    private enum Stage { KEY, MARK, SWARM, PROVIDED, PAD, WORDS }

    private final Collection<InfoHash> known;
    private final int allowed;
    private Stage stage = Stage.KEY;
    private byte[] shared = new byte[0];
    private byte[] mark = new byte[0];
    private @Nullable InfoHash infoHash;
    private int length;

    /** Answers for these swarms alone, with what of {@link #PLAIN} and {@link #RC4} is allowed. */
    CipherAnswerer(Collection<InfoHash> known, int allowed, RandomGenerator random) {
        super(random);
        this.known = known;
        this.allowed = allowed;
    }

    /** The swarm that the asker means; known when the handshake is over. */
    InfoHash infoHash() {
        if (infoHash == null) throw new IllegalStateException("no swarm was named yet");
        return infoHash;
    }

    @Override
    boolean step(ByteBuffer in) throws PeerFault {
        switch (stage) {
            case KEY -> {
                if (in.remaining() < KeyExchange.BYTES) return false;
                shared = shared(in);
                mark = sha1("req1", shared);
                sayKey();
                stage = Stage.MARK;
            }
            case MARK -> {
                if (!find(mark, in)) return false;
                stage = Stage.SWARM;
            }
            case SWARM -> {
                if (in.remaining() < InfoHash.BYTES) return false;
                infoHash = named(InfoHash.read(in));
                keys("keyB", "keyA", shared, infoHash);
                stage = Stage.PROVIDED;
            }
            case PROVIDED -> {
                if (in.remaining() < CONSTANT.length + 6) return false;
                if (!Arrays.equals(decrypted(in, CONSTANT.length), CONSTANT)) {
                    throw new PeerFault("encrypted with another key");
                }
                select(ByteBuffer.wrap(decrypted(in, 4)).getInt());
                length = length(in, "a pad", WireLimits.CIPHER_PAD);
                stage = Stage.PAD;
            }
            case PAD -> {
                if (in.remaining() < length + 2) return false;
                decrypted(in, length);
                length = length(in, "first words", WireLimits.CIPHER_WORDS);
                stage = Stage.WORDS;
            }
            case WORDS -> {
                if (in.remaining() < length) return false;
                // encrypted, whatever follows
                incoming().apply(in, in.position(), in.position() + length);
                byte[] pad = pad();
                sayEncrypted(ByteBuffer.allocate(CONSTANT.length + 4 + pad.length)
                        .put(CONSTANT).putInt(selected).put(pad).array());
                end(in, length);
            }
        }
        return true;
    }

    private InfoHash named(InfoHash hidden) throws PeerFault {
        byte[] wanted = xor(hidden.bytes(), sha1("req3", shared));
        for (InfoHash each : known) {
            if (Arrays.equals(sha1("req2", each.bytes()), wanted)) return each;
        }
        throw new PeerFault("asked for an unknown share, encrypted");
    }

    /** The cheapest of what both can do. */
    private void select(int provided) throws PeerFault {
        selected = Integer.lowestOneBit(provided & allowed);
        if (selected == 0) throw new PeerFault("can do encryption " + provided + ", and we " + allowed);
    }
}
