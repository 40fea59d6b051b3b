package shoal.wire;

import java.nio.ByteBuffer;

/** Makes the bytes of messages. Pure. */
final class MessageWriter {
    /** No head is longer: a hash request. */
    static final int HEAD = 4 + 49;

    /** Length of what stands before the data of a block. */
    static final int BLOCK_HEAD = 13;

    private static final byte[] NOTHING = {};

    private MessageWriter() {}

    /**
     * Writes the first bytes of a message, at most {@link #HEAD}, and returns the others, which have to follow.
     *
     * @param ids where to look up the id of an extension; it must have one
     */
    static byte[] writeHead(Message message, ExtensionIds ids, ByteBuffer out) {
        return switch (message) {
            case Message.KeepAlive _ -> tail(out.putInt(0));
            case Message.Choke _ -> tail(head(out, MessageKind.CHOKE, 0));
            case Message.Unchoke _ -> tail(head(out, MessageKind.UNCHOKE, 0));
            case Message.Interested _ -> tail(head(out, MessageKind.INTERESTED, 0));
            case Message.NotInterested _ -> tail(head(out, MessageKind.NOT_INTERESTED, 0));
            case Message.Have m -> tail(head(out, MessageKind.HAVE, 4).putInt(m.piece()));
            case Message.Bitfield m -> {
                head(out, MessageKind.BITFIELD, m.bytes().length());
                yield m.bytes().bytes();
            }
            case Message.Request m -> tail(block(out, MessageKind.REQUEST, m.piece(), m.begin(), m.length()));
            case Message.Cancel m -> tail(block(out, MessageKind.CANCEL, m.piece(), m.begin(), m.length()));
            case Message.Port m -> tail(head(out, MessageKind.PORT, 2).putShort((short) m.port()));
            case Message.SuggestPiece m -> tail(head(out, MessageKind.SUGGEST_PIECE, 4).putInt(m.piece()));
            case Message.HaveAll _ -> tail(head(out, MessageKind.HAVE_ALL, 0));
            case Message.HaveNone _ -> tail(head(out, MessageKind.HAVE_NONE, 0));
            case Message.RejectRequest m ->
                tail(block(out, MessageKind.REJECT_REQUEST, m.piece(), m.begin(), m.length()));
            case Message.AllowedFast m -> tail(head(out, MessageKind.ALLOWED_FAST, 4).putInt(m.piece()));
            case HashRequest m -> tail(hashes(out, MessageKind.HASH_REQUEST, m, 0));
            case HashReject m -> tail(hashes(out, MessageKind.HASH_REJECT, m.request(), 0));
            case Hashes m -> {
                byte[] bytes = m.hashes().bytes();
                hashes(out, MessageKind.HASHES, m.request(), bytes.length);
                yield bytes;
            }
            case ExtensionMessage m -> {
                byte[] payload = ExtensionWriter.payload(m);
                head(out, MessageKind.EXTENDED, 1 + payload.length).put((byte) ExtensionWriter.id(m, ids));
                yield payload;
            }
        };
    }

    /** Writes what stands before {@code length} bytes of a block. */
    static void writeBlockHead(int piece, int begin, int length, ByteBuffer out) {
        head(out, MessageKind.PIECE, 8 + length).putInt(piece).putInt(begin);
    }

    /** Whether the message may be said only if both sides have the fast extension. */
    static boolean isFast(Message message) {
        return message instanceof Message.SuggestPiece
                || message instanceof Message.HaveAll
                || message instanceof Message.HaveNone
                || message instanceof Message.RejectRequest
                || message instanceof Message.AllowedFast;
    }

    private static byte[] tail(ByteBuffer written) {
        assert written.position() > 0;
        return NOTHING;
    }

    private static ByteBuffer head(ByteBuffer out, MessageKind kind, int payload) {
        return out.putInt(1 + payload).put((byte) kind.id);
    }

    private static ByteBuffer block(ByteBuffer out, MessageKind kind, int piece, int begin, int length) {
        return head(out, kind, 12).putInt(piece).putInt(begin).putInt(length);
    }

    private static ByteBuffer hashes(ByteBuffer out, MessageKind kind, HashRequest request, int more) {
        head(out, kind, 48 + more);
        request.root().write(out);
        return out.putInt(request.base())
                .putInt(request.index())
                .putInt(request.length())
                .putInt(request.proof());
    }
}
