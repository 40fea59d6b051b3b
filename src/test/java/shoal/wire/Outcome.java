package shoal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a stream of bytes that anyone may have made said until its end or its fault. Whatever else is thrown on the way
 * is a bug.
 */
record Outcome(List<Object> said, String fault, int left) {
    /** Of bytes of which only {@code split} had come at first. */
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

    /** Of one message: first its id, then {@code body}, behind a length that is right. */
    static Outcome ofMessage(byte[] body, int... id) {
        var bytes = ByteBuffer.allocate(4 + id.length + body.length).putInt(id.length + body.length);
        for (int one : id) bytes.put((byte) one);
        return of(bytes.put(body).array(), Bytes.ALL, 0);
    }

    /** What was said, written and read again, must be the same. */
    void checkWrittenAndReadAgain() {
        for (Object one : said) {
            assertEquals(new Outcome(List.of(one), "", 0), of(written(one), Bytes.ALL, 0));
        }
    }

    private static byte[] written(Object one) {
        if (one instanceof Message message) return Bytes.of(message);
        var block = (Collected.Block) one;
        return Bytes.ofBlock(block.piece(), block.begin(), block.data().bytes());
    }

    /** The golden bytes of messages that start so, without their length and these ids: seeds for a fuzzer. */
    static Stream<byte[]> seeds(int... ids) {
        return GoldenMessagesTest.messages()
                .map(row -> Bytes.hex(row.get()[1].toString()))
                .filter(bytes -> startsWith(bytes, ids))
                .map(bytes -> Arrays.copyOfRange(bytes, 4 + ids.length, bytes.length));
    }

    private static boolean startsWith(byte[] bytes, int... ids) {
        if (bytes.length <= 4 + ids.length) return false;
        for (int i = 0; i < ids.length; i++) {
            if (bytes[4 + i] != ids[i]) return false;
        }
        return true;
    }
}
