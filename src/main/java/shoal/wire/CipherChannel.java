package shoal.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;

/**
 * A connection whose bytes are encrypted where they lie: what was read in the reader's buffer, and what is written in
 * the writer's, which is not to be used again. One thread reads and one writes, as of every channel.
 */
record CipherChannel(ReadableByteChannel source, GatheringByteChannel sink, Rc4 incoming, Rc4 outgoing)
        implements ReadableByteChannel, GatheringByteChannel {
    @Override
    public int read(ByteBuffer to) throws IOException {
        int from = to.position();
        int count = source.read(to);
        if (count > 0) incoming.apply(to, from, from + count);
        return count;
    }

    /** Writes all: a half of it would be encrypted twice. */
    @Override
    public int write(ByteBuffer from) throws IOException {
        return (int) write(new ByteBuffer[] {from});
    }

    @Override
    public long write(ByteBuffer[] all) throws IOException {
        return write(all, 0, all.length);
    }

    /** Writes all. */
    @Override
    public long write(ByteBuffer[] all, int from, int length) throws IOException {
        long count = 0;
        for (int i = from; i < from + length; i++) {
            outgoing.apply(all[i], all[i].position(), all[i].limit());
            count += all[i].remaining();
        }
        for (long left = count; left > 0; ) left -= sink.write(all, from, length);
        return count;
    }

    @Override
    public boolean isOpen() {
        return sink.isOpen();
    }

    @Override
    public void close() throws IOException {
        sink.close();
    }
}
