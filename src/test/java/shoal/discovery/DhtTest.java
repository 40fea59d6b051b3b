package shoal.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.dht.Contact;
import shoal.dht.DhtLimits;
import shoal.dht.DhtNode;
import shoal.dht.NodeId;
import shoal.dht.SavedNodes;

/** The DHT with real sockets, all on loopback. */
@Timeout(120)
final class DhtTest {
    private static final InfoHash FILM = InfoHash.ofHex("ca5e4f1e00000000000000000000000000000001");
    private static final InetAddress SIX = InetAddress.ofLiteral("::1");
    private static final Topic.Figures LEECHER = new Topic.Figures(() -> 0, () -> 0, () -> 1);

    @TempDir
    private Path folder;

    private static Endpoint loopback(int port) {
        return new Endpoint(InetAddress.getLoopbackAddress(), port);
    }

    private static Topic topic(InfoHash hash, boolean isPrivate, int port) {
        return new Topic(hash, PeerId.random(new SplittableRandom(1)), port, isPrivate, LEECHER);
    }

    @Test
    void fiftyNodesFindWhatSomeOfThemAnnounced() throws Exception {
        try (DhtNetwork network = DhtNetwork.of(50, folder)) {
            var peers = new HashSet<Endpoint>();
            for (int i = 0; i < 50; i += 10) {
                assertTrue(DhtNetwork.find(network.node(i), FILM, 50_000 + i).announced() > 0);
                peers.add(loopback(50_000 + i));
            }
            for (int i = 0; i < 50; i++) {
                assertEquals(peers, Set.copyOf(DhtNetwork.find(network.node(i), FILM, 0).peers()), "node " + i);
            }
            assertEquals(List.of(), DhtNetwork.find(network.node(7), new InfoHash(1, 2, 3), 0).peers());
        }
    }

    @Test
    void twentyNodesFindOverIpv6WhatSomeOfThemAnnounced() throws Exception {
        DhtNetwork.needsIpv6();
        try (DhtNetwork network = DhtNetwork.of(20, SIX, folder)) {
            var peers = new HashSet<Endpoint>();
            for (int i = 0; i < 20; i += 5) {
                assertTrue(DhtNetwork.find(network.node(i), FILM, 50_000 + i).announced() > 0);
                peers.add(new Endpoint(SIX, 50_000 + i));
            }
            for (int i = 0; i < 20; i++) {
                assertEquals(peers, Set.copyOf(DhtNetwork.find(network.node(i), FILM, 0).peers()), "node " + i);
            }
            assertTrue(Files.notExists(folder.resolve("node5/dht4.nodes")));
        }
        assertTrue(Files.size(folder.resolve("node5/dht6.nodes")) > 8 * 38);
    }

    /** As when a machine comes into a network, and leaves it, while it runs (BEP 45). */
    @Test
    void hasANodeForAnAddressThatComesLaterAndNoneForOneThatHasGone() throws Exception {
        DhtNetwork.needsIpv6();
        InetAddress four = InetAddress.getLoopbackAddress();
        var settings = new Dht.Settings(Optional.of(four), 0, List.of(), false, folder.resolve("own"));
        try (DhtNetwork network = DhtNetwork.of(6, SIX, folder); Selector selector = Selector.open()) {
            assertTrue(DhtNetwork.find(network.node(3), FILM, 50_003).announced() > 0);
            var own = new DhtNodes(DhtSocket.open(settings, selector), null, new SplittableRandom(1));
            assertEquals(List.of(four), own.addresses());
            own.adapt(Set.of(four, SIX), address -> DhtSocket.openAt(address, settings, selector));
            assertEquals(List.of(four, SIX), own.addresses());
            own.adapt(Set.of(four, SIX), address -> Optional.empty());
            var wayIn = new Endpoint(SIX, network.node(0).port());
            own.each(node -> node.waysIn(List.of(wayIn), System.nanoTime()));
            DhtNetwork.await(() -> pass(own) && own.nodes() >= 6);
            var found = new Found();
            own.find(FILM, () -> 50_007, found);
            DhtNetwork.await(() -> pass(own) && found.ended);
            assertTrue(found.peers.contains(new Endpoint(SIX, 50_003)), found.peers::toString);

            var cutOff = new Found();
            own.find(FILM, () -> 50_007, cutOff);
            own.adapt(Set.of(four), address -> Optional.empty());
            assertEquals(List.of(four), own.addresses());
            assertEquals(0, own.nodes());
            long now = System.nanoTime();
            for (int second = 0; second < DhtLimits.FAREWELL.toSeconds(); second++) {
                own.tick(now + TimeUnit.SECONDS.toNanos(second));
            }
            assertTrue(cutOff.ended, "what was begun there ends");
            own.close();
        }
    }

