package shoal.dht;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bencode.BString;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;

/** Dozens of nodes in one thread and in virtual time, from a seed: what the DHT is for, and what may befall it. */
final class DhtSimulationTest {
    private static final InfoHash FILM = InfoHash.ofHex("ca5e4f1e00000000000000000000000000000001");

    private static Map<Endpoint, DhtNode> network(SimInternet internet, int size) {
        var nodes = new LinkedHashMap<Endpoint, DhtNode>();
        for (int i = 0; i < size; i++) {
            Endpoint at = SimInternet.address(i);
            DhtNode node = internet.node(at);
            Endpoint wayIn = SimInternet.address(i < 2 ? 0 : internet.random.nextInt(i));
            if (i > 0) node.waysIn(List.of(wayIn), internet.now());
            nodes.put(at, node);
            internet.run(1);
        }
        internet.run(90);
        return nodes;
    }

    private static DhtNode at(Map<Endpoint, DhtNode> nodes, int number) {
        return Objects.requireNonNull(nodes.get(SimInternet.address(number)));
    }

    private static void assertFindsAll(SimInternet internet, Map<Endpoint, DhtNode> nodes, Set<Endpoint> peers) {
        var finds = new LinkedHashMap<Endpoint, SimInternet.Found>();
        nodes.forEach((at, node) -> {
            var found = new SimInternet.Found();
            finds.put(at, found);
            node.find(FILM, () -> 0, found, internet.now());
        });
        internet.run(45);
        finds.forEach((at, found) -> {
            assertTrue(found.announced != null, "a search has an end");
            assertEquals(peers, Set.copyOf(found.peers), () -> at + " does not find all");
        });
    }

