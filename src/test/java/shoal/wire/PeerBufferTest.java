package shoal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bencode.BString;
import shoal.bytes.Bits;

/** The two buffers of a channel over connections that take and give bytes in portions of their own choice. */
final class PeerBufferTest {
    /** Gives {@code incoming} in random portions, and keeps what is written in random portions. */
    private static final class Portions implements TestLine {
        private final SplittableRandom random;
        private final int most;
        private final ByteBuffer incoming;
        private final ByteArrayOutputStream outgoing = new ByteArrayOutputStream();

        Portions(SplittableRandom random, int most, byte[] incoming) {
            this.random = random;
            this.most = most;
            this.incoming = ByteBuffer.wrap(incoming);
        }

        private int portion(int remaining) {
            return Math.min(remaining, 1 + random.nextInt(most));
        }

        @Override
        public int read(ByteBuffer to) {
            assertTrue(to.hasRemaining(), "a read without room would never end");
            if (!incoming.hasRemaining()) return -1;
            int count = portion(Math.min(to.remaining(), incoming.remaining()));
            to.put(incoming.slice(incoming.position(), count));
            incoming.position(incoming.position() + count);
            return count;
        }

        @Override
        public int write(ByteBuffer from) {
            var portion = new byte[portion(from.remaining())];
            from.get(portion);
            outgoing.writeBytes(portion);
            return portion.length;
        }
    }

    private static byte[] handshake() {
        var bytes = ByteBuffer.allocate(Handshake.BYTES);
        Bytes.handshake(Features.OURS, 1).write(bytes);
        return bytes.array();
    }

    private static void say(PeerChannel channel, Object said) throws IOException {
        if (said instanceof Collected.Block block) {
            channel.beginBlock(block.piece(), block.begin(), block.data().length()).put(block.data().buffer());
            channel.endBlocks();
        } else {
            assertTrue(channel.put((Message) said));
        }
    }

