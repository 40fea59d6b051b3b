package shoal.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The limit of making a manifest: reads files and takes the SHA-256 of each 16 KiB, on some threads, and does nothing
 * else. A process of its own, with no class of ours beside it: {@code ReadAndHash THREADS PATH}, a file or a folder.
 */
public final class ReadAndHash {
    private static final int BLOCK = 16384;
    private static final int READ = 1 << 18;
    private static final long CHUNK = 8 << 20;

    private record Chunk(Path file, long from, long length) {}

    private ReadAndHash() {}

    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        long start = System.nanoTime();
        int threads = Integer.parseInt(args[0]);
        var chunks = chunks(Path.of(args[1]));
        var next = new AtomicInteger();
        long bytes = 0;
        try (var pool = Executors.newFixedThreadPool(threads)) {
            var running = new ArrayList<Future<Long>>();
            for (int i = 0; i < threads; i++) running.add(pool.submit((Callable<Long>) () -> work(chunks, next)));
            for (var one : running) bytes += one.get();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(Locale.ROOT, "{\"seconds\": %.3f, \"bytes\": %d}%n", seconds, bytes);
    }

    private static List<Chunk> chunks(Path root) throws IOException {
        var chunks = new ArrayList<Chunk>();
        try (var paths = Files.find(root, 64, (path, attributes) -> attributes.isRegularFile())) {
            for (var file : (Iterable<Path>) paths::iterator) {
                long size = Files.size(file);
                for (long at = 0; at < size; at += CHUNK) chunks.add(new Chunk(file, at, Math.min(CHUNK, size - at)));
            }
        }
        return chunks;
    }

    private static long work(List<Chunk> chunks, AtomicInteger next) throws IOException, GeneralSecurityException {
        var digest = MessageDigest.getInstance("SHA-256");
        var buffer = ByteBuffer.allocateDirect(READ);
        byte[] block = new byte[BLOCK];
        byte[] leaf = new byte[32];
        long bytes = 0;
        int mine;
        while ((mine = next.getAndIncrement()) < chunks.size()) {
            var chunk = chunks.get(mine);
            try (var channel = FileChannel.open(chunk.file(), StandardOpenOption.READ)) {
                for (long done = 0; done < chunk.length(); ) {
                    buffer.clear().limit((int) Math.min(READ, chunk.length() - done));
                    while (buffer.hasRemaining()) {
                        if (channel.read(buffer, chunk.from() + done + buffer.position()) < 0) {
                            throw new IOException(chunk.file() + " became shorter");
                        }
                    }
                    buffer.flip();
                    done += buffer.remaining();
                    bytes += buffer.remaining();
                    while (buffer.hasRemaining()) {
                        int length = Math.min(BLOCK, buffer.remaining());
                        buffer.get(block, 0, length);
                        digest.update(block, 0, length);
                        digest.digest(leaf, 0, leaf.length);
                    }
                }
            }
        }
        return bytes;
    }
}
