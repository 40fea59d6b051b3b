package shoal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** An asker that knows the key, and says whatever it likes behind it. */
final class CipherAnswererFuzzTest {
    @MethodSource("shoal.wire.CipherFuzzTest#seeds")
    @FuzzTest(maxDuration = "25s")
    void anAnswererEndsOrFaultsOrWaitsForALittleMore(byte[] bytes) {
        var answerer = new CipherAnswerer(List.of(Bytes.SWARM), 3, new FixedRandom(1, 0));
        try {
            assertEquals(false, answerer.take(ByteBuffer.wrap(CipherFuzzTest.KEY)));
            byte[] secret = CipherFuzzTest.secret(answerer);
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
}
