package shoal.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a connection has to send. It lies in two buffers that become one stream: messages and the heads of blocks in
 * one, what the blocks consist of in the other. So blocks that are side by side on the disk are read by one call, sent
 * by one, and not copied in between. Belongs to the writing thread, but for what it tells of itself.
 */
final class SendBuffer {
    private static final int LARGE = PeerChannel.BLOCKS_AT_ONCE * WireLimits.BLOCK;

    /** Blocks in one stream. */
    private static final int MOST = 64;

    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong blockBytes = new AtomicLong();
    private volatile boolean writing;
    private GatheringByteChannel sink;

    // what has to be sent lies before the positions
    private ByteBuffer heads = ByteBuffer.allocate(PeerChannel.FIRST);
    private ByteBuffer blocks = ByteBuffer.allocate(0);
    private ByteBuffer begun = blocks;
    private boolean isBegun;

    // block i, of lengths[i] bytes, follows the heads up to ends[i]
    private final int[] ends = new int[MOST];
    private final int[] lengths = new int[MOST];
    private int count;
    private int countBefore;

    /** Of both buffers in turn, up to date when blocks are written. */
    private final ByteBuffer[] views = new ByteBuffer[2 * MOST + 1];

    SendBuffer(GatheringByteChannel sink) {
        this.sink = sink;
    }

    GatheringByteChannel sink() {
        return sink;
    }

    /** What was sent until now went elsewhere. */
    void sink(GatheringByteChannel next) {
        sink = next;
    }

    /** All bytes that were sent. */
    long bytes() {
        return bytes.get();
    }

    /** The bytes of blocks that were sent. */
    long blockBytes() {
        return blockBytes.get();
    }

    /** Whether it waits for the system to take what is sent, or is about to. */
    boolean isWriting() {
        return writing;
    }

    /** Where messages go, with room for {@code length} bytes. */
    ByteBuffer room(int length) throws IOException {
        if (heads.remaining() >= length) return heads;
        if (heads.capacity() < LARGE) {
            heads(heads.capacity() < PeerChannel.SMALL ? PeerChannel.SMALL : LARGE);
        } else {
            write();
        }
        return heads.remaining() >= length ? heads : room(length);
    }

    private void heads(int capacity) throws IOException {
        heads = PeerChannel.direct(capacity).put(heads.flip());
        views[0] = null;
    }

    /** As {@link PeerChannel#beginBlocks}. */
    ByteBuffer beginBlocks(int piece, int begin, int length) throws IOException {
        checkNoBlock();
        int more = (length + WireLimits.BLOCK - 1) / WireLimits.BLOCK;
        if (more < 1 || more > PeerChannel.BLOCKS_AT_ONCE) {
            throw new IllegalArgumentException("blocks of " + length + " bytes");
        }
        if (count + more > MOST) write();
        roomForBlocks(length);
        // heads on the Java heap would be copied one by one
        if (!heads.isDirect()) heads(PeerChannel.SMALL);
        ByteBuffer room = room(MessageWriter.BLOCK_HEAD * more);
        countBefore = count;
        for (int from = 0; from < length; from += WireLimits.BLOCK) {
            int next = Math.min(WireLimits.BLOCK, length - from);
            MessageWriter.writeBlockHead(piece, begin + from, next, room);
            ends[count] = room.position();
            lengths[count++] = next;
        }
        isBegun = true;
        return begun.clear().limit(blocks.position() + length).position(blocks.position());
    }

    private void roomForBlocks(int length) throws IOException {
        if (blocks.remaining() < length && blocks.capacity() < LARGE) {
            boolean isSmall = blocks.position() + length <= PeerChannel.SMALL;
            blocks = PeerChannel.direct(isSmall ? PeerChannel.SMALL : LARGE).put(blocks.flip());
            begun = blocks.duplicate();
            views[0] = null;
        }
        if (blocks.remaining() < length) write();
    }

    /** All bytes of the blocks that were begun have been put. */
    void endBlocks() {
        checkBegun();
        if (begun.hasRemaining()) throw new IllegalStateException(begun.remaining() + " bytes of a block are missing");
        blocks.position(begun.position());
        isBegun = false;
    }

    /** As if they had never been begun. */
    void abandonBlocks() {
        checkBegun();
        heads.position(heads.position() - MessageWriter.BLOCK_HEAD * (count - countBefore));
        count = countBefore;
        isBegun = false;
    }

    private void checkBegun() {
        if (!isBegun) throw new IllegalStateException("no block was begun");
    }

    void checkNoBlock() {
        if (isBegun) throw new IllegalStateException("a block was begun and not ended");
    }

    /** Sends all, and returns when the system has taken it. */
    void write() throws IOException {
        writing = true;
        heads.flip();
        blocks.flip();
        if (count == 0) {
            while (heads.hasRemaining()) bytes.addAndGet(sink.write(heads));
        } else {
            layViews();
            long left = (long) heads.limit() + blocks.limit();
            while (left > 0) {
                long some = sink.write(views, 0, 2 * count + 1);
                bytes.addAndGet(some);
                left -= some;
            }
        }
        writing = false;
        blockBytes.addAndGet(blocks.limit());
        heads.clear();
        blocks.clear();
        count = 0;
    }

    private void layViews() {
        if (views[0] == null) {
            for (int i = 0; i < views.length; i++) views[i] = (i % 2 == 0 ? heads : blocks).duplicate();
        }
        int head = 0;
        int block = 0;
        for (int i = 0; i < count; i++) {
            views[2 * i].clear().limit(ends[i]).position(head);
            head = ends[i];
            views[2 * i + 1].clear().limit(block + lengths[i]).position(block);
            block += lengths[i];
        }
        views[2 * count].clear().limit(heads.limit()).position(head);
    }
}