    private static Set<Endpoint> announceSome(SimInternet internet, Map<Endpoint, DhtNode> nodes) {
        var peers = new HashSet<Endpoint>();
        int number = 0;
        for (Map.Entry<Endpoint, DhtNode> each : nodes.entrySet()) {
            if (number++ % 10 != 3) continue;
            SimInternet.Found announced = internet.find(each.getValue(), FILM, 50_000);
            assertTrue(announced.announced != null && announced.announced > 0, "somebody takes the announce");
            peers.add(new Endpoint(each.getKey().address(), 50_000));
        }
        return peers;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void findsInANetworkOfSixtyWhatOthersAnnounced(long seed) {
        var internet = new SimInternet(seed);
        Map<Endpoint, DhtNode> nodes = network(internet, 60);
        nodes.forEach((at, node) -> assertTrue(node.nodes() >= DhtLimits.K, () -> at + " knows " + node.nodes()));
        Set<Endpoint> peers = announceSome(internet, nodes);
        assertEquals(6, peers.size());
        assertFindsAll(internet, nodes, peers);
        assertTrue(internet.longest() <= DhtLimits.ANSWER, "BEP 32: no packet is longer, but " + internet.longest());
    }

    @ParameterizedTest
    @CsvSource({"1, 0.05", "2, 0.1", "3, 0.1"})
    void findsThoughDatagramsAreLost(long seed, double loss) {
        var internet = new SimInternet(seed).losing(loss);
        Map<Endpoint, DhtNode> nodes = network(internet, 60);
        Set<Endpoint> peers = announceSome(internet, nodes);
        assertFindsAll(internet, nodes, peers);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void livesThroughAnHourInWhichEveryNodeButOneIsReplaced(long seed) {
        var internet = new SimInternet(seed).losing(0.02);
        Map<Endpoint, DhtNode> nodes = network(internet, 60);
        Endpoint stays = SimInternet.address(7);
        DhtNode staying = at(nodes, 7);
        int next = 60;
        for (int minute = 0; minute < 60; minute++) {
            Endpoint leaver = nodes.keySet().stream().filter(at -> !at.equals(stays)).findFirst().orElseThrow();
            nodes.remove(leaver);
            internet.leave(leaver);
            Endpoint at = SimInternet.address(next++);
            DhtNode node = internet.node(at);
            node.waysIn(List.of(stays), internet.now());
            nodes.put(at, node);
            // BEP 5: an announce is said again while it is meant
            if (minute % 10 == 0) internet.find(staying, FILM, 50_000);
            internet.run(60);
        }
        internet.find(staying, FILM, 50_000);
        Set<Endpoint> peers = Set.of(new Endpoint(stays.address(), 50_000));
        nodes.remove(stays);
        assertFindsAll(internet, nodes, peers);
        nodes.forEach((at, node) -> assertTrue(node.nodes() >= DhtLimits.K, () -> at + " knows " + node.nodes()));
    }

    @Test
    void forgetsAPeerThatIsSilentForHalfAnHour() {
        var internet = new SimInternet(4);
        Map<Endpoint, DhtNode> nodes = network(internet, 20);
        announceSome(internet, nodes);
        internet.run(31 * 60);
        assertEquals(List.of(), internet.find(at(nodes, 11), FILM, 0).peers);
    }

    /** Nodes that all say to be next to the film, and that there is nobody else, and no peer. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void isNotKeptFromAPlaceByNodesThatLieAboutTheirIds(long seed) {
        var internet = new SimInternet(seed);
        Map<Endpoint, DhtNode> nodes = network(internet, 50);
        var liars = new ArrayList<Contact>();
        for (int i = 0; i < 20; i++) {
            NodeId id = NodeId.of(FILM).neighbour(140 + i, internet.random);
            liars.add(new Contact(id, SimInternet.address(500 + i)));
        }
        for (Contact liar : liars) internet.join(liar.endpoint(), new Liar(internet, liar, liars));
        for (Contact liar : liars) {
            for (Endpoint at : nodes.keySet()) {
                var hello = new Packet.Query(BString.of("li"), liar.id(), false,
                        new Question.FindNode(liar.id(), Want.UNSAID));
                internet.send(liar.endpoint(), at, PacketWriter.write(hello));
            }
        }
        // somebody believes them, and they are the only way in for one that is new
        DhtNode novice = internet.node(SimInternet.address(300));
        novice.waysIn(List.of(liars.getFirst().endpoint(), SimInternet.address(5)), internet.now());
        nodes.put(SimInternet.address(300), novice);
        internet.run(60);
        Set<Endpoint> peers = announceSome(internet, nodes);
        assertFindsAll(internet, nodes, peers);
        for (DhtNode node : nodes.values()) {
            for (Contact known : node.saved().nodes()) assertFalse(liars.contains(known), "a liar has a place");
        }
    }

    private record Liar(SimInternet internet, Contact self, List<Contact> friends) implements SimInternet.Member {
        @Override
        public void handle(Endpoint from, byte[] bytes, long now) {
            try {
                if (!(PacketReader.read(bytes) instanceof Packet.Query query)) return;
                List<Contact> some = friends.subList(0, DhtLimits.NODES_TAKEN);
                internet.send(self.endpoint(), from, PacketWriter.write(new Packet.Reply(query.transaction(), self.id(),
                        some, List.of(), List.of(), Optional.of(BString.of("mine")), Optional.of(from))));
            } catch (PacketException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void tick(long now) {}
    }

    @Test
    void takesAnIdThatFollowsFromTheAddressThatOthersSee() throws Exception {
        var internet = new SimInternet(5);
        Map<Endpoint, DhtNode> nodes = network(internet, 20);
        Endpoint at = SimInternet.address(100);
        // behind a router: its own address is a local one
        var home = new DhtHome(true, Optional.empty(), Set.of(InetAddress.ofLiteral("192.168.1.5")));
        DhtNode node = internet.join(at, home, SavedNodes.NOTHING);
        assertFalse(SecureId.fits(node.id(), at.address()));
        node.waysIn(List.copyOf(nodes.keySet()), internet.now());
        internet.run(60);
        assertTrue(SecureId.fits(node.id(), at.address()));
        assertTrue(node.nodes() >= DhtLimits.K, "it kept whom it knew");
    }

    /** BEP 43: it finds and announces, but answers nobody and has a place in no table, until strangers ask it. */
    @Test
    void isReadOnlyUntilItIsKnownThatOthersCanReachIt() throws Exception {
        var internet = new SimInternet(6);
        Map<Endpoint, DhtNode> nodes = network(internet, 20);
        Set<Endpoint> peers = announceSome(internet, nodes);
        Endpoint at = SimInternet.address(100);
        var home = new DhtHome(true, Optional.empty(), Set.of(InetAddress.ofLiteral("192.168.1.5")));
        DhtNode node = internet.join(at, home, SavedNodes.NOTHING);
        node.waysIn(List.of(SimInternet.address(3)), internet.now());
        internet.run(60);
        assertEquals(peers, Set.copyOf(internet.find(node, FILM, 50_000).peers));
        assertTrue(node.isReadOnly());
        for (DhtNode other : nodes.values()) {
            assertTrue(other.saved().nodes().stream().noneMatch(known -> known.endpoint().equals(at)));
        }
        for (int i = 0; i < DhtLimits.STRANGERS; i++) {
            DhtNode stranger = internet.node(SimInternet.address(200 + i));
            stranger.meet(at, internet.now());
        }
        internet.run(5);
        assertFalse(node.isReadOnly());
        DhtNode last = internet.node(SimInternet.address(210));
        last.waysIn(List.of(at), internet.now());
        internet.run(30);
        assertTrue(last.nodes() >= DhtLimits.K, "it answers now");
    }

    @Test
    void isNotReadOnlyWhereNoRouterIsInBetween() {
        var internet = new SimInternet(7);
        Map<Endpoint, DhtNode> nodes = network(internet, 10);
        Endpoint at = SimInternet.address(100);
        DhtNode node = internet.join(at, new DhtHome(true, Optional.empty(), Set.of(at.address())), SavedNodes.NOTHING);
        assertTrue(node.isReadOnly(), "not known yet");
        node.waysIn(List.copyOf(nodes.keySet()), internet.now());
        internet.run(10);
        assertFalse(node.isReadOnly());
    }

    @Test
    void comesInAgainByTheNodesThatItKnewBefore() {
        var internet = new SimInternet(8);
        Map<Endpoint, DhtNode> nodes = network(internet, 30);
        Endpoint at = SimInternet.address(9);
        SavedNodes saved = SavedNodes.read(at(nodes, 9).saved().bytes());
        internet.leave(at);
        DhtNode again = internet.join(at, new DhtHome(true, Optional.of(at.address()), Set.of()), saved);
        assertEquals(saved.id(), Optional.of(again.id()));
        internet.run(30);
        assertTrue(again.nodes() >= DhtLimits.K);
    }

    /** BEP 32: nodes of both families on one machine tell of both, and help each other in. */
    @Test
    void findsIpv6NodesByIpv4OnesThatKnowThem() throws Exception {
        var internet = new SimInternet(9);
        var fours = new ArrayList<DhtNode>();
        var sixes = new ArrayList<DhtNode>();
        for (int i = 0; i < 30; i++) {
            Endpoint four = SimInternet.address(i);
            var six = new Endpoint(InetAddress.ofLiteral("2a01:4f8:" + (i + 1) + "::1"), four.port());
            DhtNode v4 = internet.node(four);
            DhtNode v6 = internet.node(six);
            v4.beside(v6);
            v6.beside(v4);
            if (i > 0) v4.waysIn(List.of(SimInternet.address(0)), internet.now());
            // only one is told of an IPv6 node: the others hear of them by IPv4
            if (i == 1) v6.meet(new Endpoint(InetAddress.ofLiteral("2a01:4f8:1::1"), 6881), internet.now());
            fours.add(v4);
            sixes.add(v6);
            internet.run(2);
        }
        internet.run(200);
        for (DhtNode node : sixes) assertTrue(node.nodes() >= DhtLimits.K, () -> "knows " + node.nodes());
        internet.find(sixes.get(3), FILM, 50_000);
        SimInternet.Found found = internet.find(sixes.get(20), FILM, 0);
        assertEquals(List.of(new Endpoint(InetAddress.ofLiteral("2a01:4f8:4::1"), 50_000)), found.peers);
        assertEquals(List.of(), internet.find(fours.get(20), FILM, 0).peers, "IPv4 nodes keep IPv4 peers");
        assertTrue(internet.longest() <= DhtLimits.ANSWER, "BEP 32: no packet is longer, but " + internet.longest());
    }

    @Test
    void isQuietWhenNothingIsSearched() {
        var internet = new SimInternet(10);
        network(internet, 60);
        long before = internet.sent();
        internet.run(3600);
        double each = (internet.sent() - before) / 60.0 / 3600;
        assertTrue(each < 1, "datagrams a second of each node: " + each);
    }
}
