package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestFile;
import shoal.manifest.ManifestWriter;
import shoal.storage.DiskFault;
import shoal.wire.ExtendedHandshake;
import shoal.wire.Extension;
import shoal.wire.ExtensionMessage;
import shoal.wire.Message;
import shoal.wire.PeerExchange;

/** What one swarm says to peers of other shares, which have its second file among others. */
final class OtherSwarmPeersTest {
    private static final int BLOCK = 16_384;

    /** Hosts from this number on are our own machine. */
    private static final int OURS = 200;

    private final SplittableRandom random = new SplittableRandom(4);
    private final Timeline timeline = new Timeline();
    private final SimContent content = new SimContent(random, 4 * BLOCK, 100_000, 20 * BLOCK - 5);
    private final SimDisk disk = new SimDisk(content, content.allFiles(), timeline, random);
    private final ManifestFile file = content.manifest.files().getLast();
    private final List<String> dialled = new ArrayList<>();
    private final Crossing shorter = crossing("shorter", BLOCK);
    private final Crossing longer = crossing("longer", 8 * BLOCK);
    private final Swarm swarm = new Swarm(
            new SwarmSettings(content.manifest.shortHash(), Optional.empty(), Optional.of(content.manifest.infoHash()),
                    new PeerId(1, 2, 3), 7000, "Test", List.of()),
            new Around(), random, timeline::now);
    private int numbers;

    private final class Around implements World {
        @Override
        public void dial(Endpoint endpoint) {
            dialled.add(endpoint + " here");
        }

        @Override
        public void dial(Endpoint endpoint, InfoHash other) {
            dialled.add(endpoint + " " + other);
        }

        @Override
        public void metadata(byte[] info) {}

        @Override
        public void layersComplete(Map<Hash, HashList> layers) {}

        @Override
        public void peersWanted() {}

        @Override
        public boolean isHere(InetAddress address) {
            return Byte.toUnsignedInt(address.getAddress()[3]) >= OURS;
        }

        @Override
        public int dhtPort(InetAddress theirs) {
            return 0;
        }

        @Override
        public void dhtNode(InetAddress address, int port) {}

        @Override
        public void complete() {}

        @Override
        public void failed(DiskFault fault) {
            throw new AssertionError(fault);
        }

        @Override
        public void bug(Throwable thrown) {
            throw new AssertionError(thrown);
        }

        @Override
        public void log(String line) {}
    }

