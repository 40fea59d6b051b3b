package shoal.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import shoal.bytes.InfoHash;

/**
 * Message stream encryption as a node wants it. It makes a connection look like nothing in particular to who only looks
 * on; it does not tell who the peer is. Any thread may use it.
 */
public final class Ciphers {
    private final int allowed;
    private final Supplier<RandomGenerator> randomness;
    private final Semaphore turns = new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

    /**
     * Asked for {@code randomness} at each handshake.
     *
     * @param always whether all is encrypted, else only the handshake is, unless the peer insists
     */
    public Ciphers(boolean always, Supplier<RandomGenerator> randomness) {
        allowed = always ? CipherHandshake.RC4 : CipherHandshake.RC4 | CipherHandshake.PLAIN;
        this.randomness = randomness;
    }

    /**
     * Answers an encrypted handshake; the peer's plain one follows inside.
     *
     * @param known the swarms that may be meant
     * @return the one that is
     */
    public InfoHash answer(PeerChannel channel, Collection<InfoHash> known) throws IOException, PeerFault {
        var end = new CipherAnswerer(known, allowed, randomness.get());
        channel.encrypt(end, turns);
        return end.infoHash();
    }

    /** Shakes hands encrypted, and sends our plain handshake inside; the peer's follows. */
    public void ask(PeerChannel channel, Handshake handshake) throws IOException, PeerFault {
        var words = ByteBuffer.allocate(Handshake.BYTES);
        handshake.write(words);
        channel.encrypt(
                new CipherAsker(handshake.infoHash(), allowed, words.array(), randomness.get()), turns);
        channel.sent(handshake);
    }
}
