package shoal.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;

/** A connection that takes no more than what is in one buffer at a time, and perhaps less. */
interface TestLine extends ReadableByteChannel, GatheringByteChannel {
    @Override
    default long write(ByteBuffer[] all) throws IOException {
        return write(all, 0, all.length);
    }

    @Override
    default long write(ByteBuffer[] all, int from, int length) throws IOException {
        for (int i = from; i < from + length; i++) {
            if (all[i].hasRemaining()) return write(all[i]);
        }
        return 0;
    }

    @Override
    default boolean isOpen() {
        return true;
    }

    @Override
    default void close() throws IOException {}
}
