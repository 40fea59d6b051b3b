package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.wire.HashReject;
import shoal.wire.HashRequest;

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
