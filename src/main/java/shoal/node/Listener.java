package shoal.node;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The port on which peers find us. Its thread {@code listen} only accepts; who is accepted is another's to say. */
final class Listener implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Listener.class.getName());
    private static final int FIRST = 6881;
    private static final int LAST = 6889;
    private static final Duration BACK_OFF = Duration.ofMillis(200);
    private static final int BACKLOG = 256;

    private final ServerSocketChannel channel;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Listener(ServerSocketChannel channel) {
        this.channel = channel;
    }

    /** Takes a port. What is accepted goes to {@code accepted} once {@link #start} is called. */
    static Listener open(Optional<InetAddress> bind, OptionalInt port) throws IOException {
        if (port.isPresent()) return new Listener(bound(bind, port.getAsInt()));
        for (int each = FIRST; each <= LAST; each++) {
            ServerSocketChannel channel = boundIfFree(bind, each);
            if (channel != null) return new Listener(channel);
        }
        return new Listener(bound(bind, 0));
    }

    private static @Nullable ServerSocketChannel boundIfFree(Optional<InetAddress> bind, int port) throws IOException {
        try {
            return bound(bind, port);
        } catch (BindException e) {
            return null;
        }
    }

    private static ServerSocketChannel bound(Optional<InetAddress> bind, int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.bind(bind.map(ip -> new InetSocketAddress(ip, port)).orElseGet(() -> new InetSocketAddress(port)),
                    BACKLOG);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    void start(Consumer<SocketChannel> accepted) {
        Thread.ofVirtual().name("listen").start(() -> accept(accepted));
    }

    int port() {
        return channel.socket().getLocalPort();
    }

    private void accept(Consumer<SocketChannel> accepted) {
        boolean complained = false;
        while (true) {
            try {
                accepted.accept(channel.accept());
                complained = false;
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // out of file descriptors, most likely: those that are open must go on, and a busy loop would not help
                if (!complained) LOG.log(Level.WARNING, "cannot accept peers for now: " + e.getMessage());
                complained = true;
                if (pause()) return;
            }
        }
    }

    private boolean pause() {
        try {
            return closed.await(BACK_OFF.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing the listener", e);
        }
    }
}