    private static List<Object> speech(SplittableRandom random) {
        var said = new ArrayList<Object>();
        said.add(ExtendedHandshake.wanting(Extension.values()));
        var messages = new RandomMessages(random);
        for (int i = 0; i < 300; i++) {
            switch (random.nextInt(20)) {
                case 0 -> said.add(longBitfield(random));
                case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> said.add(new Collected.Block(
                        messages.piece(), messages.begin(), BString.wrap(messages.bytes(messages.length()))));
                default -> said.add(messages.next());
            }
        }
        return said;
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 5000, 40_000, 1_000_000})
    void blocksThatAreBegunTogetherAreHeardOneByOneBetweenTheMessages(int most) throws Exception {
        long seed = 77L + most;
        var random = new SplittableRandom(seed);
        var line = new Portions(random, most, handshake());
        var speaker = new PeerChannel(line);
        speaker.send(Bytes.handshake(Features.OURS, 1));
        speaker.receiveHandshake();
        var said = new ArrayList<Object>();
        for (int i = 0; i < 60; i++) {
            for (int have = random.nextInt(3); have > 0; have--) {
                said.add(new Message.Have(i * 10 + have));
                speaker.put(new Message.Have(i * 10 + have));
            }
            var data = new byte[1 + random.nextInt(random.nextInt(5) == 0 ? 100 : 16 * 16384)];
            random.nextBytes(data);
            speaker.beginBlocks(i, 32768, data.length).put(data);
            if (random.nextInt(5) == 0) {
                speaker.abandonBlocks();
                continue;
            }
            speaker.endBlocks();
            for (int from = 0; from < data.length; from += 16384) {
                byte[] block = Arrays.copyOfRange(data, from, Math.min(data.length, from + 16384));
                said.add(new Collected.Block(i, 32768 + from, BString.wrap(block)));
            }
            if (random.nextInt(4) == 0) speaker.flush();
        }
        speaker.flush();
        assertEquals(line.outgoing.size(), speaker.bytesOut());
        var collected = new Collected();
        var hearer = new PeerChannel(new Portions(random, most, line.outgoing.toByteArray()));
        hearer.receiveHandshake();
        hearer.send(Bytes.handshake(Features.OURS, 2));
        while (hearer.read(collected)) {
            // until all is heard
        }
        assertEquals(said, collected.all, "seed " + seed);
        assertEquals(speaker.blockBytesOut(), hearer.blockBytesIn());
    }

    private static Message longBitfield(SplittableRandom random) {
        var bits = new Bits(WireLimits.PIECES - random.nextInt(1_000_000));
        for (int i = 0; i < 1000; i++) bits.set(random.nextInt(bits.size()));
        return Message.Bitfield.of(bits);
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 1000, 16_400, 100_000, 1_000_000})
    void whatWasSaidIsHeardWhateverThePortions(int most) throws Exception {
        long seed = 1000L + most;
        var random = new SplittableRandom(seed);
        List<Object> said = speech(random);

        // the speaker has to be told first under which ids it may say what it has to say
        var told = new ByteArrayOutputStream();
        told.writeBytes(handshake());
        told.writeBytes(Bytes.of(ExtendedHandshake.wanting(Extension.values())));
        var line = new Portions(random, most, told.toByteArray());
        var speaker = new PeerChannel(line);
        speaker.send(Bytes.handshake(Features.OURS, 1));
        speaker.receiveHandshake();
        while (speaker.read(new Collected())) {
            // until it knows the ids
        }
        for (Object one : said) {
            say(speaker, one);
            if (random.nextInt(30) == 0) speaker.flush();
        }
        speaker.flush();
        assertEquals(line.outgoing.size(), speaker.bytesOut());

        var collected = new Collected();
        var hearer = new PeerChannel(new Portions(random, most, line.outgoing.toByteArray()));
        hearer.receiveHandshake();
        hearer.send(Bytes.handshake(Features.OURS, 2));
        while (hearer.read(collected)) {
            // until all is heard
        }
        assertEquals(said, collected.all, "seed " + seed);
        assertEquals(speaker.blockBytesOut(), hearer.blockBytesIn());
        assertEquals(speaker.bytesOut(), hearer.bytesIn());
    }

    @Test
    void blocksAreNeverCopiedOrAllocatedFor() throws Exception {
        int blocks = 2000;
        var incoming = new ByteArrayOutputStream();
        incoming.writeBytes(handshake());
        for (int i = 0; i < blocks; i++) incoming.writeBytes(Bytes.ofBlock(i, 0, new byte[16384]));
        var line = new QuietLine(ByteBuffer.wrap(incoming.toByteArray()));
        var channel = new PeerChannel(line);
        channel.send(Bytes.handshake(Features.OURS, 1));
        channel.receiveHandshake();
        var inbound = new Counter();
        var data = ByteBuffer.allocateDirect(16384);
        // grows both buffers, and loads the classes
        for (int i = 0; i < 100; i++) {
            channel.read(inbound);
            channel.beginBlock(i, 0, 16384).put(data.clear());
            channel.endBlocks();
        }
        long before = allocated();
        while (channel.read(inbound)) {
            channel.beginBlock(1, 0, 16384).put(data.clear());
            channel.endBlocks();
            if ((inbound.blocks & 7) == 0) channel.flush();
        }
        long bytes = allocated() - before;
        assertEquals(blocks, inbound.blocks);
        assertTrue(bytes < 16384, bytes + " bytes allocated");
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static final class Counter implements Inbound {
        private int blocks;

        @Override
        public void message(Message message) {}

        @Override
        public void block(int piece, int begin, ByteBuffer data) {
            blocks++;
        }
    }

    /** Gives one buffer in portions of 10,000 bytes and forgets what is written; allocates nothing. */
    private record QuietLine(ByteBuffer incoming) implements TestLine {
        @Override
        public int read(ByteBuffer to) {
            int count = Math.min(10_000, Math.min(to.remaining(), incoming.remaining()));
            if (count == 0) return -1;
            to.put(to.position(), incoming, incoming.position(), count);
            to.position(to.position() + count);
            incoming.position(incoming.position() + count);
            return count;
        }

        @Override
        public int write(ByteBuffer from) {
            int count = from.remaining();
            from.position(from.limit());
            return count;
        }
    }

    @Test
    void aBlockIsAViewThatCannotBeWrittenTo() throws Exception {
        var incoming = new ByteArrayOutputStream();
        incoming.writeBytes(handshake());
        incoming.writeBytes(Bytes.ofBlock(1, 0, new byte[] {5, 6, 7}));
        var channel = new PeerChannel(new QuietLine(ByteBuffer.wrap(incoming.toByteArray())));
        channel.send(Bytes.handshake(Features.OURS, 1));
        channel.receiveHandshake();
        var seen = new byte[3];
        channel.read(new Inbound() {
            @Override
            public void message(Message message) {}

            @Override
            public void block(int piece, int begin, ByteBuffer data) {
                assertTrue(data.isReadOnly() && data.isDirect());
                data.get(seen);
                assertFalse(data.hasRemaining());
            }
        });
        assertArrayEquals(new byte[] {5, 6, 7}, seen);
    }
}
