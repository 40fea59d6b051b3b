package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.wire.ExtendedHandshake;
import shoal.wire.Extension;
import shoal.wire.Message;
import shoal.wire.PeerExchange;
import shoal.wire.WireLimits;

/** Peer exchange between peers whose addresses a test chooses. Row C23: floods, own and foreign addresses. */
class GossipTest {
    private static final long MINUTE = SwarmLimits.PEERS_TOLD_AGAIN;
    private static final int OUR_PORT = 6881;

    /** A clock shows anything, and passes zero. */
    private static final long NOW = -MINUTE / 2;

    private final Peers peers = new Peers();
    private final Gossip gossip = new Gossip(peers, theirs -> OUR_PORT);
    private int numbers;

    private static Endpoint at(String address, int port) {
        return new Endpoint(InetAddress.ofLiteral(address), port);
    }

    private Peer dialled(String address, int port) {
        int number = ++numbers;
        var peer = new Peer(new SwarmEvent.PeerConnected(number, new RecordingLink(), at(address, port), true,
                new PeerId(1, 1, number), true, true, false, new InfoHash(1, 2, 3), true), NOW);
        peer.speaksExchange = true;
        peers.add(peer);
        return peer;
    }

    private List<Endpoint> heard(Peer from, long now, Endpoint... endpoints) {
        var added = new ArrayList<PeerExchange.Peer>();
        for (Endpoint endpoint : endpoints) added.add(new PeerExchange.Peer(endpoint, 0));
        return gossip.heard(from, new PeerExchange(added, List.of()), now);
    }

    private static List<Endpoint> added(Peer to) {
        List<Message> sent = RecordingLink.sentTo(to);
        if (sent.isEmpty()) return List.of();
        assertEquals(1, sent.size());
        return ((PeerExchange) sent.getFirst()).added().stream().map(PeerExchange.Peer::endpoint).toList();
    }

    @Test
    void tellsEachPeerOfTheOthersButNotOfItself() {
        Peer one = dialled("198.51.100.1", 7001);
        Peer two = dialled("198.51.100.2", 7002);
        Peer six = dialled("2001:db8::6", 7006);
        gossip.tick(NOW);
        assertEquals(List.of(two.remote, six.remote), added(one));
        assertEquals(List.of(one.remote, six.remote), added(two));
        assertEquals(List.of(one.remote, two.remote), added(six));
    }

    /** Their clients know no other hash: nobody who is known by another would answer them, nor they him. */
    @Test
    void keepsThoseApartWhoKnowThePartForV1Alone() {
        Peer one = dialled("198.51.100.1", 7001);
        Peer two = dialled("198.51.100.2", 7002);
        Peer old = dialled("198.51.100.3", 7003);
        Peer older = dialled("198.51.100.4", 7004);
        old.isOfV1Part = true;
        older.isOfV1Part = true;
        gossip.tick(NOW);
        assertEquals(List.of(two.remote), added(one));
        assertEquals(List.of(one.remote), added(two));
        assertEquals(List.of(older.remote), added(old));
        assertEquals(List.of(old.remote), added(older));
    }

    @Test
    void tellsOnceAMinuteWhatIsNewAndWhoHasGone() {
        Peer one = dialled("198.51.100.1", 7001);
        Peer two = dialled("198.51.100.2", 7002);
        gossip.tick(NOW);
        assertEquals(List.of(two.remote), added(one));
        Peer three = dialled("198.51.100.3", 7003);
        peers.remove(two.number);
        gossip.tick(NOW + MINUTE - 1);
        assertEquals(List.of(), RecordingLink.sentTo(one));
        gossip.tick(NOW + MINUTE);
        var news = new PeerExchange(
                List.of(new PeerExchange.Peer(three.remote, PeerExchange.Peer.REACHABLE)), List.of(two.remote));
        assertEquals(List.of(news), RecordingLink.sentTo(one));
        gossip.tick(NOW + 3 * MINUTE);
        assertEquals(List.of(), RecordingLink.sentTo(one), "no news, no message");
    }

    @Test
    void tellsOfFiftyAtATimeAndOfTheRestLater() {
        Peer one = dialled("198.51.100.1", 7001);
        for (int i = 0; i < 70; i++) dialled("203.0.113." + i, 7000);
        gossip.tick(NOW);
        assertEquals(WireLimits.EXCHANGED_PEERS, added(one).size());
        gossip.tick(NOW + MINUTE);
        assertEquals(20, added(one).size());
    }

    @Test
    void tellsNothingToWhoDoesNotWantItAndOfNobodyWhosePortIsNotKnown() {
        Peer one = dialled("198.51.100.1", 7001);
        one.speaksExchange = false;
        Peer two = dialled("198.51.100.2", 7002);
        two.listens = null;
        Peer three = dialled("198.51.100.3", 7003);
        three.closing = true;
        Peer four = dialled("198.51.100.4", 7004);
        gossip.tick(NOW);
        assertEquals(List.of(), RecordingLink.sentTo(one));
        assertEquals(List.of(one.remote), added(four));
        assertEquals(List.of(), RecordingLink.sentTo(three));
    }

