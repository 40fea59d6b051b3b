package shoal.node;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.catalogue.CatalogueEntry;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.Holder;
import shoal.manifest.Magnet;
import shoal.manifest.Manifest;
import shoal.storage.DiskFault;

/**
 * Who holds what: what trackers know of a share's peers.
 *
 * @param infoHash the share, as trackers know it
 * @param hash the whole of its hash, if it is known
 * @param name what it is called, if that is known
 * @param path the file that was asked for, if it was asked for by its root
 * @param holders its peers, the most complete first
 */
public record Census(
        InfoHash infoHash, Optional<Hash> hash, Optional<String> name, Optional<String> path, List<Holder> holders) {
    /** Copies the list. */
    public Census {
        holders = List.copyOf(holders);
    }

    /**
     * Counts the peers of what {@code what} means; of several shares if it is a file's root.
     *
     * @param named the trackers that the user named; if there are none, those of the manifest or link are asked, or
     *     else the usual one
     * @throws Refusal if nobody could be asked, or nobody knows of it
     */
    public static List<Census> of(What what, List<URI> named) throws Refusal, DiskFault {
        return switch (what) {
            case What.Filed filed -> of(Resolver.read(filed.manifest()), named);
            case What.Hosted hosted -> of(Resolver.download(hosted.manifest()), named);
            case What.Share(Hash hash) -> of(hash.truncated(), Optional.of(hash), Optional.empty(), named, List.of());
            case What.ShortShare(InfoHash hash) -> of(hash, Optional.empty(), Optional.empty(), named, List.of());
            case What.Link(Magnet m) -> of(m.shortHash(), m.infoHash(), m.name(), named, m.trackers());
            case What.Root(Hash root, OptionalLong _) -> of(root, new Catalogues(orUsual(named)));
            case What.Named(CatalogueName name) -> {
                CatalogueEntry entry = new Resolver(named, Resolver.Known.NOTHING, _ -> {}).entry(name);
                Hash hash = entry.infoHash();
                yield of(hash.truncated(), Optional.of(hash), Optional.of(name.text()), named, List.of());
            }
            case What.Signed signed -> {
                Hash hash = new Resolver(named, Resolver.Known.NOTHING, _ -> {}).record(signed).share();
                yield of(hash.truncated(), Optional.of(hash), Optional.of(signed.name().text()), named, List.of());
            }
        };
    }

    private static List<Census> of(Manifest manifest, List<URI> named) throws Refusal {
        List<String> own = manifest.trackers().stream().flatMap(List::stream).toList();
        return of(manifest.shortHash(), Optional.of(manifest.infoHash()), Optional.of(manifest.name()), named, own);
    }

    private static List<Census> of(
            InfoHash infoHash, Optional<Hash> hash, Optional<String> name, List<URI> named, List<String> own)
            throws Refusal {
        List<URI> asked = named.isEmpty() ? orUsual(Trackers.readable(own)) : named;
        return List.of(new Census(infoHash, hash, name, Optional.empty(), new Catalogues(asked).holders(infoHash)));
    }

    private static List<Census> of(Hash root, Catalogues catalogues) throws Refusal {
        List<Census> found = catalogues.byRoot(root).stream()
                .map(match -> new Census(
                        match.entry().infoHash().truncated(),
                        Optional.of(match.entry().infoHash()),
                        Optional.of(match.entry().name().text()),
                        Optional.of(match.path()),
                        match.holders()))
                .toList();
        if (found.isEmpty()) throw Resolver.unknown(root, catalogues);
        return found;
    }

    private static List<URI> orUsual(List<URI> trackers) {
        return trackers.isEmpty() ? List.of(Trackers.USUAL) : trackers;
    }
}
