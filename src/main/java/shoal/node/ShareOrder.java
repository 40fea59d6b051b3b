package shoal.node;

import java.util.List;
import java.util.Optional;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.discovery.PeerSource;
import shoal.manifest.Manifest;

/**
 * What a node is to take part in.
 *
 * @param infoHash names the share among peers
 * @param v1Hash names it among peers that speak BitTorrent v1, if it is known to be a hybrid
 * @param fullHash the whole of its hash, if it is known
 * @param manifest its manifest, if that is at hand; else it comes from the swarm
 * @param sources who names peers
 * @param providers if there are any, nothing is fetched from others
 * @param opener opens its files
 * @param webSeeds the web servers that have them
 * @param sequential whether pieces are fetched in their order, as far as peers have them
 */
public record ShareOrder(
        InfoHash infoHash,
        Optional<InfoHash> v1Hash,
        Optional<Hash> fullHash,
        Optional<Manifest> manifest,
        List<PeerSource> sources,
        List<Endpoint> providers,
        Opener opener,
        List<WebSeeds.WebServer> webSeeds,
        boolean sequential) {
    /** Copies the lists. */
    public ShareOrder {
        sources = List.copyOf(sources);
        providers = List.copyOf(providers);
        webSeeds = List.copyOf(webSeeds);
    }

    /** An order for a share whose manifest is at hand. */
    public static ShareOrder of(Manifest manifest, List<PeerSource> sources, Opener opener) {
        return new ShareOrder(manifest.shortHash(), manifest.v1Hash(), Optional.of(manifest.infoHash()),
                Optional.of(manifest), sources, List.of(), opener, List.of(), false);
    }
}
