package shoal.wire;

import java.nio.ByteBuffer;
import java.util.Optional;
import shoal.bencode.BString;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/** Reads messages of a known kind, and a length that is possible for it, from bytes that anyone may have made. Pure. */
final class MessageReader {
    private static final Message KEEP_ALIVE = new Message.KeepAlive();

    private MessageReader() {}

    /** The message of length 0. */
    static Message keepAlive() {
        return KEEP_ALIVE;
    }

    /**
     * Reads a message.
     *
     * @param body the bytes behind the id, all of them
     * @return nothing if it belongs to an extension that we do not know
     * @throws PeerFault if no honest peer says such a thing
     */
    static Optional<Message> read(MessageKind kind, ByteBuffer body) throws PeerFault {
        try {
            return kind == MessageKind.EXTENDED ? ExtensionReader.read(body) : Optional.of(plain(kind, body));
        } catch (IllegalArgumentException e) {
            // the guards of the values are the checks
            throw new PeerFault("sent " + kind.title + ": " + e.getMessage(), e);
        }
    }

    private static Message plain(MessageKind kind, ByteBuffer body) {
        return switch (kind) {
            case CHOKE -> new Message.Choke();
            case UNCHOKE -> new Message.Unchoke();
            case INTERESTED -> new Message.Interested();
            case NOT_INTERESTED -> new Message.NotInterested();
            case HAVE -> new Message.Have(body.getInt());
            case BITFIELD -> new Message.Bitfield(BString.wrap(rest(body)));
            case REQUEST -> new Message.Request(body.getInt(), body.getInt(), body.getInt());
            case CANCEL -> new Message.Cancel(body.getInt(), body.getInt(), body.getInt());
            case PORT -> new Message.Port(Short.toUnsignedInt(body.getShort()));
            case SUGGEST_PIECE -> new Message.SuggestPiece(body.getInt());
            case HAVE_ALL -> new Message.HaveAll();
            case HAVE_NONE -> new Message.HaveNone();
            case REJECT_REQUEST -> new Message.RejectRequest(body.getInt(), body.getInt(), body.getInt());
            case ALLOWED_FAST -> new Message.AllowedFast(body.getInt());
            case HASH_REQUEST -> hashRequest(body);
            case HASHES -> new Hashes(hashRequest(body), HashList.wrap(rest(body)));
            case HASH_REJECT -> new HashReject(hashRequest(body));
            case PIECE, EXTENDED -> throw new AssertionError(kind + " is read elsewhere");
        };
    }

    private static HashRequest hashRequest(ByteBuffer body) {
        return new HashRequest(Hash.read(body), body.getInt(), body.getInt(), body.getInt(), body.getInt());
    }

    static byte[] rest(ByteBuffer body) {
        var bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }
}
