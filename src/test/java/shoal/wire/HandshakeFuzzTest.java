package shoal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

final class HandshakeFuzzTest {
    static Stream<byte[]> seeds() {
        var bytes = ByteBuffer.allocate(Handshake.BYTES);
        Bytes.handshake(Features.OURS, 1).write(bytes);
        return Stream.of(bytes.array(), Arrays.copyOf(bytes.array(), 30), new byte[] {19, 'b'});
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "25s")
    void anyBytesAreAHandshakeOrRefused(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            if (bytes.length < Handshake.BYTES) {
                Handshake.checkProtocol(in);
                assertEquals(0, in.position());
                return;
            }
            Handshake read = Handshake.readRest(Handshake.readHead(in), in);
            var again = ByteBuffer.allocate(Handshake.BYTES);
            read.write(again);
            assertEquals(ByteBuffer.wrap(bytes, 0, Handshake.BYTES), again.flip());
        } catch (PeerFault e) {
            assertTrue(e.reason().startsWith("no BitTorrent handshake"), e.reason());
        }
    }
}
