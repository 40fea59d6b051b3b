package shoal.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The limit of a fetch: one process sends a file over loopback sockets, another receives it, takes the SHA-256 of each
 * 16 KiB and writes it to a file. No protocol: a connection asks for one stripe by two longs and gets it.
 *
 * <p>{@code ReceiveAndHash send FILE} prints READY and its port, and serves until it is ended; {@code ReceiveAndHash
 * receive PORT CONNECTIONS FILE LENGTH} fetches once.
 */
public final class ReceiveAndHash {
    private static final int BLOCK = 16384;
    private static final int BUFFER = 1 << 18;

    private ReceiveAndHash() {}

    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        if (args[0].equals("send")) {
            send(Path.of(args[1]));
        } else {
            receive(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Path.of(args[3]), Long.parseLong(args[4]));
        }
    }

    private static void send(Path file) throws IOException {
        try (var listener = ServerSocketChannel.open();
                var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            System.out.println("READY port=" + listener.socket().getLocalPort());
            while (true) {
                var socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket, channel));
            }
        }
    }

    private static void serve(SocketChannel accepted, FileChannel file) {
        try (var socket = accepted) {
            var ask = ByteBuffer.allocate(2 * Long.BYTES);
            while (ask.hasRemaining()) {
                if (socket.read(ask) < 0) return;
            }
            ask.flip();
            long at = ask.getLong();
            long end = at + ask.getLong();
            var buffer = ByteBuffer.allocateDirect(BUFFER);
            while (at < end) {
                buffer.clear().limit((int) Math.min(BUFFER, end - at));
                int read = file.read(buffer, at);
                if (read < 0) throw new EOFException("the file ends before " + end);
                at += read;
                buffer.flip();
                while (buffer.hasRemaining()) socket.write(buffer);
            }
        } catch (IOException e) {
            System.err.println("send: " + e);
        }
    }

    private static void receive(int port, int connections, Path file, long length)
            throws IOException, InterruptedException, ExecutionException {
        long start = System.nanoTime();
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            long blocks = (length + BLOCK - 1) / BLOCK;
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < connections; i++) {
                long from = blocks * i / connections * BLOCK;
                long to = Math.min(length, blocks * (i + 1) / connections * BLOCK);
                running.add(pool.submit(() -> {
                    stripe(port, channel, from, to);
                    return null;
                }));
            }
            for (var one : running) one.get();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(Locale.ROOT, "{\"seconds\": %.3f, \"bytes\": %d}%n", seconds, length);
    }

    private static void stripe(int port, FileChannel file, long from, long to)
            throws IOException, GeneralSecurityException {
        try (var socket = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            var ask = ByteBuffer.allocate(2 * Long.BYTES).putLong(from).putLong(to - from).flip();
            while (ask.hasRemaining()) socket.write(ask);
            var digest = MessageDigest.getInstance("SHA-256");
            var buffer = ByteBuffer.allocateDirect(BUFFER);
            byte[] block = new byte[BLOCK];
            byte[] leaf = new byte[32];
            long at = from;
            while (at < to) {
                buffer.limit((int) Math.min(BUFFER, to - at));
                if (socket.read(buffer) < 0) throw new EOFException("the sender went away");
                buffer.flip();
                boolean last = at + buffer.limit() == to;
                int ready = last ? buffer.limit() : buffer.limit() - buffer.limit() % BLOCK;
                for (int done = 0; done < ready; done += BLOCK) {
                    int size = Math.min(BLOCK, ready - done);
                    buffer.get(done, block, 0, size);
                    digest.update(block, 0, size);
                    digest.digest(leaf, 0, leaf.length);
                }
                var whole = buffer.slice(0, ready);
                while (whole.hasRemaining()) file.write(whole, at + whole.position());
                at += ready;
                buffer.position(ready).compact();
            }
        }
    }
}
