package shoal.node;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.manifest.Manifest;

/**
 * The share that a {@link What} means, and what is known of it.
 *
 * @param infoHash names it among peers
 * @param v1Hash names it among peers that speak BitTorrent v1, if it is known to be a hybrid
 * @param hash the whole of its hash, if that is known
 * @param manifest its manifest, if somebody had it
 * @param name what to call it until the manifest is here
 * @param trackers those that its manifest or link names, in tiers (BEP 12); each of a link's is one
 * @param peers those that its link names, and the holders that a catalogue knows
 * @param webSeeds URLs of the web servers that its manifest or link names
 * @param selection the files that are meant
 * @param asked who was asked for its manifest and had none, for people
 */
public record Found(
        InfoHash infoHash,
        Optional<InfoHash> v1Hash,
        Optional<Hash> hash,
        Optional<Manifest> manifest,
        String name,
        List<List<String>> trackers,
        List<Endpoint> peers,
        List<String> webSeeds,
        Selection selection,
        List<String> asked) {
    /** Copies the lists. */
    public Found {
        trackers = List.copyOf(trackers);
        peers = List.copyOf(peers);
        webSeeds = List.copyOf(webSeeds);
        asked = List.copyOf(asked);
    }

    /** A share whose manifest is at hand. */
    static Found of(Manifest manifest) {
        return new Found(manifest.shortHash(), manifest.v1Hash(), Optional.of(manifest.infoHash()),
                Optional.of(manifest), manifest.name(), manifest.trackers(), List.of(), manifest.webSeeds(),
                Selection.ALL, List.of());
    }

    /** A share of which only its name among peers is known. */
    static Found of(InfoHash infoHash, Optional<Hash> hash, List<String> asked) {
        return new Found(infoHash, Optional.empty(), hash, Optional.empty(),
                hash.map(Hash::hex).orElseGet(infoHash::hex), List.of(), List.of(), List.of(), Selection.ALL, asked);
    }

    Found withSelection(Selection other) {
        return new Found(infoHash, v1Hash, hash, manifest, name, trackers, peers, webSeeds, other, asked);
    }

    /** This with the v1 hash that a link names beside the other one. */
    Found withV1Hash(Optional<InfoHash> other) {
        Optional<InfoHash> v1 = v1Hash.isPresent() || manifest.isPresent() ? v1Hash : other;
        return new Found(infoHash, v1, hash, manifest, name, trackers, peers, webSeeds, selection, asked);
    }

    /** This with the web servers that a link names. */
    Found withWebSeeds(List<String> more) {
        List<String> all = Stream.concat(webSeeds.stream(), more.stream()).distinct().toList();
        return new Found(infoHash, v1Hash, hash, manifest, name, trackers, peers, all, selection, asked);
    }

    /** This with what a link adds to it. */
    Found withLink(List<String> moreTrackers, List<Endpoint> morePeers, Optional<String> itsName) {
        List<List<String>> all = Stream.concat(trackers.stream(), moreTrackers.stream().map(List::of)).toList();
        return new Found(infoHash, v1Hash, hash, manifest, manifest.isPresent() ? name : itsName.orElse(name), all,
                morePeers, webSeeds, selection, asked);
    }
}
