package shoal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes a peer sends, they are read as the same messages in one go and in two, or refused with a PeerFault; and
 * what is read and written again is read as the same. Without a fuzzer these run over the seeds alone.
 */
final class WireFuzzTest {
    private static final Features PLAIN = Features.NONE;

    /** What a stream of bytes said until its end or its fault. */
    private record Outcome(List<Object> said, String fault, int left) {
        static Outcome of(byte[] bytes, Features common, int split) {
            var collected = new Collected();
            var stream = new MessageStream(common);
            ByteBuffer in = ByteBuffer.wrap(bytes).limit(split);
            try {
                Bytes.decode(stream, in, collected);
                Bytes.decode(stream, in.limit(bytes.length), collected);
                return new Outcome(collected.all, "", in.remaining());
            } catch (PeerFault e) {
                return new Outcome(collected.all, e.reason(), 0);
            }
        }
    }

    static Stream<byte[]> handshakes() {
        var bytes = ByteBuffer.allocate(Handshake.BYTES);
        Bytes.handshake(Features.OURS, 1).write(bytes);
        return Stream.of(bytes.array(), Arrays.copyOf(bytes.array(), 30), new byte[] {19, 'b'});
    }

    static Stream<byte[]> streams() {
        var everything = new ByteArrayOutputStream();
        golden().forEach(everything::writeBytes);
        everything.writeBytes(Bytes.ofBlock(1, 0, new byte[] {1, 2, 3}));
        return Stream.concat(golden(), Stream.of(everything.toByteArray()));
    }

    static Stream<byte[]> messages() {
        return golden().filter(bytes -> bytes.length > 4).map(bytes -> Arrays.copyOfRange(bytes, 4, bytes.length));
    }

    static Stream<byte[]> extendedPayloads() {
        return messages()
                .filter(bytes -> bytes[0] == MessageKind.EXTENDED.id)
                .map(bytes -> Arrays.copyOfRange(bytes, 2, bytes.length));
    }

    static Stream<byte[]> hashPayloads() {
        return messages()
                .filter(bytes -> bytes[0] >= MessageKind.HASH_REQUEST.id)
                .map(bytes -> Arrays.copyOfRange(bytes, 1, bytes.length));
    }

    private static Stream<byte[]> golden() {
        return GoldenMessagesTest.messages().map(row -> Bytes.hex(row.get()[1].toString()));
    }

    @MethodSource("handshakes")
    @FuzzTest(maxDuration = "25s")
    void handshake(byte[] bytes) {
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

    @MethodSource("streams")
    @FuzzTest(maxDuration = "25s")
    void stream(byte[] bytes) {
        if (bytes.length == 0) return;
        int split = (bytes[0] & 0xff) * bytes.length / 256;
        for (Features common : List.of(Bytes.ALL, PLAIN)) {
            Outcome whole = Outcome.of(bytes, common, bytes.length);
            assertEquals(whole, Outcome.of(bytes, common, split));
            checkAgain(whole.said);
        }
    }

    /** Every kind of message with a body that fits its frame, so that no run is lost to lengths. */
    @MethodSource("messages")
    @FuzzTest(maxDuration = "25s")
    void message(byte[] bytes) {
        if (bytes.length == 0) return;
        checkAgain(Outcome.of(framed(bytes), Bytes.ALL, 0).said);
    }

    @MethodSource("extendedPayloads")
    @FuzzTest(maxDuration = "25s")
    void extendedHandshake(byte[] bytes) {
        extension(0, bytes);
    }

    @MethodSource("extendedPayloads")
    @FuzzTest(maxDuration = "25s")
    void metadata(byte[] bytes) {
        extension(Extension.METADATA.id(), bytes);
    }

    @MethodSource("extendedPayloads")
    @FuzzTest(maxDuration = "25s")
    void peerExchange(byte[] bytes) {
        extension(Extension.PEER_EXCHANGE.id(), bytes);
    }

    @MethodSource("hashPayloads")
    @FuzzTest(maxDuration = "25s")
    void hashes(byte[] bytes) {
        if (bytes.length < 48) return;
        for (int id = 21; id <= 23; id++) {
            for (Object said : Outcome.of(framed(concat(new byte[] {(byte) id}, bytes)), Bytes.ALL, 0).said) {
                if (said instanceof Hashes answer) {
                    assertEquals(answer, Hashes.of(answer.request(), answer.proof()));
                    assertEquals(answer.proof().fold(), answer.proof().fold());
                }
                checkAgain(List.of(said));
            }
        }
    }

    private static void extension(int id, byte[] bytes) {
        checkAgain(Outcome.of(framed(concat(new byte[] {20, (byte) id}, bytes)), Bytes.ALL, 0).said);
    }

    private static byte[] framed(byte[] message) {
        byte[] length = ByteBuffer.allocate(4).putInt(message.length).array();
        return concat(length, message);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static void checkAgain(List<Object> said) {
        for (Object one : said) {
            byte[] written = one instanceof Message message
                    ? Bytes.of(message)
                    : Bytes.ofBlock(
                            ((Collected.Block) one).piece(),
                            ((Collected.Block) one).begin(),
                            ((Collected.Block) one).data().bytes());
            assertEquals(new Outcome(List.of(one), "", 0), Outcome.of(written, Bytes.ALL, 0));
        }
    }
}
