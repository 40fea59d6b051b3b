package shoal.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;

/** What must not leave this machine. That the rest works is tried between two hosts, see {@code LocalNetworkIT}. */
@Timeout(60)
class LocalNetworkTest {
    private static final Topic.Figures NONE = new Topic.Figures(() -> 0, () -> 0, () -> 0);

    /** No interface has the address: a packet that was sent all the same would go nowhere. */
    private static LocalNetwork nowhere() {
        return new LocalNetwork(Optional.of(InetAddress.ofLiteral("192.0.2.1")), new SplittableRandom(1));
    }

    private static Topic topic(boolean isPrivate) {
        return new Topic(new InfoHash(1, 2, 3), new PeerId(1, 2, 3), 6881, isPrivate, NONE);
    }

    @Test
    void aPrivateShareIsNotLookedFor() {
        try (Topic topic = topic(true); LocalNetwork network = nowhere()) {
            network.run(topic, _ -> { });
            assertTrue(network.isIdle());
        }
    }

    @Test
    void whatProvesToBePrivateIsLookedForNoMore() throws InterruptedException {
        try (Topic topic = topic(false); LocalNetwork network = nowhere()) {
            Thread source = Thread.ofVirtual().start(() -> network.run(topic, _ -> { }));
            topic.keepPrivate();
            assertTrue(source.join(Duration.ofSeconds(30)));
            assertTrue(network.isIdle());
        }
    }

    @Test
    void whoIsBoundToALoopbackAddressIsOnNoNetwork() {
        assertFalse(LocalNetwork.isReachable(Optional.of(InetAddress.ofLiteral("127.0.0.1"))));
        assertFalse(LocalNetwork.isReachable(Optional.of(InetAddress.ofLiteral("::1"))));
        assertTrue(LocalNetwork.isReachable(Optional.of(InetAddress.ofLiteral("192.0.2.1"))));
        assertTrue(LocalNetwork.isReachable(Optional.empty()));
        assertEquals("local network", nowhere().describe());
    }
}
