package shoal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import shoal.bencode.BString;
import shoal.bytes.Bits;

@Timeout(60)
final class PeerChannelTest {
    /** Something to do in another thread that may throw. */
    private interface Task {
        void run() throws Exception;
    }

    private static CompletableFuture<Boolean> start(Task task) {
        var done = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> {
            try {
                task.run();
                done.complete(true);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private static void await(CompletableFuture<Boolean> task) throws Exception {
        task.get(50, TimeUnit.SECONDS);
    }

    /** Reads until that many messages and blocks have come. */
    private static List<Object> read(PeerChannel channel, int count) throws IOException, PeerFault {
        var collected = new Collected();
        while (collected.all.size() < count) assertTrue(channel.read(collected), "closed too early");
        return collected.all;
    }

    private static void write(SocketChannel socket, byte[] bytes) throws IOException {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) socket.write(buffer);
    }

    private static void put(PeerChannel channel, int piece, int begin, byte[] data) throws IOException {
        channel.beginBlock(piece, begin, data.length).put(data);
        channel.endBlocks();
    }

    private static byte[] random(SplittableRandom random, int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void letsAnAcceptorSeeTheSwarmBeforeItAnswersAndBeforeThePeerIdHasCome() throws Exception {
        try (PeerPair pair = PeerPair.connected()) {
            var bytes = ByteBuffer.allocate(Handshake.BYTES);
            Handshake handshake = Bytes.handshake(Features.NONE, 9);
            handshake.write(bytes);
            pair.leftSocket().write(bytes.flip().limit(48));
            assertEquals(new Handshake.Head(Features.NONE, Bytes.SWARM), pair.right().receiveHead());
            pair.leftSocket().write(bytes.limit(68));
            assertEquals(handshake, pair.right().receiveHandshake());
        }
    }

    @Test
    void refusesAConnectionAtItsFirstWrongByteWithoutWaitingForMore() throws Exception {
        try (PeerPair pair = PeerPair.connected()) {
            write(pair.leftSocket(), new byte[] {0x42});
            var fault = assertThrows(PeerFault.class, () -> pair.right().receiveHead());
            assertEquals("no BitTorrent handshake: byte 0 is 66", fault.getMessage());
        }
    }

    @Test
    void saysThatAPeerClosedBeforeItsHandshake() throws Exception {
        try (PeerPair pair = PeerPair.connected()) {
            write(pair.leftSocket(), new byte[] {19, 'B', 'i'});
            pair.left().close();
            assertThrows(EOFException.class, () -> pair.right().receiveHandshake());
        }
    }

    @Test
    void tellsMessagesThatCameTogetherWithTheHandshake() throws Exception {
        try (PeerPair pair = PeerPair.connected()) {
            var bytes = ByteBuffer.allocate(200);
            Bytes.handshake(Features.OURS, 9).write(bytes);
            bytes.put(Bytes.of(new Message.HaveAll())).put(Bytes.of(new Message.Unchoke()));
            write(pair.leftSocket(), Arrays.copyOf(bytes.array(), bytes.position()));
            pair.right().send(Bytes.handshake(Features.OURS, 8));
            pair.right().receiveHandshake();
            assertEquals(List.of(new Message.HaveAll(), new Message.Unchoke()), read(pair.right(), 2));
        }
    }

    @Test
    void carriesBlocksOf64MiBWithoutChangingAByte() throws Exception {
        long seed = 20_260_101;
        int blocks = 4096;
        var sent = MessageDigest.getInstance("SHA-256");
        var came = MessageDigest.getInstance("SHA-256");
        try (PeerPair pair = PeerPair.shaken()) {
            CompletableFuture<Boolean> writer = start(() -> {
                var random = new SplittableRandom(seed);
                for (int i = 0; i < blocks; i++) {
                    // odd lengths between the full ones make blocks span the ends of both buffers at every offset
                    byte[] data = random(random, i % 5 == 0 ? 1 + random.nextInt(16384) : 16384);
                    sent.update(data);
                    put(pair.left(), i >>> 4, (i & 15) << 14, data);
                    if (i % 7 == 0) pair.left().put(new Message.Have(i));
                    if (random.nextInt(50) == 0) pair.left().flush();
                }
                pair.left().flush();
                pair.left().close();
            });
            var next = new int[2];
            var inbound = new Inbound() {
                @Override
                public void message(Message message) {
                    assertEquals(new Message.Have(next[1]), message);
                    next[1] += 7;
                }

                @Override
                public void block(int piece, int begin, ByteBuffer data) {
                    assertEquals(next[0]++, piece << 4 | begin >>> 14, "seed " + seed);
                    came.update(data);
                }
            };
            while (pair.right().read(inbound)) {}
            await(writer);
            assertEquals(blocks, next[0]);
            assertArrayEquals(sent.digest(), came.digest(), "seed " + seed);
            assertEquals(pair.left().blockBytesOut(), pair.right().blockBytesIn());
            assertEquals(pair.left().bytesOut(), pair.right().bytesIn());
            assertEquals(
                    68 + pair.left().blockBytesOut() + blocks * 13L + (blocks + 6) / 7 * 9L, pair.left().bytesOut());
        }
    }

    @Test
    void carriesTheLongestBitfieldAndWhatFollowsIt() throws Exception {
        var pieces = new Bits(WireLimits.PIECES);
        for (int i = 0; i < pieces.size(); i += 3) pieces.set(i);
        var bitfield = Message.Bitfield.of(pieces);
        try (PeerPair pair = PeerPair.shaken()) {
            CompletableFuture<Boolean> writer = start(() -> {
                for (int i = 0; i < 3; i++) pair.left().put(bitfield);
                pair.left().put(new Message.Interested());
                pair.left().flush();
            });
            assertEquals(
                    List.of(bitfield, bitfield, bitfield, new Message.Interested()), read(pair.right(), 4));
            await(writer);
        }
    }

    @Test
    void tellsNothingTwiceAndNothingBeforeItIsWhole() throws Exception {
        try (PeerPair pair = PeerPair.shaken()) {
            byte[] data = random(new SplittableRandom(1), 16384);
            byte[] bytes = Bytes.ofBlock(3, 16384, data);
            write(pair.leftSocket(), Arrays.copyOf(bytes, 10_000));
            var collected = new Collected();
            pair.right().read(collected);
            assertTrue(collected.all.isEmpty());
            write(pair.leftSocket(), Arrays.copyOfRange(bytes, 10_000, bytes.length));
            while (collected.all.isEmpty()) pair.right().read(collected);
            assertEquals(List.of(new Collected.Block(3, 16384, BString.wrap(data))), collected.all);
        }
    }

    @Test
    void endsWhenThePeerClosesBetweenMessages() throws Exception {
        try (PeerPair pair = PeerPair.shaken()) {
            pair.left().put(new Message.Choke());
            pair.left().flush();
            pair.left().close();
            assertEquals(List.of(new Message.Choke()), read(pair.right(), 1));
            assertFalse(pair.right().read(new Collected()));
        }
    }

    @Test
    void isAnIoErrorWhenThePeerClosesWithinAMessage() throws Exception {
        try (PeerPair pair = PeerPair.shaken()) {
            write(pair.leftSocket(), new byte[] {0, 0, 0, 5, 4, 0});
            pair.left().close();
            assertThrows(EOFException.class, () -> {
                while (pair.right().read(new Collected())) {}
            });
        }
    }

    @Test
    void closeWakesAReaderAndAWriterThatWait() throws Exception {
        try (PeerPair pair = PeerPair.shaken()) {
            CompletableFuture<Boolean> reader = start(() -> pair.left().read(new Collected()));
            var stuck = new CompletableFuture<Boolean>();
            CompletableFuture<Boolean> writer = start(() -> {
                for (int i = 0; ; i++) {
                    put(pair.left(), 0, 0, new byte[16384]);
                    if (i == 64) stuck.complete(true);
                }
            });
            stuck.get(50, TimeUnit.SECONDS);
            pair.left().close();
            pair.left().close();
            for (CompletableFuture<Boolean> task : List.of(reader, writer)) {
                var e = assertThrows(ExecutionException.class, () -> await(task));
                assertInstanceOf(IOException.class, e.getCause());
            }
        }
    }

    @Test
    void anAbandonedBlockLeavesNoTrace() throws Exception {
        try (PeerPair pair = PeerPair.shaken()) {
            pair.left().put(new Message.Have(1));
            pair.left().beginBlock(5, 0, 16384).put(new byte[100]);
            pair.left().abandonBlocks();
            pair.left().put(new Message.Have(2));
            put(pair.left(), 6, 0, new byte[] {1, 2, 3});
            pair.left().flush();
            assertEquals(
                    List.of(
                            new Message.Have(1),
                            new Message.Have(2),
                            new Collected.Block(6, 0, BString.wrap(new byte[] {1, 2, 3}))),
                    read(pair.right(), 3));
            assertEquals(3, pair.left().blockBytesOut());
        }
    }

    @Test
    void refusesToSendABlockThatIsNotFull() throws Exception {
        try (PeerPair pair = PeerPair.shaken()) {
            pair.left().beginBlock(5, 0, 16384).put(new byte[100]);
            assertThrows(IllegalStateException.class, () -> pair.left().endBlocks());
            assertThrows(IllegalStateException.class, () -> pair.left().put(new Message.Choke()));
            assertThrows(IllegalStateException.class, () -> pair.left().flush());
            assertThrows(IllegalStateException.class, () -> pair.left().beginBlock(5, 0, 1));
        }
    }

    @Test
    void sendsExtensionMessagesUnderTheIdsThatThePeerToldAndNotToOthers() throws Exception {
        try (PeerPair pair = PeerPair.shaken()) {
            var dontHave = new ExtensionMessage.DontHave(4);
            assertFalse(pair.left().put(dontHave));
            write(pair.rightSocket(), Bytes.extended(0, "d1:md11:lt_donthavei200eee"));
            assertEquals(1, read(pair.left(), 1).size());
            assertTrue(pair.left().wants(Extension.DONT_HAVE));
            assertFalse(pair.left().wants(Extension.METADATA));
            assertTrue(pair.left().put(dontHave));
            pair.left().flush();
            var raw = ByteBuffer.allocate(10);
            while (raw.hasRemaining()) assertTrue(pair.rightSocket().read(raw) > 0);
            assertEquals("0000000614c800000004", Bytes.hex(raw.array()));
            write(pair.rightSocket(), Bytes.extended(0, "d1:md11:lt_donthavei0eee"));
            assertEquals(1, read(pair.left(), 1).size());
            assertFalse(pair.left().put(dontHave));
        }
    }

    @Test
    void agreesOnWhatBothCan() throws Exception {
        try (PeerPair pair = PeerPair.shaken(Features.OURS, Features.OURS.withoutFast().withoutExtensions())) {
            assertFalse(pair.left().common().fast());
            assertThrows(IllegalStateException.class, () -> pair.left().put(new Message.HaveAll()));
            assertFalse(pair.left().put(ExtendedHandshake.wanting(Extension.METADATA)));
            write(pair.rightSocket(), Bytes.of(new Message.HaveNone()));
            assertThrows(PeerFault.class, () -> pair.left().read(new Collected()));
        }
    }

    @Test
    void tellsOnceForEachReadThatAllHasBeenTold() throws Exception {
        try (PeerPair pair = PeerPair.shaken()) {
            var messages = new ArrayList<Object>();
            for (int i = 0; i < 100; i++) {
                messages.add(new Message.Have(i));
                pair.left().put(new Message.Have(i));
            }
            pair.left().flush();
            var collected = new Collected();
            int reads = 0;
            while (collected.all.size() < 100) {
                pair.right().read(collected);
                reads++;
            }
            assertEquals(messages, collected.all);
            assertEquals(reads, collected.reads);
            assertTrue(reads < 100, reads + " reads");
        }
    }
}
