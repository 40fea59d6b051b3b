package shoal.node;

import static shoal.bytes.Printable.quoted;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.bytes.Printable;
import shoal.bytes.PublisherKey;
import shoal.bytes.Sizes;
import shoal.catalogue.CatalogueEntry;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.NameMatches;
import shoal.catalogue.NameRecord;
import shoal.catalogue.RootMatch;
import shoal.discovery.CatalogueException;
import shoal.discovery.HttpAnswer;
import shoal.discovery.PlainHttp;
import shoal.manifest.CanonicalShare;
import shoal.manifest.Magnet;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestReader;
import shoal.storage.DiskFault;
import shoal.storage.Store;

/**
 * Finds the share that a {@link What} means: on this disk, in what this user shared or fetched before, in catalogues.
 * Whoever brings a manifest need not be trusted: its hash is compared with the one that was asked for.
 */
public final class Resolver {
    private static final Duration DOWNLOAD = Duration.ofMinutes(5);
    private static final int MOST_MANIFEST = 128 << 20;
    private static final int LISTED = 12;

    private final List<URI> named;
    private final Known known;
    private final Consumer<String> warnings;
    private final Optional<NodeSettings> lan;

    /** What this user shared, fetched or saw before. */
    @FunctionalInterface
    public interface Known {
        /** Nothing is known. No lambda: an interface's are linked anew at each start. */
        Known NOTHING = new Known() {
            @Override
            public Optional<Manifest> manifest(Hash share) {
                return Optional.empty();
            }
        };

        /** What a store knows. */
        static Known of(Store store) {
            return new Known() {
                @Override
                public Optional<Manifest> manifest(Hash share) throws DiskFault {
                    return store.manifest(share);
                }

                @Override
                public long highestSeen(PublisherKey key, CatalogueName name, long seq) throws DiskFault {
                    return store.highestSeen(key, name.text(), seq);
                }
            };
        }

        /** The manifest of a share. */
        Optional<Manifest> manifest(Hash share) throws DiskFault;

        /** The highest number of a publisher's records of a name that was ever seen, {@code seq} included. */
        default long highestSeen(PublisherKey key, CatalogueName name, long seq) throws DiskFault {
            return seq;
        }
    }

    /**
     * A resolver.
     *
     * @param named the trackers that the user named, whose catalogues are asked; if there are none, those of a link, or
     *     else the usual one
     * @param warnings is told, in one line each, of what is not as it should be and is no failure
     */
    public Resolver(List<URI> named, Known known, Consumer<String> warnings) {
        this(named, known, warnings, Optional.empty());
    }

    private Resolver(List<URI> named, Known known, Consumer<String> warnings, Optional<NodeSettings> lan) {
        this.named = List.copyOf(named);
        this.known = known;
        this.warnings = warnings;
        this.lan = lan;
    }

    /** The same one, which asks neighbours for names as well if {@code settings} let it. */
    public Resolver amongNeighbours(NodeSettings settings) {
        return new Resolver(named, known, warnings, Optional.of(settings).filter(NodeSettings::isOnLan));
    }

    /** The share that is meant. Its manifest may be missing if only a hash was given. */
    public Found resolve(What what) throws Refusal, DiskFault {
        return switch (what) {
            case What.Filed(Path manifest) -> Found.of(read(manifest));
            case What.Hosted(URI manifest) -> Found.of(download(manifest));
            case What.Share(Hash hash) -> share(hash, asked(List.of()));
            case What.ShortShare(InfoHash hash) -> shortly(hash, asked(List.of()));
            case What.Link(Magnet magnet) -> link(magnet);
            case What.Root(Hash root, OptionalLong length) -> root(root, length);
            case What.Named(CatalogueName name) -> named(name);
            case What.Signed signed -> share(record(signed).share(), asked(List.of()));
        };
    }

    private Catalogues asked(List<String> own) {
        if (!named.isEmpty()) return new Catalogues(named);
        List<URI> readable = Trackers.readable(own);
        return new Catalogues(readable.isEmpty() ? List.of(Trackers.USUAL) : readable);
    }

