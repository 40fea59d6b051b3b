package shoal.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import shoal.bytes.Hash;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.manifest.ManifestReader;

/**
 * Connections to one peer that mean it no good, a process of its own: a fifth of them each of {@link Kind}. Whose
 * connection is closed connects again a second later, as somebody else. What our own {@code PeerChannel} would refuse
 * to say is said here, so messages are put together by hand.
 *
 * <p>Arguments: the port on loopback, the manifest of its share, how many, and of which kinds (all). It says
 * {@code STANDING} when each has been connected once, and how it stands every second; it ends when its input does.
 */
public final class HostileCrowd {
    /** What a connection does. */
    enum Kind {
        /** A byte a second; the handshake is never finished. */
        SLOW,
        /** Small messages of no use, as fast as they are taken. */
        FLOODING,
        /** Messages that are too long, or long and of no use, or long and never finished. */
        OVERSIZED,
        /** Asks for hashes as fast as it is answered. */
        HASHES,
        /** Asks for pieces and reads nothing. */
        GREEDY
    }

    private static final int SECOND = 1000;
    private static final int LARGE = 250 << 10;
    private static final int BATCH = 64 << 10;

    private final InetSocketAddress victim;
    private final Manifest manifest;
    private final AtomicInteger standing = new AtomicInteger();
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger first = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    private HostileCrowd(InetSocketAddress victim, Manifest manifest) {
        this.victim = victim;
        this.manifest = manifest;
    }

    /** Runs until its input ends. */
    public static void main(String[] args) throws Exception {
        var victim = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        var crowd = new HostileCrowd(victim, ManifestReader.read(Files.readAllBytes(Path.of(args[1]))));
        int count = Integer.parseInt(args[2]);
        List<Kind> kinds = Arrays.stream(args).skip(3).map(Kind::valueOf).toList();
        if (kinds.isEmpty()) kinds = List.of(Kind.values());
        for (int i = 0; i < count; i++) {
            Kind kind = kinds.get(i % kinds.size());
            var random = new SplittableRandom(i);
            Thread.ofVirtual().start(() -> crowd.goOn(kind, random));
        }
        Thread.ofPlatform().daemon().start(() -> crowd.report(count));
        while (System.in.read() >= 0) {
            // until whoever started it has gone, or has had enough
        }
        System.exit(0);
    }

