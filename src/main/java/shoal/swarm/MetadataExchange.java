package shoal.swarm;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.InfoHash;
import shoal.manifest.Manifest;
import shoal.manifest.V1Part;
import shoal.merkle.Sha256;
import shoal.wire.ExtensionMessage.MetadataData;
import shoal.wire.ExtensionMessage.MetadataReject;
import shoal.wire.ExtensionMessage.MetadataRequest;
import shoal.wire.PeerFault;
import shoal.wire.WireLimits;

/**
 * Gets the info dictionary from peers and gives it to them (BEP 9). One peer at a time is asked for all of it, so that
 * who sent a wrong one is known. The swarm's thread alone uses it.
 */
final class MetadataExchange {
    private static final int BLOCK = WireLimits.METADATA_BLOCK;

    private final Peers peers;
    private final SwarmSettings settings;
    private final Set<Integer> refusedBy = new HashSet<>();
    private Optional<InfoHash> v1Hash;
    private Optional<V1Part> v1Part = Optional.empty();
    private @Nullable MetadataBlocks info;
    private @Nullable MetadataBlocks v1Info;
    private @Nullable Peer source;
    private byte[] buffer = {};
    private Bits blocks = new Bits(0);
    private Bits asked = new Bits(0);
    private long lastCame;

    MetadataExchange(Peers peers, SwarmSettings settings) {
        this.peers = peers;
        this.settings = settings;
        this.v1Hash = settings.v1Hash();
    }

    boolean isKnown() {
        return info != null;
    }

    /** Length of what this peer takes for the info dictionary, 0 while it is not known. */
    int sizeFor(Peer peer) {
        MetadataBlocks known = blocksFor(peer);
        return known == null ? 0 : known.size();
    }

    private @Nullable MetadataBlocks blocksFor(Peer peer) {
        if (peer.crossed != null) return peer.crossed.info();
        if (!peer.isOfV1Part) return info;
        MetadataBlocks known = v1Info;
        if (known == null) known = v1Part.map(part -> new MetadataBlocks(part.info().bytes())).orElse(null);
        v1Info = known;
        return known;
    }

    /** The info dictionary is known: nothing is asked any more, and who asks gets it. */
    void known(byte[] bytes) {
        info = new MetadataBlocks(bytes);
        source = null;
        buffer = new byte[0];
    }

    /** The same, and what peers of BitTorrent v1 call the share. */
    void known(Manifest manifest) {
        known(manifest.info());
        v1Hash = manifest.v1Hash();
        v1Part = manifest.v1Part();
    }

    /** Notes what a peer knows of the share, which follows from what it calls it, as far as that is known. */
    void recognise(Peer peer) {
        peer.isOfV1Part = v1Part.filter(part -> part.hash().equals(peer.agreed)).isPresent();
        peer.isV1 = peer.isOfV1Part || v1Hash.equals(Optional.of(peer.agreed));
    }

    void tick(long now) {
        if (info != null) return;
        Peer current = source;
        if (current != null && (current.closing || now - lastCame > SwarmLimits.ANSWER_WITHIN)) {
            refusedBy.add(current.number);
            source = null;
        }
        if (source == null) choose(now);
    }

    private void choose(long now) {
        boolean anyone = false;
        for (Peer peer : peers.all()) {
            if (peer.closing || !peer.speaksMetadata || peer.metadataSize == 0) continue;
            anyone = true;
            if (refusedBy.contains(peer.number)) continue;
            source = peer;
            buffer = new byte[peer.metadataSize];
            blocks = new Bits((peer.metadataSize + BLOCK - 1) / BLOCK);
            asked = new Bits(blocks.size());
            lastCame = now;
            ask(peer, now);
            return;
        }
        if (!anyone || now - lastCame < SwarmLimits.ANSWER_WITHIN / 2) return;
        // after a while, from the beginning
        refusedBy.clear();
        lastCame = now;
    }

    private void ask(Peer peer, long now) {
        while (asked.count() - blocks.count() < SwarmLimits.METADATA_REQUESTS && !asked.isFull()) {
            int block = asked.nextClear(0);
            asked.set(block);
            peer.send(new MetadataRequest(block), now);
        }
    }

    /** A block came. Returns the info dictionary when it is whole and right. */
    byte @Nullable [] came(Peer peer, MetadataData data, long now) throws PeerFault {
        if (peer != source) return null;
        if (data.totalSize() != buffer.length || data.block() >= blocks.size() || !asked.has(data.block())) {
            throw new PeerFault("sent metadata that was not asked for");
        }
        if (!blocks.set(data.block())) return null;
        lastCame = now;
        data.data().buffer().get(buffer, data.block() * BLOCK, data.data().length());
        if (!blocks.isFull()) {
            ask(peer, now);
            return null;
        }
        source = null;
        refusedBy.add(peer.number);
        if (!settings.isInfo(Sha256.of(buffer), InfoHash.sha1(buffer))) {
            throw new PeerFault("sent metadata with another hash");
        }
        return buffer;
    }

    /** A peer does not give it. */
    void rejected(Peer peer) {
        refusedBy.add(peer.number);
        if (peer == source) source = null;
    }

    /** A peer asks for a block. */
    void asked(Peer peer, MetadataRequest request, long now) {
        MetadataBlocks known = blocksFor(peer);
        if (known == null || request.block() >= known.count()) {
            peer.send(new MetadataReject(request.block()), now);
            return;
        }
        if (peer.metadataGiven < SwarmLimits.METADATA_GIVEN * known.count()) peer.chatter.earned(1);
        peer.metadataGiven++;
        peer.send(known.answer(request), now);
    }
}
