package shoal.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import shoal.bencode.BString;
import shoal.bytes.InfoHash;
import shoal.wire.Handshake;
import shoal.wire.Inbound;
import shoal.wire.Message;
import shoal.wire.PeerChannel;
import shoal.wire.PeerFault;

/**
 * One connection of a {@link FakePeer}: what was heard on it, and ways to say anything, right or wrong. Any thread may
 * use it; what several say at once does not mix.
 */
public final class Conversation implements AutoCloseable {
    /** A block that was heard. */
    public record Block(int piece, int begin, BString data) {}

    private final FakePeer peer;
    private final SocketChannel socket;
    private final PeerChannel channel;
    private final Object writing = new Object();
    private final List<Object> heard = new ArrayList<>();
    private int blocksSent;
    private @Nullable Handshake theirs;
    private @Nullable Exception end;

    Conversation(FakePeer peer, SocketChannel socket) throws IOException {
        this.peer = peer;
        this.socket = socket;
        this.channel = new PeerChannel(socket);
    }

    void hold(boolean dialled) {
        try {
            if (dialled) {
                channel.send(peer.handshake(peer.swarm()));
                shaken(channel.receiveHandshake());
            } else {
                InfoHash swarm = channel.receiveHead().infoHash();
                channel.send(peer.handshake(swarm));
                shaken(channel.receiveHandshake());
            }
            peer.manner().greet(this);
            var inbound = new Ear();
            while (channel.read(inbound)) {
                // until the other side hangs up
            }
            ended(new IOException("they closed"));
        } catch (IOException | PeerFault | InterruptedException e) {
            ended(e);
        } finally {
            channel.close();
        }
    }

    private final class Ear implements Inbound {
        @Override
        public void message(Message message) throws IOException {
            remember(message);
            try {
                peer.manner().heard(Conversation.this, message);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void block(int piece, int begin, ByteBuffer data) {
            var copy = new byte[data.remaining()];
            data.get(copy);
            remember(new Block(piece, begin, BString.wrap(copy)));
        }
    }

    private synchronized void shaken(Handshake handshake) {
        theirs = handshake;
        notifyAll();
    }

    private synchronized void remember(Object said) {
        heard.add(said);
        notifyAll();
    }

    private synchronized void ended(Exception why) {
        end = why;
        notifyAll();
    }

    /** The peer whose connection this is. */
    public FakePeer peer() {
        return peer;
    }

    /** The channel below; for what it tells of the other side. */
    public PeerChannel channel() {
        return channel;
    }

    /** Everything that was heard so far: messages and {@link Block}s. */
    public synchronized List<Object> heard() {
        return List.copyOf(heard);
    }

    /** How many blocks were sent so far. */
    public synchronized int blocksSent() {
        return blocksSent;
    }

    /** Their handshake, for which it waits. */
    public Handshake theirHandshake(Duration patience) throws InterruptedException {
        return await(() -> Optional.ofNullable(theirs), "their handshake", patience);
    }

    /** The first thing heard that is so, for which it waits. Fails if the connection ends before. */
    public Object await(Predicate<Object> wanted, Duration patience) throws InterruptedException {
        return await(() -> heard.stream().filter(wanted).findFirst(), "what is wanted", patience);
    }

    /** The first message of a kind, for which it waits. */
    public <M> M await(Class<M> kind, Duration patience) throws InterruptedException {
        return await(
                () -> heard.stream().filter(kind::isInstance).findFirst().map(kind::cast),
                kind.getSimpleName(),
                patience);
    }

    /** Why the connection ended, for which it waits. */
    public Exception awaitEnd(Duration patience) throws InterruptedException {
        return await(() -> Optional.ofNullable(end), "the end", patience);
    }

    private interface Question<T> {
        Optional<T> ask();
    }

    private synchronized <T> T await(Question<T> question, String what, Duration patience)
            throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (true) {
            Optional<T> answer = question.ask();
            if (answer.isPresent()) return answer.get();
            long left = (until - System.nanoTime()) / 1_000_000;
            if (end != null || left <= 0) {
                throw new AssertionError(what + " did not come; end: " + end + "; heard: " + heard, end);
            }
            wait(left);
        }
    }

    /** Says something valid. */
    public void say(Message... messages) throws IOException {
        synchronized (writing) {
            for (Message message : messages) channel.put(message);
            channel.flush();
        }
    }

    /** Sends a block, which may have any bytes. */
    public void sendBlock(int piece, int begin, byte[] data) throws IOException {
        synchronized (writing) {
            channel.beginBlock(piece, begin, data.length).put(data);
            channel.endBlocks();
            channel.flush();
        }
        synchronized (this) {
            blocksSent++;
            notifyAll();
        }
    }

    /** Sends bytes as they are. */
    public void sayRaw(byte[] bytes) throws IOException {
        synchronized (writing) {
            channel.flush();
            var buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) socket.write(buffer);
        }
    }

    @Override
    public void close() {
        channel.close();
    }
}