    private void report(int count) {
        try {
            for (boolean told = false; ; TimeUnit.SECONDS.sleep(1)) {
                if (!told && first.get() >= count) System.out.println("STANDING");
                told = first.get() >= count;
                System.out.println(standing + " stand, " + connected + " connections, " + bytes + " bytes sent");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
    }

    private void goOn(Kind kind, RandomGenerator random) {
        boolean counted = false;
        while (true) {
            try (SocketChannel socket = SocketChannel.open(victim)) {
                if (!counted) first.incrementAndGet();
                counted = true;
                connected.incrementAndGet();
                standing.incrementAndGet();
                try {
                    hold(socket, kind, random);
                } finally {
                    standing.decrementAndGet();
                }
            } catch (IOException e) {
                // closed: again in a moment
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(SECOND);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
    }

    private void hold(SocketChannel socket, Kind kind, RandomGenerator random) throws IOException {
        ByteBuffer hello = handshake(random);
        if (kind == Kind.SLOW) {
            trickle(socket, hello);
            return;
        }
        send(socket, hello);
        switch (kind) {
            case FLOODING -> repeat(socket, chatter(random));
            case OVERSIZED -> oversized(socket, random);
            case HASHES -> {
                Thread.ofVirtual().start(() -> drain(socket));
                repeat(socket, hashRequests(random));
            }
            case GREEDY -> repeat(socket, requests(random));
            case SLOW -> throw new AssertionError("it has sent its bytes");
        }
    }

    private void trickle(SocketChannel socket, ByteBuffer all) throws IOException {
        int end = all.limit();
        while (all.position() < end) {
            send(socket, all.limit(all.position() + 1));
            pause();
        }
    }

    private static void drain(SocketChannel socket) {
        var bin = ByteBuffer.allocate(BATCH);
        try {
            while (socket.read(bin.clear()) >= 0) {
                // of no interest
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void oversized(SocketChannel socket, RandomGenerator random) throws IOException {
        var long1 = ByteBuffer.allocate(LARGE + 6).putInt(LARGE + 2).put((byte) 20);
        switch (random.nextInt(5)) {
            case 0 -> send(socket, ByteBuffer.allocate(5).putInt(Integer.MAX_VALUE).put((byte) 4).flip());
            case 1 -> send(socket, ByteBuffer.allocate(5).putInt(-1).put((byte) 20).flip());
            // of an extension that nobody knows
            case 2 -> repeat(socket, long1.put((byte) 99).clear());
            // of a block that nobody asked for
            case 3 -> repeat(socket, ByteBuffer.allocate(16397).putInt(16393).put((byte) 7).clear());
            default -> trickle(socket, long1.put((byte) 99).clear());
        }
        // whoever is not closed by now is left as it is
        drain(socket);
    }

    private void repeat(SocketChannel socket, ByteBuffer same) throws IOException {
        while (true) send(socket, same.rewind());
    }

    private void send(SocketChannel socket, ByteBuffer what) throws IOException {
        while (what.hasRemaining()) bytes.addAndGet(socket.write(what));
    }

    private ByteBuffer handshake(RandomGenerator random) {
        var id = new byte[20];
        random.nextBytes(id);
        return ByteBuffer.allocate(68).put((byte) 19)
                .put("BitTorrent protocol".getBytes(StandardCharsets.US_ASCII))
                // extensions, v2, the fast extension and the DHT
                .put(new byte[] {0, 0, 0, 0, 0, 0x10, 0, 0x15})
                .put(manifest.shortHash().bytes()).put(id).flip();
    }

    private ByteBuffer chatter(RandomGenerator random) {
        var all = ByteBuffer.allocate(BATCH);
        while (all.remaining() > 32) {
            switch (random.nextInt(7)) {
                case 0 -> all.putInt(0);
                case 1 -> all.putInt(1).put((byte) random.nextInt(4));
                case 2 -> all.putInt(5).put((byte) 4).putInt(random.nextInt(manifest.pieceCount()));
                case 3 -> request(all, 8, random);
                case 4 -> all.putInt(3).put((byte) 9).putShort((short) 6881);
                case 5 -> all.putInt(5).put((byte) 17).putInt(random.nextInt(manifest.pieceCount()));
                default -> request(all, 16, random);
            }
        }
        return all.flip();
    }

    private ByteBuffer requests(RandomGenerator random) {
        var all = ByteBuffer.allocate(BATCH).putInt(1).put((byte) 2);
        while (all.remaining() > 32) request(all, 6, random);
        return all.flip();
    }

    private void request(ByteBuffer all, int kind, RandomGenerator random) {
        int piece = random.nextInt(manifest.pieceCount());
        all.putInt(13).put((byte) kind).putInt(piece).putInt(0).putInt(Math.min(16384, manifest.pieceSize(piece)));
    }

    private ByteBuffer hashRequests(RandomGenerator random) {
        ManifestFile file = manifest.files().getFirst();
        Hash root = file.root();
        var all = ByteBuffer.allocate(BATCH);
        while (all.remaining() > 53) {
            all.putInt(49).put((byte) 21);
            root.write(all);
            // 512 leaves from somewhere, with all the proof that there may be
            long leaves = file.length() >> 14;
            int index = leaves <= 512 ? 0 : random.nextInt((int) (leaves / 512)) * 512;
            all.putInt(0).putInt(index).putInt(512).putInt(0);
        }
        return all.flip();
    }
}
