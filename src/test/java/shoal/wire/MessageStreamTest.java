package shoal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bencode.BString;

final class MessageStreamTest {
    /** Messages and blocks with the bytes that say them. */
    private record Speech(List<Object> said, BString bytes) {
        static Speech of(long seed, int length) {
            var random = new SplittableRandom(seed);
            var messages = new RandomMessages(random);
            var said = new ArrayList<Object>();
            var bytes = new ByteArrayOutputStream();
            for (int i = 0; i < length; i++) {
                if (random.nextInt(4) == 0) {
                    int piece = messages.piece();
                    int begin = messages.begin();
                    byte[] data = messages.bytes(messages.length());
                    said.add(new Collected.Block(piece, begin, BString.wrap(data)));
                    bytes.writeBytes(Bytes.ofBlock(piece, begin, data));
                } else {
                    Message message = messages.next();
                    said.add(message);
                    bytes.writeBytes(Bytes.of(message));
                }
            }
            return new Speech(said, BString.wrap(bytes.toByteArray()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void readsWhatWasWritten(long seed) throws PeerFault {
        Speech speech = Speech.of(seed, 500);
        assertEquals(speech.said, Bytes.read(speech.bytes.bytes()), "seed " + seed);
    }

    @Test
    void readsTheSameWhereverTheBytesAreSplit() throws PeerFault {
        byte[] bytes = everyGoldenMessage();
        List<Object> whole = Bytes.read(bytes);
        for (int split = 0; split <= bytes.length; split++) {
            var collected = new Collected();
            var stream = new MessageStream(Bytes.ALL);
            ByteBuffer in = ByteBuffer.wrap(bytes, 0, split);
            Bytes.decode(stream, in, collected);
            in.limit(bytes.length);
            Bytes.decode(stream, in, collected);
            assertEquals(whole, collected.all, "split at " + split);
        }
    }

    @Test
    void readsTheSameByteByByte() throws PeerFault {
        byte[] bytes = everyGoldenMessage();
        var collected = new Collected();
        var stream = new MessageStream(Bytes.ALL);
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, 0);
        for (int i = 1; i <= bytes.length; i++) {
            Bytes.decode(stream, in.limit(i), collected);
        }
        assertEquals(Bytes.read(bytes), collected.all);
    }

    private static byte[] everyGoldenMessage() {
        var bytes = new ByteArrayOutputStream();
        GoldenMessagesTest.messages().forEach(row -> bytes.writeBytes(Bytes.hex(row.get()[1].toString())));
        bytes.writeBytes(Bytes.ofBlock(2, 16384, new byte[] {1, 2, 3}));
        return bytes.toByteArray();
    }

    @Test
    void countsTheBytesOfBlocksAlone() throws Exception {
        byte[] bytes = Bytes.hex("00000001 00 0000000c 07 00000002 00004000 61 62 63 0000000b 07 00000002 00000000 61");
        var in = ByteBuffer.wrap(bytes);
        assertEquals(3, new MessageStream(Bytes.ALL).decode(in, in.duplicate(), new Collected()));
        assertEquals(14, in.remaining());
    }
}
