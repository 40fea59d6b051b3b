package shoal.node;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.V1Part;
import shoal.wire.Features;
import shoal.wire.Handshake;

/**
 * What a share is called among peers: by the beginning of its v2 hash, and if it is a hybrid, by its v1 hash as well
 * (BEP 52, "Upgrade path"), and by that of its part for v1. Who can do both meets under the first. A link may bring
 * 20 bytes of which nobody knows what they are until the manifest is here. Any thread may use it.
 */
final class ShortHashes {
    /** The most addresses of peers that are known to be in a swarm of v1. */
    private static final int REMEMBERED = 10_000;

    private final Optional<InfoHash> promised;
    private final Map<Endpoint, InfoHash> foundUnderV1 = new ConcurrentHashMap<>();
    private volatile Known known;

    /** All are one unless it is a hybrid. */
    private record Known(InfoHash main, Optional<InfoHash> v1, Optional<InfoHash> v1Part, boolean isV2) {
        static Known of(Manifest manifest) {
            return new Known(manifest.shortHash(), manifest.v1Hash(), manifest.v1Part().map(V1Part::hash), true);
        }

        List<InfoHash> all() {
            return Stream.of(Optional.of(main), v1, v1Part).flatMap(Optional::stream).toList();
        }

        boolean isOfV1(InfoHash hash) {
            return !hash.equals(main) && all().contains(hash);
        }
    }

    /** Those that an order knows. */
    ShortHashes(ShareOrder order) {
        promised = order.v1Hash();
        known = order.manifest().map(Known::of).orElseGet(() -> new Known(
                order.infoHash(), order.v1Hash(), Optional.empty(), order.fullHash().isPresent()));
    }

    /** All of them, the one of v2 first. */
    List<InfoHash> all() {
        return known.all();
    }

    /**
     * The manifest is here.
     *
     * @throws ManifestException if its v1 hash is not the one that was named
     */
    void learn(Manifest manifest) throws ManifestException {
        if (promised.isPresent() && !promised.equals(manifest.v1Hash())) {
            throw new ManifestException("its v1 hash is "
                    + manifest.v1Hash().map(InfoHash::hex).orElse("missing") + ", not " + promised.get());
        }
        known = Known.of(manifest);
    }

    /** What we can do as a peer of this share: v2 is not claimed for what may be v1 alone. */
    Features features() {
        return known.isV2() ? Features.OURS : Features.OURS.withoutV2();
    }

    /** Whether it is one of them. */
    boolean has(InfoHash hash) {
        return known.all().contains(hash);
    }

    /** What we answer to who named the share so: who came by a hash of v1 and can do v2 is lifted to v2. */
    InfoHash answer(Handshake.Head theirs) {
        Known now = known;
        boolean lift = now.isV2() && theirs.features().v2() && now.isOfV1(theirs.infoHash());
        return lift ? now.main() : theirs.infoHash();
    }

    /** Whether {@code theirs} is an answer to our handshake that named the share {@code ours}. */
    boolean isAnswer(InfoHash ours, InfoHash theirs) {
        return theirs.equals(ours) || (has(ours) && theirs.equals(known.main()));
    }

    /** These peers were found under {@code hash}. */
    void found(InfoHash hash, List<Endpoint> peers) {
        if (!known.isOfV1(hash)) {
            peers.forEach(foundUnderV1::remove);
        } else if (foundUnderV1.size() + peers.size() <= REMEMBERED) {
            peers.forEach(peer -> foundUnderV1.put(peer, hash));
        }
    }

    /** By which hashes a peer is to be called, one after the other if it does not answer. */
    List<InfoHash> toCall(Endpoint peer) {
        List<InfoHash> all = known.all();
        InfoHash first = foundUnderV1.get(peer);
        if (first == null) return all;
        return Stream.concat(Stream.of(first), all.stream().filter(hash -> !hash.equals(first))).toList();
    }
}
