package shoal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import shoal.bytes.Endpoint;
import shoal.swarm.Pace;
import shoal.testing.FakeShare;

/** Nodes that encrypt, or not, with real sockets. */
@Timeout(60)
class EncryptionTest extends TestNodes {
    private static final Duration SOON = Duration.ofSeconds(50);
    private static final FakeShare SHARE = FakeShare.ofFolder(8, 65_536, 300_000, 70_000, 1);

    EncryptionTest() {
        super(SHARE);
    }

    private Node seeding(Encryption encryption) throws Exception {
        return seeding(node(encryption, Pace.FREE, SOON), "whole");
    }

    private Session fetching(Encryption encryption, int port) throws Exception {
        var peer = new Endpoint(InetAddress.getLoopbackAddress(), port);
        return fetching(node(encryption, Pace.FREE, SOON), peer);
    }

    /** All pairs but those of which one end does what the other one refuses. */
    @ParameterizedTest
    @CsvSource({
        "OFF, OFF", "OFF, ALLOW", "OFF, PREFER", "ALLOW, OFF", "ALLOW, ALLOW", "ALLOW, PREFER", "ALLOW, REQUIRE",
        "PREFER, OFF", "PREFER, ALLOW", "PREFER, PREFER", "PREFER, REQUIRE",
        "REQUIRE, ALLOW", "REQUIRE, PREFER", "REQUIRE, REQUIRE"
    })
    void fetchesFromWhoDoesNotRefuseItsWay(Encryption ours, Encryption theirs) throws Exception {
        Session session = fetching(ours, seeding(theirs).port());
        assertTrue(session.awaitComplete(SOON), session.report()::toString);
        assertFetched();
    }

    @Test
    void whoFindsNobodyThatEncryptsCanSayWhy() throws Exception {
        int port = seeding(Encryption.OFF).port();
        Session session = fetching(Encryption.REQUIRE, port);
        long end = System.nanoTime() + SOON.toNanos();
        while (session.trouble().isEmpty() && System.nanoTime() - end < 0) {
            session.awaitComplete(Duration.ofMillis(10));
        }
        assertEquals(
                Optional.of("127.0.0.1:" + port + " hangs up on an encrypted handshake, and --encryption is require"),
                session.trouble());
        assertEquals(0, session.report().received());
    }

    private static byte[] plain() {
        return ByteBuffer.allocate(48).put((byte) 19)
                .put("BitTorrent protocol".getBytes(StandardCharsets.US_ASCII))
                .putLong(0).put(SHARE.manifest().shortHash().bytes()).array();
    }

    /** What a node says to who says this, until it hangs up. */
    private static int heard(Node node, byte[] said) throws IOException {
        try (var socket = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port()))) {
            socket.write(ByteBuffer.wrap(said));
            var answer = ByteBuffer.allocate(2000);
            while (socket.read(answer) >= 0) {
                // all of it
            }
            return answer.position();
        } catch (IOException e) {
            // it hung up without having read all
            return 0;
        }
    }

    @Test
    void aPlainHandshakeGetsNoAnswerWhereEncryptionIsRequired() throws Exception {
        assertEquals(0, heard(seeding(Encryption.REQUIRE), plain()));
    }

    @Test
    void whatIsNoPlainHandshakeGetsNoAnswerWhereEncryptionIsOff() throws Exception {
        var key = new byte[96];
        new SplittableRandom(1).nextBytes(key);
        assertEquals(0, heard(seeding(Encryption.OFF), key));
    }

    /** 96 bytes of it are a key as good as any, and may get ours. What follows names no share. */
    @Test
    void garbageIsNotHeardForLongerThanItMayBeAHandshake() throws Exception {
        var garbage = new byte[96 + 512 + 20];
        new SplittableRandom(1).nextBytes(garbage);
        int heard = heard(seeding(Encryption.ALLOW), garbage);
        assertTrue(heard <= 96 + 512, "heard " + heard);
    }

    /** The first bytes of each connection that comes from a node which we hang up on. */
    @ParameterizedTest
    @EnumSource(Encryption.class)
    void whoHangsUpIsCalledAgainInTheOtherWayIfThereIsOne(Encryption encryption) throws Exception {
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var ways = new CompletableFuture<List<Boolean>>();
            Thread.ofVirtual().start(() -> {
                try {
                    var encrypted = new ArrayList<Boolean>();
                    while (encrypted.size() < encryption.ways().size()) encrypted.add(isEncrypted(listener.accept()));
                    ways.complete(encrypted);
                } catch (IOException e) {
                    ways.completeExceptionally(e);
                }
            });
            fetching(encryption, listener.socket().getLocalPort());
            assertEquals(encryption.ways(), ways.get(SOON.toSeconds(), TimeUnit.SECONDS));
        }
    }

    private static boolean isEncrypted(SocketChannel socket) throws IOException {
        try (socket) {
            var first = ByteBuffer.allocate(20);
            while (first.hasRemaining() && socket.read(first) >= 0) {
                // 20 bytes tell
            }
            return first.flip().mismatch(ByteBuffer.wrap(plain(), 0, 20)) >= 0;
        }
    }
}
