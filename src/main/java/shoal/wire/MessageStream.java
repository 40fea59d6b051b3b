package shoal.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Cuts what a peer sends behind its handshake into messages. Takes from a buffer only whole messages, and judges the
 * last one by its first bytes, so that nobody waits for, or keeps room for, something that no peer may say.
 *
 * <p>Belongs to the reading thread, but for {@link #ids}, which the writing thread asks.
 */
final class MessageStream {
    private static final int PREFIX = 4;
    private static final int PIECE_HEAD = 9;

    private final Features common;
    private volatile ExtensionIds ids = ExtensionIds.NONE;

    /** @param common what both sides can do */
    MessageStream(Features common) {
        this.common = common;
    }

    Features common() {
        return common;
    }

    /** The ids that the peer has told so far for its extensions. */
    ExtensionIds ids() {
        return ids;
    }

    /**
     * Tells {@code inbound} every whole message between position and limit of {@code in} and moves the position behind
     * them.
     *
     * @param view another view of the bytes of {@code in}, to hand out blocks with
     * @return how many bytes of blocks there were
     */
    long decode(ByteBuffer in, ByteBuffer view, Inbound inbound) throws PeerFault, IOException {
        int at = in.position();
        int end = in.limit();
        long blocks = 0;
        while (end - at >= PREFIX) {
            int length = in.getInt(at);
            if (length < 0 || length > WireLimits.MESSAGE) {
                throw new PeerFault("sent a message of " + Integer.toUnsignedString(length) + " bytes");
            }
            int from = at + PREFIX;
            int to = from + length;
            if (length == 0) {
                inbound.message(MessageReader.keepAlive());
            } else {
                if (end == from) break;
                MessageKind kind = kind(in.get(from) & 0xff, length);
                if (to > end) break;
                if (kind == MessageKind.PIECE) {
                    blocks += length - PIECE_HEAD;
                    block(view, from + 1, to, inbound);
                } else {
                    message(kind, view.limit(to).position(from + 1), inbound);
                }
            }
            at = to;
            in.position(at);
        }
        return blocks;
    }

    private MessageKind kind(int id, int length) throws PeerFault {
        MessageKind kind = MessageKind.of(id, length);
        if (kind.isFast() && !common.fast()) throw notAgreed(kind, "the fast extension");
        if (kind == MessageKind.EXTENDED && !common.extensions()) throw notAgreed(kind, "the extension protocol");
        return kind;
    }

    private static PeerFault notAgreed(MessageKind kind, String feature) {
        return new PeerFault("sent " + kind.title + " without having agreed on " + feature);
    }

    private static void block(ByteBuffer view, int from, int to, Inbound inbound) throws PeerFault, IOException {
        int piece = view.limit(to).getInt(from);
        int begin = view.getInt(from + 4);
        try {
            WireLimits.checkBlock(piece, begin, to - from - 8);
        } catch (IllegalArgumentException e) {
            throw new PeerFault("sent piece: " + e.getMessage(), e);
        }
        inbound.block(piece, begin, view.position(from + 8));
    }

    private void message(MessageKind kind, ByteBuffer body, Inbound inbound) throws PeerFault, IOException {
        int length = body.remaining();
        Optional<Message> message = MessageReader.read(kind, body);
        if (message.isEmpty()) {
            inbound.unknown(length);
            return;
        }
        if (message.get() instanceof ExtendedHandshake told) ids = ids.after(told.ids());
        inbound.message(message.get());
    }
}
