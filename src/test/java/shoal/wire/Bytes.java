package shoal.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

/** Messages to bytes and back, without a socket. */
final class Bytes {
    /** Everything agreed on. */
    static final Features ALL = Features.OURS;

    static final InfoHash SWARM = InfoHash.ofHex("acc406048368ead53388333be1e8572db94e8fae");

    private Bytes() {}

    /** The ids of a peer that wants every extension, under the same ids as we do. */
    static ExtensionIds everyId() {
        var ids = new EnumMap<Extension, Integer>(Extension.class);
        for (Extension extension : Extension.values()) ids.put(extension, extension.id());
        return ExtensionIds.NONE.after(ids);
    }

    static byte[] of(Message message) {
        var out = new ByteArrayOutputStream();
        var head = ByteBuffer.allocate(MessageWriter.HEAD);
        byte[] tail = MessageWriter.writeHead(message, everyId(), head);
        out.write(head.array(), 0, head.position());
        out.writeBytes(tail);
        return out.toByteArray();
    }

    static byte[] ofBlock(int piece, int begin, byte[] data) {
        var out = ByteBuffer.allocate(MessageWriter.BLOCK_HEAD + data.length);
        MessageWriter.writeBlockHead(piece, begin, data.length, out);
        return out.put(data).array();
    }

    /** An extended message; each char of {@code payload} is a byte. */
    static byte[] extended(int id, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(6 + bytes.length)
                .putInt(2 + bytes.length)
                .put((byte) 20)
                .put((byte) id)
                .put(bytes)
                .array();
    }

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** What a stream of these bytes says. */
    static List<Object> read(byte[] bytes) throws PeerFault {
        return read(bytes, ALL);
    }

    static List<Object> read(byte[] bytes, Features common) throws PeerFault {
        var collected = new Collected();
        decode(new MessageStream(common), ByteBuffer.wrap(bytes), collected);
        return collected.all;
    }

    static void decode(MessageStream stream, ByteBuffer in, Inbound inbound) throws PeerFault {
        try {
            stream.decode(in, in.asReadOnlyBuffer(), inbound);
        } catch (IOException e) {
            throw new AssertionError("there is no I/O here", e);
        }
    }

    static Handshake handshake(Features features, int peer) {
        return new Handshake(features, SWARM, new PeerId(0x2d534a303130302dL, 7, peer));
    }
}
