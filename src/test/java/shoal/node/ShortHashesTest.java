package shoal.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.bytes.Sha1List;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestWriter;
import shoal.wire.Features;
import shoal.wire.Handshake;

final class ShortHashesTest {
    private static final Endpoint PEER = new Endpoint(InetAddress.ofLiteral("192.0.2.1"), 6881);
    private static final Manifest HYBRID = manifest(true);
    private static final InfoHash V2 = HYBRID.shortHash();
    private static final InfoHash V1 = HYBRID.v1Hash().orElseThrow();
    private static final InfoHash V1_PART = HYBRID.v1Part().orElseThrow().hash();

    private static Manifest manifest(boolean hybrid) {
        try {
            return new ManifestWriter("a", 16384)
                    .isHybrid(hybrid)
                    .file(List.of("a"), 5, new Hash(1, 2, 3, 4), false, Sha1List.wrap(new byte[Sha1List.HASH]))
                    .build();
        } catch (ManifestException e) {
            throw new AssertionError(e);
        }
    }

    private static ShortHashes known(Manifest manifest) {
        return new ShortHashes(ShareOrder.of(manifest, List.of(), whole -> {
            throw new AssertionError("not opened here: " + whole);
        }));
    }

    /** Of a link that says but 20 bytes. */
    private static ShortHashes link(InfoHash hash, Optional<InfoHash> v1, Optional<Hash> whole) {
        return new ShortHashes(new ShareOrder(hash, v1, whole, Optional.empty(), List.of(), List.of(), manifest -> {
            throw new AssertionError("not opened here: " + manifest);
        }, List.of(), false));
    }

    private static Handshake.Head head(InfoHash hash, Features features) {
        return new Handshake.Head(features, hash);
    }

    @Test
    void liftsWhoCanDoBothToV2AndLeavesOthersAtV1() {
        ShortHashes hashes = known(HYBRID);
        assertEquals(List.of(V2, V1, V1_PART), hashes.all());
        for (InfoHash old : List.of(V1, V1_PART)) {
            assertEquals(V2, hashes.answer(head(old, Features.OURS)));
            assertEquals(old, hashes.answer(head(old, Features.OURS.withoutV2())));
        }
        assertEquals(V2, hashes.answer(head(V2, Features.OURS.withoutV2())));
        assertTrue(hashes.features().v2());
    }

    @Test
    void takesTheV2HashForAnAnswerToTheOtherOneButNotTheOtherWayRound() {
        ShortHashes hashes = known(HYBRID);
        assertTrue(hashes.isAnswer(V1, V2));
        assertTrue(hashes.isAnswer(V1_PART, V2));
        assertTrue(hashes.isAnswer(V1, V1));
        assertTrue(hashes.isAnswer(V2, V2));
        assertFalse(hashes.isAnswer(V2, V1));
        assertFalse(hashes.isAnswer(V1, V1_PART));
        assertFalse(hashes.isAnswer(V1, new InfoHash(1, 2, 3)));
    }

    @Test
    void callsWhoWasFoundUnderAHashOfV1ByThatFirst() {
        ShortHashes hashes = known(HYBRID);
        assertEquals(List.of(V2, V1, V1_PART), hashes.toCall(PEER));
        hashes.found(V1, List.of(PEER));
        assertEquals(List.of(V1, V2, V1_PART), hashes.toCall(PEER));
        hashes.found(V1_PART, List.of(PEER));
        assertEquals(List.of(V1_PART, V2, V1), hashes.toCall(PEER));
        hashes.found(V2, List.of(PEER));
        assertEquals(List.of(V2, V1, V1_PART), hashes.toCall(PEER));
    }

    @Test
    void claimsNoV2BeforeItIsKnownWhatALinkMeans() throws Exception {
        ShortHashes hashes = link(V1, Optional.empty(), Optional.empty());
        assertFalse(hashes.features().v2());
        assertEquals(V1, hashes.answer(head(V1, Features.OURS)));
        hashes.learn(HYBRID);
        assertEquals(List.of(V2, V1, V1_PART), hashes.all());
        assertTrue(hashes.features().v2());
    }

    @Test
    void hasOneHashIfThereIsNoV1() throws Exception {
        Manifest v2 = manifest(false);
        assertEquals(List.of(v2.shortHash()), known(v2).all());
        ShortHashes linked = link(v2.shortHash(), Optional.empty(), Optional.of(v2.infoHash()));
        linked.learn(v2);
        assertEquals(List.of(v2.shortHash()), linked.toCall(PEER));
    }

    @Test
    void refusesAManifestWithAnotherV1HashThanTheLink() {
        ShortHashes hashes = link(V2, Optional.of(new InfoHash(1, 2, 3)), Optional.of(HYBRID.infoHash()));
        var e = assertThrows(ManifestException.class, () -> hashes.learn(HYBRID));
        assertEquals("its v1 hash is " + V1 + ", not " + new InfoHash(1, 2, 3), e.getMessage());
    }
}
