package shoal.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.provider.MethodSource;

/** An answerer that knows the key, and says whatever it likes behind it. */
final class CipherAskerFuzzTest {
    @MethodSource("shoal.wire.CipherFuzzTest#seeds")
    @FuzzTest(maxDuration = "25s")
    void anAskerEndsOrFaultsOrWaitsForALittleMore(byte[] bytes) {
        var asker = new CipherAsker(Bytes.SWARM, 3, new byte[0], new FixedRandom(1, 0));
        try {
            byte[] secret = CipherFuzzTest.secret(asker);
            byte[] said = bytes.clone();
            new Rc4(CipherHandshake.sha1("keyB", secret, Bytes.SWARM.bytes())).apply(said, said.length);
            ByteBuffer in = ByteBuffer.allocate(KeyExchange.BYTES + said.length)
                    .put(CipherFuzzTest.KEY).put(said).flip();
            if (!asker.take(in)) assertTrue(in.remaining() <= WireLimits.CIPHER_PAD + CipherHandshake.CONSTANT.length);
        } catch (PeerFault e) {
            assertTrue(e.reason().length() < 100, e.reason());
        }
    }
}
