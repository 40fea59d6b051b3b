package shoal.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/**
 * A connection whose bytes are encrypted where they lie: what was read in the reader's buffer, and what is written in
 * the writer's, which is not to be used again. One thread reads and one writes, as of every channel.
 */
record CipherChannel(ByteChannel channel, Rc4 incoming, Rc4 outgoing) implements ByteChannel {
    @Override
    public int read(ByteBuffer to) throws IOException {
        int from = to.position();
        int count = channel.read(to);
        if (count > 0) incoming.apply(to, from, from + count);
        return count;
    }

    /** Writes all: a half of it would be encrypted twice. */
    @Override
    public int write(ByteBuffer from) throws IOException {
        int count = from.remaining();
        outgoing.apply(from, from.position(), from.limit());
        while (from.hasRemaining()) channel.write(from);
        return count;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