    /** Reads the manifest in a file. */
    public static Manifest read(Path file) throws Refusal {
        try {
            if (Files.isDirectory(file)) throw bad(file.toString(), "is a folder and no manifest", null);
            if (Files.size(file) > MOST_MANIFEST) throw bad(file.toString(), "is too large for a manifest", null);
            return ManifestReader.read(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new Refusal(Refusal.Kind.NOT_FOUND, "there is no manifest " + Printable.of(file.toString()), e);
        } catch (IOException e) {
            throw bad(file.toString(), "cannot be read: " + e.getMessage(), e);
        } catch (ManifestException e) {
            throw bad(file.toString(), String.valueOf(e.getMessage()), e);
        }
    }

    private static Refusal bad(
            String where, String why, @Nullable Throwable cause) {
        return new Refusal(Refusal.Kind.BAD_MANIFEST, Printable.of(where) + ": " + why, cause);
    }

    /** Gets the manifest from a web server. */
    static Manifest download(URI url) throws Refusal {
        try {
            HttpAnswer answer = new PlainHttp(DOWNLOAD, MOST_MANIFEST).get(url);
            if (answer.status() != 200) {
                boolean none = answer.status() == 404 || answer.status() == 410;
                throw new Refusal(none ? Refusal.Kind.NOT_FOUND : Refusal.Kind.NETWORK,
                        "there is no manifest at " + url + ": it answers with status " + answer.status());
            }
            return ManifestReader.read(answer.body());
        } catch (IOException e) {
            throw new Refusal(Refusal.Kind.NETWORK, "cannot get " + url + ": " + e.getMessage(), e);
        } catch (ManifestException e) {
            throw bad(url.toString(), String.valueOf(e.getMessage()), e);
        }
    }

    private Found share(Hash hash, Catalogues catalogues) throws DiskFault {
        Optional<Manifest> ours = known.manifest(hash);
        if (ours.isPresent()) return Found.of(ours.get());
        Catalogues.Heard<byte[]> heard = catalogues.ask(catalogue -> catalogue.manifest(hash));
        for (Map.Entry<URI, byte[]> answer : heard.answers().entrySet()) {
            Optional<Manifest> manifest = proven(answer.getValue(), hash, answer.getKey().toString());
            if (manifest.isPresent()) return Found.of(manifest.get());
        }
        if (!named.isEmpty()) heard.reasons().forEach(warnings);
        return Found.of(hash.truncated(), Optional.of(hash), said(heard.troubles()));
    }

    private Optional<Manifest> proven(byte[] bytes, Hash hash, String source) {
        try {
            Manifest manifest = ManifestReader.read(bytes);
            if (manifest.infoHash().equals(hash)) return Optional.of(manifest);
            warnings.accept(source + " has another manifest under " + hash);
        } catch (ManifestException e) {
            warnings.accept(source + " has a bad manifest under " + hash + ": " + e.getMessage());
        }
        return Optional.empty();
    }

    private static List<String> said(Map<URI, CatalogueException> troubles) {
        var said = new ArrayList<String>();
        troubles.forEach((tracker, e) -> said.add(tracker + " (" + e.getMessage() + ")"));
        return said;
    }

    private Found shortly(InfoHash hash, Catalogues catalogues) throws DiskFault {
        Optional<Hash> whole = catalogues.whole(hash);
        if (whole.isPresent()) return share(whole.get(), catalogues);
        return Found.of(hash, Optional.empty(), List.of(catalogues.describe()));
    }

    private Found link(Magnet magnet) throws DiskFault {
        Catalogues catalogues = asked(magnet.trackers());
        Found found = magnet.infoHash().isPresent()
                ? share(magnet.infoHash().get(), catalogues)
                : shortly(magnet.shortHash(), catalogues);
        return found.withV1Hash(magnet.infoHash().isPresent() ? magnet.v1Hash() : Optional.empty())
                .withLink(magnet.trackers(), magnet.peers(), magnet.name())
                .withWebSeeds(magnet.webSeeds())
                .withSelection(Selection.of(magnet.selected()));
    }

    private Found root(Hash root, OptionalLong length) throws Refusal, DiskFault {
        Catalogues catalogues = asked(List.of());
        List<RootMatch> matches = length.isEmpty() ? catalogues.byRoot(root) : byRoot(catalogues, root, length);
        if (matches.isEmpty() && length.isPresent()) return canonical(root, length.getAsLong());
        if (matches.isEmpty()) {
            throw new Refusal(Refusal.Kind.NOT_FOUND, unknown(root, catalogues).getMessage()
                    + "; say how long it is, as root:" + root + ":BYTES, and it is looked for among all who have it");
        }
        if (matches.stream().mapToLong(RootMatch::length).distinct().count() > 1) throw ambiguous(root, matches);
        // any of them will do: equal roots and lengths are equal bytes
        return share(matches.getFirst().entry().infoHash(), catalogues).withSelection(Selection.of(root));
    }

    /** Those of this length; none if no catalogue can be asked, for then all who have it may still be. */
    private List<RootMatch> byRoot(Catalogues catalogues, Hash root, OptionalLong length) {
        try {
            return catalogues.byRoot(root).stream()
                    .filter(match -> match.length() == length.getAsLong())
                    .toList();
        } catch (Refusal e) {
            warnings.accept(String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    /** The share in which all who have a file meet: its hash follows from root and length. */
    private static Found canonical(Hash root, long length) throws Refusal {
        try {
            return Found.of(CanonicalShare.of(root, length));
        } catch (ManifestException e) {
            throw new Refusal(Refusal.Kind.USAGE, "root:" + root + ":" + length + ": " + e.getMessage(), e);
        }
    }

    /** A root says nothing of the length: two hashes, as a file of 64 bytes, have the root of what they cover. */
    private static Refusal ambiguous(Hash root, List<RootMatch> matches) {
        var lines = new StringBuilder();
        for (RootMatch match : matches.subList(0, Math.min(LISTED, matches.size()))) {
            lines.append("\n  ").append(match.entry().infoHash()).append("  ").append(match.length())
                    .append(" bytes  ").append(quoted(match.path()));
        }
        return new Refusal(Refusal.Kind.USAGE, "shares disagree on how long the file of root " + root
                + " is: name one of them by its hash, and the file with --select" + lines);
    }

    static Refusal unknown(Hash root, Catalogues catalogues) {
        return new Refusal(Refusal.Kind.NOT_FOUND,
                "no share with a file of root " + root + " is known to " + catalogues.describe());
    }

    /** The newest word of a publisher on a name. */
    NameRecord record(What.Signed signed) throws Refusal, DiskFault {
        return SignedNames.newest(signed, asked(List.of()), known, warnings);
    }

    private Found named(CatalogueName name) throws Refusal, DiskFault {
        Catalogues trackers = asked(List.of());
        try (LocalCatalogues local = lan.isPresent()
                ? LocalCatalogues.ask(lan.get().bind(), name)
                : LocalCatalogues.none()) {
            Catalogues.Heard<NameMatches> heard = trackers.named(name.text());
            boolean isKnown = heard.answers().values().stream().anyMatch(matches -> !matches.exact().isEmpty());
            List<LocalCatalogues.Answer> near = local.await(isKnown);
            Hash share = entry(name, trackers, heard, near).infoHash();
            List<LocalCatalogues.Answer> bearers = near.stream().filter(answer -> answer.has(share)).toList();
            if (bearers.isEmpty()) return share(share, trackers);
            List<URI> theirs = bearers.stream().map(LocalCatalogues.Answer::catalogue).toList();
            Found found = share(share, new Catalogues(theirs));
            List<Endpoint> peers = bearers.stream().map(LocalCatalogues.Answer::peer).toList();
            return found.withLink(List.of(), peers, Optional.of(name.text()));
        }
    }

    /** The one share that bears {@code name}. */
    CatalogueEntry entry(CatalogueName name) throws Refusal {
        Catalogues catalogues = asked(List.of());
        return entry(name, catalogues, catalogues.named(name.text()), List.of());
    }

    private CatalogueEntry entry(CatalogueName name, Catalogues catalogues, Catalogues.Heard<NameMatches> heard,
            List<LocalCatalogues.Answer> near) throws Refusal {
        boolean isNear = near.stream().anyMatch(answer -> !answer.matches().exact().isEmpty());
        if (!isNear) heard.needOne();
        // who named no tracker does not miss one if a neighbour knows the name
        if (!isNear || !named.isEmpty()) heard.reasons().forEach(warnings);
        List<NameMatches> answers = Stream.concat(
                        heard.answers().values().stream(), near.stream().map(LocalCatalogues.Answer::matches))
                .toList();
        List<CatalogueEntry> claimed = Catalogues.merged(answers.stream().map(NameMatches::exact).toList());
        if (claimed.size() == 1) return claimed.getFirst();
        List<CatalogueEntry> exact = SignedNames.checked(claimed, warnings);
        if (exact.isEmpty()) {
            var similar = Catalogues.merged(answers.stream().map(NameMatches::similar).toList());
            throw unknown(name, SignedNames.checked(similar, warnings), catalogues);
        }
        boolean isSigned = exact.stream().anyMatch(entry -> !entry.records().isEmpty());
        throw new Refusal(Refusal.Kind.USAGE, exact.size() + " shares are called " + quoted(name.text())
                + ": name one by its hash" + (isSigned ? ", or as NAME@PUBLISHER" : "") + listed(exact));
    }

    private static Refusal unknown(CatalogueName name, List<CatalogueEntry> similar, Catalogues catalogues) {
        String hint = similar.isEmpty() ? "" : "; similar are" + listed(similar);
        return new Refusal(Refusal.Kind.NOT_FOUND,
                "no share is called " + quoted(name.text()) + " at " + catalogues.describe() + hint);
    }

    static String listed(List<CatalogueEntry> entries) {
        var lines = new StringBuilder();
        for (CatalogueEntry entry : entries.subList(0, Math.min(LISTED, entries.size()))) {
            lines.append("\n  ").append(entry.infoHash())
                    .append("  ").append(Sizes.format(entry.length()))
                    .append("  ").append(entry.holders()).append(entry.holders() == 1 ? " holder" : " holders")
                    .append("  ").append(quoted(entry.name().text()));
            if (!entry.records().isEmpty()) lines.append("  by ").append(entry.publishers());
        }
        if (entries.size() > LISTED) lines.append("\n  and ").append(entries.size() - LISTED).append(" more");
        return lines.toString();
    }
}