    private Crossing crossing(String name, int pieceLength) {
        try {
            Manifest other = new ManifestWriter(name, pieceLength)
                    .file(List.of("0"), 50_000, new Hash(7, 7, 7, pieceLength), false)
                    .file(List.of(name), file.length(), file.root(), false)
                    .build();
            return Crossing.of(other, content.manifest, piece -> piece).orElseThrow();
        } catch (ManifestException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void open() {
        SimDisk.Open holdings = disk.open();
        swarm.handle(new SwarmEvent.Opened(
                content.manifest, holdings, Wanted.of(content.manifest, holdings, content.allFiles())));
        assertTrue(swarm.crossings().add(shorter));
        assertTrue(swarm.crossings().add(longer));
    }

    private static Endpoint at(int host) {
        return new Endpoint(InetAddress.ofLiteral("192.0.2." + host), 6881);
    }

    private RecordingLink connect(int host, InfoHash agreed, Message... words) {
        return connect(host, host, agreed, words);
    }

    private RecordingLink connect(int host, int id, InfoHash agreed, Message... words) {
        var link = new RecordingLink();
        swarm.handle(new SwarmEvent.PeerConnected(
                ++numbers, link, at(host), true, new PeerId(id, 0, 0), true, true, false, agreed, true));
        swarm.handle(new SwarmEvent.PeerSaid(numbers, List.of(words)));
        swarm.tick();
        return link;
    }

    private static <T> List<T> sent(RecordingLink link, Class<T> kind) {
        return link.sent.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The first piece of theirs that the common file has. */
    private static int first(int pieceLength) {
        return Math.ceilDiv(50_000, pieceLength);
    }

    @Test
    void whoIsOnOurMachineIsConnectedOnceAndOthersWithHisIdAreNotClosedForIt() {
        InfoHash ours = content.manifest.shortHash();
        assertNull(connect(OURS, 7, ours).closed);
        assertEquals("it is connected already, at another address", connect(OURS + 1, 7, ours).closed);
        assertNull(connect(OURS + 2, 8, ours).closed, "another id");
        assertNull(connect(20, 7, ours).closed, "who is not here may have heard the id and be anybody");
        assertNull(connect(OURS + 3, 7, shorter.hash()).closed, "another swarm");
    }

    @Test
    void isAskedInItsOwnNumbersForTheBlocksThatItHas() {
        Message[] words = IntStream.range(0, 20)
                .filter(block -> block % 3 == 0)
                .mapToObj(block -> (Message) new Message.Have(first(BLOCK) + block))
                .toArray(Message[]::new);
        words = Arrays.copyOf(words, words.length + 1);
        words[words.length - 1] = new Message.Unchoke();
        RecordingLink link = connect(1, shorter.hash(), words);
        List<Integer> asked = sent(link, Message.Request.class).stream().map(Message.Request::piece).sorted().toList();
        assertEquals(List.of(0, 3, 6, 9, 12, 15, 18), asked.stream().map(piece -> piece - first(BLOCK)).toList());
    }

    @Test
    void noBlockIsAskedOfPeersOfTwoSwarms() {
        RecordingLink one = connect(1, shorter.hash(), new Message.HaveAll(), new Message.Unchoke());
        RecordingLink two = connect(2, longer.hash(), new Message.HaveAll(), new Message.Unchoke());
        var blocks = sent(one, Message.Request.class).stream()
                .map(request -> request.piece() - first(BLOCK))
                .collect(Collectors.toSet());
        assertFalse(blocks.isEmpty());
        for (Message.Request request : sent(two, Message.Request.class)) {
            int block = (request.piece() - first(8 * BLOCK)) * 8 + request.begin() / BLOCK;
            assertTrue(blocks.add(block), "block " + block + " was asked for twice");
        }
        assertEquals(20, blocks.size());
    }

    @Test
    void isServedItsOwnInfoDictionaryAndToldOfNoPeers() {
        RecordingLink link = connect(1, shorter.hash(),
                ExtendedHandshake.wanting(Extension.METADATA, Extension.PEER_EXCHANGE),
                new ExtensionMessage.MetadataRequest(0));
        connect(2, content.manifest.shortHash());
        ExtendedHandshake hello = sent(link, ExtendedHandshake.class).getFirst();
        assertEquals(OptionalInt.of(shorter.info().size()), hello.metadataSize());
        assertEquals(0, hello.ids().get(Extension.PEER_EXCHANGE));
        var data = sent(link, ExtensionMessage.MetadataData.class).getFirst();
        assertEquals(shorter.info().size(), data.totalSize());
        assertEquals(List.of(), sent(link, PeerExchange.class));
    }

    /** To it our own swarm may be the other one: if each kept its own, both connections would be closed. */
    @Test
    void mayBeInOurOwnSwarmAndInOthersAtOnceButOnlyOnceInEach() {
        RecordingLink there = connect(1, shorter.hash());
        RecordingLink elsewhere = connect(1, longer.hash());
        RecordingLink here = connect(1, content.manifest.shortHash());
        RecordingLink thereAgain = connect(1, shorter.hash());
        assertEquals("it is connected already", there.closed);
        assertNull(elsewhere.closed);
        assertNull(here.closed);
        assertNull(thereAgain.closed);
    }

    @Test
    void isCalledByTheHashUnderWhichItWasFoundUnlessItIsHere() {
        connect(1, content.manifest.shortHash());
        swarm.handle(new SwarmEvent.FoundThere(shorter.hash(), List.of(at(1), at(2))));
        swarm.handle(new SwarmEvent.FoundThere(new InfoHash(6, 6, 6), List.of(at(3))));
        swarm.handle(new SwarmEvent.Found(List.of(at(4)), false));
        for (int i = 0; i < 10; i++) swarm.tick();
        assertEquals(List.of(at(2) + " " + shorter.hash(), at(4) + " here"), dialled);
    }

    @Test
    void whoHasAllOfTheCommonFileAsWeDoIsLetGo() {
        disk.fill();
        open();
        RecordingLink link = connect(1, shorter.hash(), new Message.HaveAll());
        assertEquals("both have everything", link.closed);
        assertNull(connect(2, shorter.hash(), new Message.HaveNone()).closed);
    }
}