    @Test
    void tellsNobodyFarAwayOfPlacesOnOurNetwork() {
        Peer far = dialled("198.51.100.1", 7001);
        Peer near = dialled("192.168.1.2", 7002);
        Peer here = dialled("127.0.0.1", 7003);
        gossip.tick(NOW);
        assertEquals(List.of(), added(far));
        assertEquals(List.of(far.remote), added(near));
        assertEquals(List.of(far.remote, near.remote), added(here));
    }

    @Test
    void hearsNoAddressThatTheTellerCouldNotReachOrThatIsOurs() throws Exception {
        Peer far = dialled("198.51.100.1", 7001);
        far.seesUsAt = InetAddress.ofLiteral("203.0.113.9");
        Endpoint good = at("203.0.113.1", 1);
        List<Endpoint> heard = heard(far, NOW, at("127.0.0.1", 22), at("::1", 22), at("192.168.1.1", 80),
                at("10.0.0.1", 80), at("fe80::1", 80), at("fd00::1", 80), at("100.64.0.1", 80), at("0.0.0.0", 80),
                at("224.0.0.1", 80), at("203.0.113.9", OUR_PORT), good, good, at("203.0.113.9", OUR_PORT + 1));
        assertEquals(List.of(good, at("203.0.113.9", OUR_PORT + 1)), heard);
        Peer near = dialled("192.168.1.2", 7002);
        assertEquals(List.of(at("192.168.1.1", 80)), heard(near, NOW, at("192.168.1.1", 80), at("127.0.0.1", 22)));
        Peer here = dialled("127.0.0.1", 7003);
        assertEquals(List.of(at("127.0.0.1", 22)), heard(here, NOW, at("127.0.0.1", 22)));
    }

    @Test
    void doesNotHearWhoTalksAllTheTime() {
        Peer one = dialled("198.51.100.1", 7001);
        assertEquals(1, heard(one, NOW, at("203.0.113.1", 1)).size());
        assertEquals(0, heard(one, NOW + 1, at("203.0.113.2", 1)).size());
        assertEquals(0, heard(one, NOW + SwarmLimits.PEERS_HEARD_AGAIN - 1, at("203.0.113.3", 1)).size());
        assertEquals(1, heard(one, NOW + MINUTE, at("203.0.113.4", 1)).size());
    }

    @Test
    void hearsayFillsAPartOfTheBookAndGivesWayToHearsay() {
        var book = new PeerBook();
        List<Endpoint> many = IntStream.range(0, 3000)
                .mapToObj(i -> at("203.0.113." + i % 250, 1000 + i))
                .toList();
        for (int i = 0; i < many.size(); i += 50) book.overheard(many.subList(i, i + 50), NOW);
        assertEquals(SwarmLimits.OVERHEARD, book.size());
        Endpoint named = at("198.51.100.1", 1);
        book.found(List.of(named), false, NOW);
        assertEquals(SwarmLimits.OVERHEARD + 1, book.size());
        Endpoint failed = book.take(1, NOW).getFirst();
        book.failed(failed, NOW);
        Endpoint fresh = many.getLast();
        book.overheard(List.of(fresh), NOW);
        assertEquals(SwarmLimits.OVERHEARD + 1, book.size());
        assertTrue(book.take(3000, NOW).contains(fresh));
    }

    @Test
    void whatASourceNamesIsNoHearsayAnyMore() {
        var book = new PeerBook();
        Endpoint one = at("203.0.113.1", 1);
        book.overheard(List.of(one, at("203.0.113.2", 1)), NOW);
        book.found(List.of(one), false, NOW);
        book.forgetOverheard();
        assertEquals(List.of(one), book.take(9, NOW));
    }

    private static SwarmReport afterHearsay(boolean isPrivate) {
        var random = new SplittableRandom(1);
        var content = new SimContent(random, isPrivate, 1 << 16, 100_000);
        var network = new SimNetwork(random, content);
        SimPeer peer = network.add(
                Mischief.NONE, new SimDisk(content, content.allFiles(), network.timeline, random), true);
        peer.start();
        while (network.timeline.step(Timeline.seconds(1))) {
            // its files are opened
        }
        var link = new RecordingLink();
        peer.swarm().handle(new SwarmEvent.PeerConnected(
                1, link, at("198.51.100.1", 7001), true, new PeerId(1, 1, 1), true, true, false,
                new InfoHash(1, 2, 3), true));
        var hello = (ExtendedHandshake) link.sent.getFirst();
        assertEquals(!isPrivate, hello.ids().getOrDefault(Extension.PEER_EXCHANGE, 0) != 0);
        var added = List.of(new PeerExchange.Peer(at("203.0.113.1", 1), 0));
        peer.swarm().handle(new SwarmEvent.PeerSaid(1, List.of(new PeerExchange(added, List.of()))));
        peer.swarm().tick();
        return peer.swarm().report();
    }

    @Test
    void ofAPrivateShareNothingIsWantedNorHeard() {
        assertEquals(2, afterHearsay(false).addresses());
        assertEquals(1, afterHearsay(true).addresses());
    }
}
