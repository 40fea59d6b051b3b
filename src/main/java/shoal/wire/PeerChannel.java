package shoal.wire;

import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import shoal.bytes.PeerId;

/**
 * A connection to a peer that speaks messages. First one thread shakes hands; then one thread at a time only reads and
 * another only writes, and neither allocates anything for a block: it goes from the socket to the read buffer to
 * {@link Inbound#block}, and from {@link #beginBlocks} in the write buffer to the socket. The buffers start tiny,
 * become small with the first message, and grow when the peer is quick or a message is long; there are two of them to
 * read if that is wanted.
 *
 * <p>A message is written when there is no more room, and by {@link #flush}. {@link #close} and the counters may be
 * called by any thread. There are no timeouts here: whoever has had enough closes.
 */
public final class PeerChannel implements AutoCloseable {
    private static final Logger LOG = System.getLogger(PeerChannel.class.getName());

    /** Enough to shake hands, and on the heap: whoever connects shall not take what only the collector gives back. */
    static final int FIRST = 1 << 10;

    static final int SMALL = 32 << 10;

    /** The longest message fits in, whatever else is there. */
    private static final int LARGE_IN = WireLimits.MESSAGE + 4;

    /** The sixteen blocks that are hashed at a time, and a part of one; more would come again after each kill. */
    private static final int QUICK_IN = 17 * (MessageWriter.BLOCK_HEAD + WireLimits.BLOCK) - 1;

    /** As many as are sent at once. */
    public static final int BLOCKS_AT_ONCE = 16;

    private ReadableByteChannel source;
    private final AtomicLong bytesIn = new AtomicLong();
    private final AtomicLong blockBytesIn = new AtomicLong();

    private @Nullable Handshake ours;
    private @Nullable Handshake theirs;
    private Handshake.@Nullable Head theirHead;

    // the reading thread's: what has been read and not been told lies between position and limit
    private ByteBuffer in = ByteBuffer.allocate(FIRST).limit(0);
    private ByteBuffer inView = in.asReadOnlyBuffer();
    private ByteBuffer spare = ByteBuffer.allocate(0);
    private boolean told = true;
    private boolean quick;
    private int most = Integer.MAX_VALUE;
    private @Nullable MessageStream stream;

    /** The writing thread's. */
    private final SendBuffer out;