    private static boolean pass(DhtNodes own) {
        own.receive(64);
        own.tick(System.nanoTime());
        return true;
    }

    private static final class Found implements DhtNode.Finding {
        private final Set<Endpoint> peers = new HashSet<>();
        private boolean ended;

        @Override
        public void found(List<Endpoint> more) {
            peers.addAll(more);
        }

        @Override
        public void ended(int announced) {
            ended = true;
        }
    }

    @Test
    void isASourceThatAnnouncesAndFindsAndEndsAtOnce() throws Exception {
        try (DhtNetwork network = DhtNetwork.of(10, folder)) {
            Topic first = topic(FILM, false, 50_001);
            Topic second = topic(FILM, false, 50_002);
            var found = new LinkedBlockingQueue<Endpoint>();
            Thread announcing = Thread.ofVirtual().start(() -> network.node(3).source().run(first, peers -> {}));
            Thread finding = Thread.ofVirtual().start(() -> network.node(4).source().run(second, found::addAll));
            Endpoint peer = found.poll(60, TimeUnit.SECONDS);
            while (peer != null && peer.equals(loopback(50_002))) peer = found.poll(60, TimeUnit.SECONDS);
            assertEquals(loopback(50_001), peer);
            first.close();
            second.close();
            announcing.join();
            finding.join();
        }
    }

    @Test
    void sendsNothingForAPrivateShare() throws Exception {
        try (var listener = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                Topic topic = topic(FILM, true, 50_001)) {
            var dht = new Dht(new Dht.Settings(Optional.of(InetAddress.getLoopbackAddress()), 1,
                    List.of("127.0.0.1:" + listener.getLocalPort()), true, folder));
            dht.source().run(topic, peers -> {
                throw new AssertionError(peers);
            });
            listener.setSoTimeout(300);
            assertThrows(SocketTimeoutException.class, () -> listener.receive(new DatagramPacket(new byte[1], 1)));
            dht.close();
        }
    }

    @Test
    void neitherFindsNorAnnouncesAnyMoreWhenAShareTurnsOutToBePrivate() throws Exception {
        try (DhtNetwork network = DhtNetwork.of(10, folder); Topic topic = topic(FILM, false, 50_001)) {
            Thread source = Thread.ofVirtual().start(() -> network.node(3).source().run(topic, peers -> {}));
            topic.keepPrivate();
            source.join();
            assertEquals(List.of(), DhtNetwork.find(network.node(5), FILM, 0).peers());
        }
    }

    @Test
    void comesInByTheNodesOfTheLastTime() throws Exception {
        try (DhtNetwork network = DhtNetwork.of(12, folder)) {
            Dht node = network.node(5);
            node.close();
            assertTrue(Files.size(folder.resolve("node5/dht4.nodes")) > 8 * 26);
            Dht again = network.join(node.port(), List.of(), folder.resolve("node5"));
            DhtNetwork.await(() -> again.nodes() >= 8);
        }
    }

    @Test
    void oneProcessAloneHasTheIdThatIsRemembered() throws Exception {
        byte[] id = new byte[20];
        var saved = new SavedNodes(Optional.of(NodeId.of(id)),
                List.of(new Contact(NodeId.of(id), loopback(1))));
        try (DhtMemory first = DhtMemory.open(folder); DhtMemory second = DhtMemory.open(folder)) {
            first.save(true, saved);
            assertEquals(saved, first.load(true));
            assertTrue(second.load(true).id().isEmpty());
            assertEquals(saved.nodes(), second.load(true).nodes());
            second.save(false, saved);
            assertFalse(Files.exists(folder.resolve("dht6.nodes")));
        }
        try (DhtMemory third = DhtMemory.open(folder)) {
            assertEquals(saved, third.load(true));
            Files.write(folder.resolve("dht4.nodes"), new byte[] {'d', 'x'});
            assertEquals(SavedNodes.NOTHING, third.load(true));
        }
    }

    @Test
    void findsNothingAndHurtsNobodyWhenItsPortIsTaken() throws Exception {
        try (var taken = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var network = DhtNetwork.of(0, folder)) {
            Dht node = network.join(taken.getLocalPort(), List.of(), folder);
            assertEquals(0, DhtNetwork.find(node, FILM, 50_000).announced());
        }
    }
}
