package shoal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A peer that knows the key, and says whatever it likes behind it. */
final class CipherFuzzTest {
    private static final byte[] KEY = new KeyExchange(new FixedRandom(50, 0)).ours();

    static Stream<byte[]> seeds() {
        return Stream.of(
                Bytes.hex("0000000000000000" + "00000003" + "0002" + "0000" + "0003" + "616263" + "6465"),
                Bytes.hex("0000000000000000" + "00000002" + "0002" + "0000" + "6465"), new byte[0], new byte[600]);
    }

    private static byte[] secret(CipherHandshake end) throws PeerFault {
        return new KeyExchange(new FixedRandom(50, 0)).shared(Arrays.copyOf(end.toSend(), KeyExchange.BYTES));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "25s")
    void anAnswererEndsOrFaultsOrWaitsForALittleMore(byte[] bytes) {
        var answerer = new CipherAnswerer(List.of(Bytes.SWARM), 3, new FixedRandom(1, 0));
        try {
            assertEquals(false, answerer.take(ByteBuffer.wrap(KEY)));
            byte[] secret = secret(answerer);
            byte[] said = bytes.clone();
            new Rc4(CipherHandshake.sha1("keyA", secret, Bytes.SWARM.bytes())).apply(said, said.length);
            ByteBuffer in = ByteBuffer.allocate(40 + said.length).put(CipherHandshake.sha1("req1", secret))
                    .put(CipherHandshake.xor(CipherHandshake.sha1("req2", Bytes.SWARM.bytes()),
                            CipherHandshake.sha1("req3", secret)))
                    .put(said).flip();
            if (!answerer.take(in)) assertTrue(in.remaining() < WireLimits.CIPHER_WORDS + WireLimits.CIPHER_PAD);
        } catch (PeerFault e) {
            assertTrue(e.reason().length() < 100, e.reason());
        }
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "25s")
    void anAskerEndsOrFaultsOrWaitsForALittleMore(byte[] bytes) {
        var asker = new CipherAsker(Bytes.SWARM, 3, new byte[0], new FixedRandom(1, 0));
        try {
            byte[] secret = secret(asker);
            byte[] said = bytes.clone();
            new Rc4(CipherHandshake.sha1("keyB", secret, Bytes.SWARM.bytes())).apply(said, said.length);
            ByteBuffer in = ByteBuffer.allocate(KeyExchange.BYTES + said.length).put(KEY).put(said).flip();
            if (!asker.take(in)) assertTrue(in.remaining() <= WireLimits.CIPHER_PAD + CipherHandshake.CONSTANT.length);
        } catch (PeerFault e) {
            assertTrue(e.reason().length() < 100, e.reason());
        }
    }

    @FuzzTest(maxDuration = "25s")
    void anyBytesAreAHandshakeOrRefused(byte[] bytes) {
        var answerer = new CipherAnswerer(List.of(Bytes.SWARM), 3, new FixedRandom(1, 0));
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            if (!answerer.take(in)) assertTrue(in.remaining() < 96 + WireLimits.CIPHER_PAD + 20);
        } catch (PeerFault e) {
            assertTrue(e.reason().length() < 100, e.reason());
        }
    }
}
