package shoal.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A peer that says whatever it likes, and what it needs who knows the key. */
final class CipherFuzzTest {
    static final byte[] KEY = new KeyExchange(new FixedRandom(50, 0)).ours();

    static Stream<byte[]> seeds() {
        return Stream.of(
                Bytes.hex("0000000000000000" + "00000003" + "0002" + "0000" + "0003" + "616263" + "6465"),
                Bytes.hex("0000000000000000" + "00000002" + "0002" + "0000" + "6465"), new byte[0], new byte[600]);
    }

    static byte[] secret(CipherHandshake end) throws PeerFault {
        return new KeyExchange(new FixedRandom(50, 0)).shared(Arrays.copyOf(end.toSend(), KeyExchange.BYTES));
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