    /** Takes over a connected socket in blocking mode, which it closes. */
    public PeerChannel(SocketChannel socket) throws IOException {
        source = socket;
        out = new SendBuffer(socket);
        // what belongs together is already written together
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    <C extends ReadableByteChannel & GatheringByteChannel> PeerChannel(C channel) {
        source = channel;
        out = new SendBuffer(channel);
    }

    /** Whether a handshake comes; waits until that can be told. If none does, it may be an encrypted one. */
    public boolean beginsPlainly() throws IOException {
        while (true) {
            int same = Handshake.same(in);
            if (same == Handshake.SAME) return true;
            if (same < in.remaining()) return false;
            fillHandshake();
        }
    }

    /** Shakes hands encrypted, up to where the plain handshakes are. */
    void encrypt(CipherHandshake end, Semaphore turns) throws IOException, PeerFault {
        while (true) {
            boolean isOver;
            // whoever wants may make us calculate: they get in line for it, and leave time for the rest
            turns.acquireUninterruptibly();
            try {
                isOver = end.take(in);
            } finally {
                turns.release();
            }
            byte[] bytes = end.toSend();
            out.room(bytes.length).put(bytes);
            flush();
            if (isOver) break;
            fillHandshake();
        }
        if (!end.isEncrypted()) return;
        var cipher = new CipherChannel(source, out.sink(), end.incoming(), end.outgoing());
        source = cipher;
        out.sink(cipher);
    }

    /** Whether what is said is encrypted; known when hands have been shaken. */
    public boolean isEncrypted() {
        return source instanceof CipherChannel;
    }

    /** Sends our handshake, at once. */
    public void send(Handshake handshake) throws IOException {
        handshake.write(out.room(Handshake.BYTES));
        flush();
        sent(handshake);
    }

    /** Our handshake has gone. */
    void sent(Handshake handshake) {
        ours = handshake;
        agree();
    }

    /**
     * Waits for the part of the peer's handshake that names the swarm, so that an acceptor can choose what to answer,
     * or not to answer at all.
     */
    public Handshake.Head receiveHead() throws IOException, PeerFault {
        if (theirHead == null) {
            while (in.remaining() < Handshake.HEAD) {
                fillHandshake();
                Handshake.checkProtocol(in);
            }
            theirHead = Handshake.readHead(in);
        }
        return theirHead;
    }

    /** Waits for the whole of the peer's handshake. */
    public Handshake receiveHandshake() throws IOException, PeerFault {
        Handshake.Head head = receiveHead();
        while (in.remaining() < PeerId.BYTES) fillHandshake();
        var handshake = Handshake.readRest(head, in);
        theirs = handshake;
        agree();
        return handshake;
    }

    /** Reads no more than so many bytes at a time from now on. Before the reading thread begins. */
    public void readAtMost(int bytes) {
        if (bytes < 1) throw new IllegalArgumentException("reads of " + bytes + " bytes");
        most = bytes;
    }

    private void fillHandshake() throws IOException {
        if (!fill()) throw new EOFException("closed before its handshake");
    }

    private void agree() {
        if (ours == null || theirs == null) return;
        stream = new MessageStream(ours.features().common(theirs.features()));
        told = !in.hasRemaining();
    }

    private MessageStream stream() {
        if (stream == null) throw new IllegalStateException("hands have not been shaken");
        return stream;
    }

    /** What both sides can do; known when hands have been shaken. */
    public Features common() {
        return stream().common();
    }

    /** Whether the peer wants to receive messages of this extension. It says so in its extended handshake. */
    public boolean wants(Extension extension) {
        return stream().ids().of(extension) != 0;
    }

    /**
     * Waits until something comes, and tells {@code inbound} every message that is complete then.
     *
     * @return false if the peer has closed the connection
     * @throws PeerFault if the peer said something that no peer may say; what came before it has been told
     */
    public boolean read(Inbound inbound) throws IOException, PeerFault {
        MessageStream messages = stream();
        if (in.capacity() < SMALL) into(direct(SMALL));
        // messages may have come together with the handshake
        if (told && !fill()) return false;
        told = true;
        long blocks = messages.decode(in, inView, inbound);
        blockBytesIn.addAndGet(blocks);
        quick = blocks > 0;
        inbound.readDone();
        return true;
    }

    /** Reads once, behind what is there. */
    private boolean fill() throws IOException {
        makeRoom();
        int from = in.position();
        int to = in.limit();
        in.limit(to + Math.min(in.capacity() - to, most)).position(to);
        int count;
        try {
            count = source.read(in);
        } finally {
            in.limit(in.position()).position(from);
        }
        if (count < 0) {
            if (in.hasRemaining()) throw new EOFException("closed within a message");
            return false;
        }
        bytesIn.addAndGet(count);
        return true;
    }

    private void makeRoom() throws IOException {
        boolean isFull = in.limit() == in.capacity();
        if (isFull && quick && in.capacity() < QUICK_IN) {
            into(direct(QUICK_IN));
        } else if (!in.hasRemaining()) {
            in.position(0).limit(0);
        } else if (in.position() > 0 && in.capacity() - in.limit() < in.capacity() / 4) {
            // what is left of a block is moved rather than read in small bits
            in.compact().flip();
        } else if (isFull) {
            // one message is longer than all this
            into(direct(in.capacity() < SMALL ? SMALL : LARGE_IN));
        }
    }

    /** It is the network's business, and not a bug of ours, if there is none: there are too many connections. */
    static ByteBuffer direct(int length) throws IOException {
        try {
            return ByteBuffer.allocateDirect(length);
        } catch (OutOfMemoryError e) {
            throw new IOException("there is no memory for a buffer of " + length + " bytes", e);
        }
    }

    private void into(ByteBuffer next) {
        in = next.clear().put(in).flip();
        inView = in.asReadOnlyBuffer();
    }

    /**
     * Leaves what was told of the last read where it lies, also while the next one is made, which goes to another
     * buffer. What was told before the swap before this one may be overwritten. For who reads next.
     */
    public void swap() throws IOException {
        ByteBuffer before = in;
        into(spare.capacity() == in.capacity() ? spare : direct(in.capacity()));
        spare = before;
    }

    /**
     * Puts a message behind those that have to be sent.
     *
     * @return false if it belongs to an extension that the peer does not want, and is not sent
     * @throws IllegalStateException if it needs a feature that was not agreed on
     */
    public boolean put(Message message) throws IOException {
        MessageStream messages = stream();
        out.checkNoBlock();
        if (message instanceof ExtensionMessage extended && !canSend(extended, messages)) return false;
        if (MessageWriter.isFast(message) && !messages.common().fast()) {
            throw new IllegalStateException(message + " without the fast extension");
        }
        byte[] tail = MessageWriter.writeHead(message, messages.ids(), out.room(MessageWriter.HEAD));
        for (int from = 0; from < tail.length; ) {
            ByteBuffer room = out.room(1);
            int count = Math.min(room.remaining(), tail.length - from);
            room.put(tail, from, count);
            from += count;
        }
        return true;
    }

    private static boolean canSend(ExtensionMessage message, MessageStream messages) {
        return messages.common().extensions()
                && (message instanceof ExtendedHandshake || ExtensionWriter.id(message, messages.ids()) != 0);
    }

    /** As {@link #beginBlocks}, of one block. */
    public ByteBuffer beginBlock(int piece, int begin, int length) throws IOException {
        return beginBlocks(piece, begin, length);
    }

    /**
     * Starts blocks behind the messages that have to be sent: all full ones but for the last, side by side in a piece.
     * They must be ended or abandoned before anything else.
     *
     * @param length bytes in all of them, at most {@link #BLOCKS_AT_ONCE} full ones
     * @return where their {@code length} bytes have to be put: a view of the write buffer, valid until then
     */
    public ByteBuffer beginBlocks(int piece, int begin, int length) throws IOException {
        stream();
        WireLimits.checkBlock(piece, begin, Math.min(length, WireLimits.BLOCK));
        return out.beginBlocks(piece, begin, length);
    }

    /** Ends the blocks that were begun, all of whose bytes have been put. */
    public void endBlocks() {
        out.endBlocks();
    }

    /** Takes the blocks back that were begun, as if they had never been. */
    public void abandonBlocks() {
        out.abandonBlocks();
    }

    /** Sends what has been put, and returns when the system has taken it. */
    public void flush() throws IOException {
        out.checkNoBlock();
        out.write();
    }

    /** Closes the connection; whoever reads or writes gets an IOException. Again is no error. */
    @Override
    public void close() {
        try {
            source.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing a connection", e);
        }
    }

    /** Whether it waits for the peer to take what is sent, or is about to. */
    public boolean isWriting() {
        return out.isWriting();
    }

    /** All bytes that came, handshake included. */
    public long bytesIn() {
        return bytesIn.get();
    }

    /** All bytes that were sent, handshake included. */
    public long bytesOut() {
        return out.bytes();
    }

    /** The bytes of blocks that came. */
    public long blockBytesIn() {
        return blockBytesIn.get();
    }

    /** The bytes of blocks that were sent. */
    public long blockBytesOut() {
        return out.blockBytes();
    }
}
