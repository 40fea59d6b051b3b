package shoal.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.storage.FileHoldings;
import shoal.storage.Progress;
import shoal.storage.Store;
import shoal.testing.Conversation;
import shoal.testing.FakePeer;
import shoal.testing.FakeShare;
import shoal.testing.Manner;
import shoal.wire.Message;

/** A node that gives, with real sockets, to an honest peer among such as mean it no good. */
@Timeout(120)
class CrowdTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final FakeShare SHARE = FakeShare.ofFile(9, 65_536, 300_000);

    @TempDir
    private Path dir;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Endpoint at = new Endpoint(InetAddress.getLoopbackAddress(), 1);

    @BeforeEach
    void seed() throws Exception {
        seed(Connections.Limits.USUAL);
    }

    private void seed(Connections.Limits limits) throws Exception {
        closeAll();
        open.clear();
        SHARE.writeTo(dir);
        Store store = closing(Store.open(dir.resolve("state")));
        var settings = new NodeSettings(Optional.of(InetAddress.getLoopbackAddress()), OptionalInt.empty());
        Node node = closing(Node.open(settings, new SplittableRandom(1), SOON, limits));
        at = new Endpoint(InetAddress.getLoopbackAddress(), node.port());
        closing(node.join(ShareOrder.of(SHARE.manifest(), List.of(), manifest -> new Opener.Opened(
                FileHoldings.forShare(store, manifest, List.of(dir.resolve("file.bin")), new Progress()),
                new Bits(1)))));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) each.close();
    }

    private <T extends AutoCloseable> T closing(T thing) {
        open.add(thing);
        return thing;
    }

    private Conversation talk() throws Exception {
        return talk(closing(FakePeer.of(SHARE).having().withManner(Manner.puppet())).dial(at));
    }

    private Conversation talkFrom(String address) throws Exception {
        return talk(closing(FakePeer.of(SHARE).having().withManner(Manner.puppet())).dial(
                at, InetAddress.ofLiteral(address)));
    }

    private static Conversation talk(Conversation talk) throws Exception {
        talk.theirHandshake(SOON);
        talk.say(new Message.Interested());
        talk.await(Message.Unchoke.class, SOON);
        return talk;
    }

    private void assertTurnedAway(String address) throws Exception {
        assertNull(ifHeard(address), "there was a place");
    }

    @Test
    void anAddressThatTookAllItsPlacesGetsNoMoreAndAnotherDoes() throws Exception {
        seed(new Connections.Limits(100, 50, 3, false));
        Conversation first = talkFrom("127.0.0.2");
        talkFrom("127.0.0.2");
        talkFrom("127.0.0.2");
        assertTurnedAway("127.0.0.2");
        assertServed(talkFrom("127.0.0.3"));
        assertServed(first);
        first.close();
        // a place is free only once the node has seen that it is
        Conversation next = null;
        while (next == null) next = ifHeard("127.0.0.2");
        assertServed(next);
    }

    private @Nullable Conversation ifHeard(String address) throws Exception {
        try {
            return talkFrom(address);
        } catch (IOException | AssertionError e) {
            return null;
        }
    }

    @Test
    void whoShakesHandsGetsThePlaceOfOneOfItsAddressThatDoesNot() throws Exception {
        seed(new Connections.Limits(100, 50, 2, false));
        for (int i = 0; i < 2; i++) {
            var silent = closing(SocketChannel.open());
            silent.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0));
            silent.connect(new InetSocketAddress(at.address(), at.port()));
            silent.write(ByteBuffer.wrap(new byte[] {19, 'B'}));
        }
        assertServed(talkFrom("127.0.0.2"));
        assertServed(talkFrom("127.0.0.2"));
        assertTurnedAway("127.0.0.2");
    }

    @Test
    void allTogetherTakeNoMorePlacesThanThereAreForThoseWhoCome() throws Exception {
        seed(new Connections.Limits(100, 2, 50, true));
        Conversation first = talkFrom("127.0.0.2");
        talkFrom("127.0.0.3");
        assertTurnedAway("127.0.0.4");
        assertServed(first);
    }

    private static void assertServed(Conversation talk) throws Exception {
        talk.say(new Message.Request(1, 16_384, 16_384));
        var block = talk.await(Conversation.Block.class, SOON);
        assertArrayEquals(SHARE.block(1, 16_384, 16_384), block.data().bytes());
    }

    @Test
    void whoShakesHandsIsHeardThoughMoreThanThereIsRoomForDoNot() throws Exception {
        for (int i = 0; i < NodeLimits.UNGREETED + 20; i++) {
            var silent = closing(SocketChannel.open(new InetSocketAddress(at.address(), at.port())));
            silent.write(ByteBuffer.wrap(new byte[] {19, 'B'}));
        }
        assertServed(talk());
    }

    /** What only the collector gives back is soon all taken by those who come and go. */
    @Test
    void whoOnlyConnectsTakesNoMemoryOutsideTheHeap() throws Exception {
        BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst().orElseThrow();
        assertServed(talk());
        long before = direct.getMemoryUsed();
        for (int i = 0; i < NodeLimits.UNGREETED / 2; i++) {
            var silent = closing(SocketChannel.open(new InetSocketAddress(at.address(), at.port())));
            silent.write(ByteBuffer.wrap(new byte[] {19, 'B'}));
        }
        assertServed(talk());
        long each = (direct.getMemoryUsed() - before) / (NodeLimits.UNGREETED / 2);
        assertTrue(each < 10_000, each + " bytes for each");
    }

    private static void repeat(Conversation talk, byte[] same) throws Exception {
        String end = talk.theirHandshake(SOON).toString();
        try {
            for (int i = 0; i < 100_000; i++) talk.sayRaw(same);
        } catch (IOException e) {
            end = "";
        }
        assertTrue(end.isEmpty(), "it heard all of that");
    }

    @Test
    void whoFloodsIsClosedAndNobodyElse() throws Exception {
        Conversation good = talk();
        repeat(talk(), new byte[] {0, 0, 0, 1, 3, 0, 0, 0, 1, 2, 0, 0, 0, 0});
        assertServed(good);
        assertServed(talk());
    }

    @Test
    void whoFloodsInAnExtensionThatNobodyKnowsIsClosed() throws Exception {
        Conversation good = talk();
        byte[] unknown = ByteBuffer.allocate(4 + 60_000).putInt(60_000).put((byte) 20).put((byte) 99).array();
        repeat(talk(), unknown);
        assertServed(good);
    }
}
