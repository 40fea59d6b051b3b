package shoal.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import shoal.bencode.BString;

/** Keeps everything that a peer says, in its order: messages, and blocks as {@link Block}. */
final class Collected implements Inbound {
    final List<Object> all = new ArrayList<>();
    int reads;

    /** A block, with a copy of its bytes. */
    record Block(int piece, int begin, BString data) {}

    @Override
    public void message(Message message) {
        all.add(message);
    }

    @Override
    public void block(int piece, int begin, ByteBuffer data) {
        var copy = new byte[data.remaining()];
        data.get(copy);
        all.add(new Block(piece, begin, BString.wrap(copy)));
    }

    @Override
    public void readDone() {
        reads++;
    }
}
