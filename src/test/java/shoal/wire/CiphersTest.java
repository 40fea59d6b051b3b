package shoal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shoal.bytes.InfoHash;

/** Encrypted connections over real sockets. */
@Timeout(60)
final class CiphersTest {
    private static final int BLOCKS = 100;

    private static Ciphers ciphers(boolean always, long seed) {
        return new Ciphers(always, () -> new SplittableRandom(seed));
    }

    /** What a thread of its own does with one end. */
    private interface End<T> {
        T on(PeerChannel channel) throws IOException, PeerFault;
    }

    private static <T> CompletableFuture<T> start(PeerChannel channel, End<T> end) {
        var result = new CompletableFuture<T>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(end.on(channel));
            } catch (IOException | PeerFault | RuntimeException | Error e) {
                channel.close();
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private static <T> T soon(CompletableFuture<T> result) throws Exception {
        return result.get(50, TimeUnit.SECONDS);
    }

    private static byte[] block(int number) {
        var block = new byte[16384];
        new SplittableRandom(number).nextBytes(block);
        return block;
    }

    private static InfoHash answered(PeerChannel channel, boolean always) throws IOException, PeerFault {
        assertFalse(channel.beginsPlainly());
        InfoHash meant = ciphers(always, 2).answer(channel, List.of(Bytes.SWARM));
        assertEquals(meant, channel.receiveHead().infoHash());
        channel.send(Bytes.handshake(Features.OURS, 2));
        channel.receiveHandshake();
        return meant;
    }

    private static List<Object> talk(PeerChannel channel) throws IOException, PeerFault {
        var collected = new Collected();
        for (int i = 0; i < BLOCKS; i++) {
            channel.put(new Message.Have(i));
            channel.beginBlock(i, 0, 16384).put(block(i));
            channel.endBlocks();
        }
        CompletableFuture<Boolean> sent = start(channel, each -> {
            each.flush();
            return true;
        });
        while (collected.all.size() < 2 * BLOCKS) assertTrue(channel.read(collected));
        sent.join();
        return collected.all;
    }

    @ParameterizedTest
    @CsvSource({"false, false, false", "true, false, true", "false, true, true", "true, true, true"})
    void blocksComeThroughWhetherTheyAreEncryptedOrNot(boolean asker, boolean answerer, boolean encrypted)
            throws Exception {
        try (PeerPair pair = PeerPair.connected()) {
            CompletableFuture<List<Object>> there = start(pair.right(), channel -> {
                assertEquals(Bytes.SWARM, answered(channel, answerer));
                return talk(channel);
            });
            CompletableFuture<List<Object>> here = start(pair.left(), channel -> {
                ciphers(asker, 1).ask(channel, Bytes.handshake(Features.OURS, 1));
                channel.receiveHandshake();
                return talk(channel);
            });
            List<Object> came = soon(here);
            assertEquals(came, soon(there));
            assertEquals(new Message.Have(7), came.get(14));
            assertEquals(Bytes.read(Bytes.ofBlock(7, 0, block(7))).getFirst(), came.get(15));
            assertEquals(encrypted, pair.left().isEncrypted());
            assertEquals(encrypted, pair.right().isEncrypted());
        }
    }

    /** Copies everything that is written. */
    private record Overheard(ByteChannel channel, ByteArrayOutputStream written) implements TestLine {
        @Override
        public int read(ByteBuffer to) throws IOException {
            return channel.read(to);
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            // a little at a time, as a full line takes it
            ByteBuffer some = from.slice(from.position(), Math.min(1000, from.remaining()));
            int count = channel.write(some);
            for (int i = 0; i < count; i++) written.write(from.get());
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

    @Test
    void whoLooksOnSeesNothingThatHeKnows() throws Exception {
        try (PeerPair pair = PeerPair.connected()) {
            var seen = new ByteArrayOutputStream();
            CompletableFuture<List<Object>> there = start(pair.right(), channel -> {
                answered(channel, true);
                return talk(channel);
            });
            var overheard = new PeerChannel(new Overheard(pair.leftSocket(), seen));
            soon(start(overheard, channel -> {
                ciphers(true, 1).ask(channel, Bytes.handshake(Features.OURS, 1));
                channel.receiveHandshake();
                return talk(channel);
            }));
            soon(there);
            String all = seen.toString(StandardCharsets.ISO_8859_1);
            assertTrue(all.length() > BLOCKS * 16384, "only " + all.length());
            for (byte[] known : List.of("BitTorrent".getBytes(StandardCharsets.ISO_8859_1), Bytes.SWARM.bytes(),
                    block(0), block(99), new byte[] {0, 0, 64, 9, 7, 0, 0, 0})) {
                assertFalse(all.contains(new String(known, StandardCharsets.ISO_8859_1)));
            }
        }
    }

    @Test
    void aPlainHandshakeIsSeenByItsFirst20Bytes() throws Exception {
        byte[] plain = "\23BitTorrent protocol".getBytes(StandardCharsets.US_ASCII);
        for (int same : new int[] {0, 1, 19, 20}) {
            try (PeerPair pair = PeerPair.connected()) {
                CompletableFuture<Boolean> isPlain = start(pair.right(), PeerChannel::beginsPlainly);
                for (int i = 0; i < same; i++) say(pair.leftSocket(), plain[i]);
                if (same < 20) say(pair.leftSocket(), (byte) 200);
                assertEquals(same == 20, soon(isPlain));
            }
        }
    }

    private static void say(SocketChannel socket, byte one) throws IOException {
        socket.write(ByteBuffer.wrap(new byte[] {one}));
    }

    @Test
    void whoHangsUpWithinTheHandshakeIsTheNetworksFault() throws Exception {
        for (int length : new int[] {0, 50, 96, 400}) {
            try (PeerPair pair = PeerPair.connected()) {
                CompletableFuture<InfoHash> there = start(pair.right(), channel -> answered(channel, true));
                var begun = new byte[length];
                new SplittableRandom(3).nextBytes(begun);
                pair.leftSocket().write(ByteBuffer.wrap(begun));
                pair.leftSocket().shutdownOutput();
                var thrown = assertThrows(ExecutionException.class, () -> soon(there));
                assertTrue(thrown.getCause() instanceof IOException, () -> "" + thrown.getCause());
            }
        }
    }
}
