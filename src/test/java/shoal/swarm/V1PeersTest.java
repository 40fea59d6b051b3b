package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import shoal.bencode.BString;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.bytes.Sha1List;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestWriter;
import shoal.manifest.V1Part;
import shoal.wire.ExtensionMessage.MetadataData;
import shoal.wire.ExtensionMessage.MetadataRequest;
import shoal.wire.HashReject;
import shoal.wire.HashRequest;
import shoal.wire.WireLimits;

/** What a swarm of a hybrid knows of hashes of v1, and what peers of v1 get of it. */
final class V1PeersTest {
    private static final byte[] INFO = {'d', 'e'};
    private static final HashRequest REQUEST = new HashRequest(new Hash(1, 2, 3, 4), 0, 0, 2, 0);

    private static SwarmSettings settings(InfoHash hash, Optional<Hash> whole) {
        return new SwarmSettings(hash, Optional.empty(), whole, new PeerId(1, 2, 3), 0, "Test", List.of());
    }

    @Test
    void takesTwentyBytesForTheBeginningOfAV2HashOrForAV1Hash() throws Exception {
        Hash v2 = Hash.of(MessageDigest.getInstance("SHA-256").digest(INFO));
        InfoHash v1 = InfoHash.of(MessageDigest.getInstance("SHA-1").digest(INFO));
        assertTrue(settings(v1, Optional.empty()).isInfo(v2, v1));
        assertTrue(settings(v2.truncated(), Optional.empty()).isInfo(v2, v1));
        assertFalse(settings(new InfoHash(1, 2, 3), Optional.empty()).isInfo(v2, v1));
    }

    @Test
    void doesNotBelieveAV1HashWhereTheWholeV2HashIsKnown() {
        var whole = new Hash(1, 2, 3, 4);
        assertFalse(settings(whole.truncated(), Optional.of(whole)).isInfo(new Hash(1, 2, 3, 5), whole.truncated()));
        assertThrows(IllegalArgumentException.class, () -> settings(new InfoHash(9, 9, 9), Optional.of(whole)));
    }

    @Test
    void givesEachPeerTheInfoDictionaryWhoseHashItKnows() throws Exception {
        Manifest hybrid = new ManifestWriter("a", 16384)
                .isHybrid(true)
                .file(List.of("a"), 5, new Hash(1, 2, 3, 4), false, Sha1List.wrap(new byte[Sha1List.HASH]))
                .build();
        V1Part part = hybrid.v1Part().orElseThrow();
        var exchange = new MetadataExchange(new Peers(), settings(hybrid.shortHash(), Optional.empty()));
        Peer v2 = peer(hybrid.shortHash());
        Peer v1 = peer(hybrid.v1Hash().orElseThrow());
        Peer old = peer(part.hash());
        exchange.recognise(old);
        assertFalse(old.isV1 || old.isOfV1Part, "nobody knows yet that it is a hybrid");
        exchange.known(hybrid);
        for (Peer each : List.of(v2, v1, old)) {
            exchange.recognise(each);
            BString info = each == old ? part.info() : BString.wrap(hybrid.info());
            assertEquals(info.length(), exchange.sizeFor(each));
            exchange.asked(each, new MetadataRequest(0), 0);
            assertEquals(List.of(new MetadataData(0, info.length(), info)), RecordingLink.sentTo(each));
        }
        assertTrue(!v2.isV1 && v1.isV1 && old.isV1);
        assertTrue(!v2.isOfV1Part && !v1.isOfV1Part && old.isOfV1Part);
    }

    private static Peer peer(InfoHash agreed) {
        var remote = new Endpoint(InetAddress.ofLiteral("192.0.2.1"), 1000);
        return new Peer(new SwarmEvent.PeerConnected(
                1, new RecordingLink(), remote, false, new PeerId(7, 7, 1), true, true, false, agreed, false), 0);
    }

    /** A message that says more would be refused; manifests may be longer. */
    @Test
    void handsOnNoInfoDictionaryThatIsTooLongToBeSaid() {
        var longest = new MetadataBlocks(new byte[WireLimits.METADATA]);
        assertEquals(WireLimits.METADATA, longest.size());
        assertEquals(WireLimits.METADATA / WireLimits.METADATA_BLOCK, longest.count());
        var tooLong = new MetadataBlocks(new byte[WireLimits.METADATA + 1]);
        assertEquals(0, tooLong.size());
        assertEquals(0, tooLong.count());
    }

    @Test
    void sendsNoHashMessageToAPeerOfV1() throws Exception {
        Peer peer = RecordingLink.peer(1);
        peer.isV1 = true;
        peer.early.said(peer, REQUEST, 0);
        assertEquals(List.of(), RecordingLink.sentTo(peer));
        peer.isV1 = false;
        peer.early.said(peer, REQUEST, 0);
        assertEquals(List.of(new HashReject(REQUEST)), RecordingLink.sentTo(peer));
    }
}
