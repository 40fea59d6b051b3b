package shoal.manifest;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;

/**
 * What a magnet link says (BEP 9, 52, 53). It names its share by the v2 info hash, the v1 one or both.
 *
 * @param infoHash the SHA-256 of the info dictionary, {@code xt=urn:btmh:1220...}
 * @param v1Hash 20 bytes of {@code xt=urn:btih:...}: a SHA-1, or the beginning of the other one
 * @param name what to show until the manifest is here
 * @param length bytes of all files, as far as the link knows
 * @param trackers each one is a tier of its own
 * @param peers peers to try at once
 * @param webSeeds web servers that hold the files
 * @param selected numbers of the files that are meant; all of them if empty
 */
public record Magnet(
        Optional<Hash> infoHash,
        Optional<InfoHash> v1Hash,
        Optional<String> name,
        OptionalLong length,
        List<String> trackers,
        List<Endpoint> peers,
        List<String> webSeeds,
        List<Span> selected) {
    /**
     * A run of file numbers.
     *
     * @param first the first of them, from 0
     * @param last the last of them
     */
    public record Span(int first, int last) {
        /** @throws IllegalArgumentException if it runs backwards or below 0 */
        public Span {
            if (first < 0 || last < first) throw new IllegalArgumentException("file numbers " + first + " to " + last);
        }
    }

    /** @throws IllegalArgumentException if there is no hash */
    public Magnet {
        if (infoHash.isEmpty() && v1Hash.isEmpty()) throw new IllegalArgumentException("a magnet link without a hash");
        trackers = List.copyOf(trackers);
        peers = List.copyOf(peers);
        webSeeds = List.copyOf(webSeeds);
        selected = List.copyOf(selected);
    }

    /** The link to {@code manifest} that brings its trackers along, and {@code peers}. */
    public static Magnet of(Manifest manifest, List<Endpoint> peers) {
        return new Magnet(
                Optional.of(manifest.infoHash()),
                manifest.v1Hash(),
                Optional.of(manifest.name()),
                OptionalLong.of(manifest.length()),
                manifest.trackers().stream().flatMap(List::stream).toList(),
                peers,
                manifest.webSeeds(),
                List.of());
    }

    /** The link to its {@link Manifest#v1Part}, for clients that know v1 alone. */
    public static Optional<Magnet> ofV1Part(Manifest manifest, List<Endpoint> peers) {
        Magnet whole = of(manifest, peers);
        return manifest.v1Part().map(part -> new Magnet(Optional.empty(), Optional.of(part.hash()), whole.name(),
                whole.length(), whole.trackers(), whole.peers(), whole.webSeeds(), List.of()));
    }

    /** Whether {@code text} claims to be a magnet link. */
    public static boolean isMagnet(String text) {
        return text.regionMatches(true, 0, MagnetReader.SCHEME, 0, MagnetReader.SCHEME.length());
    }

    /**
     * Reads a link. Keys that are not known are left out, and so are peers that are no numeric addresses.
     *
     * @throws ManifestException with one line that says what is wrong with it
     */
    public static Magnet parse(String link) throws ManifestException {
        return new MagnetReader().read(link);
    }

    /** The 20 bytes that name the swarm. */
    public InfoHash shortHash() {
        return infoHash.map(Hash::truncated).or(() -> v1Hash).orElseThrow();
    }

    /** Whether {@code manifest} is the one that is meant. A v1 hash alone may also be the beginning of a v2 one. */
    public boolean names(Manifest manifest) {
        if (infoHash.isPresent()) return infoHash.get().equals(manifest.infoHash());
        return v1Hash.equals(manifest.v1Hash()) || v1Hash.equals(Optional.of(manifest.shortHash()));
    }

    /** The link, as {@link #parse} reads it. */
    public String format() {
        var link = new StringBuilder("magnet:?");
        v1Hash.ifPresent(hash -> link.append("xt=urn:btih:").append(hash.hex()).append('&'));
        infoHash.ifPresent(hash -> link.append("xt=urn:btmh:1220").append(hash.hex()).append('&'));
        name.ifPresent(value -> append(link, "dn", value));
        length.ifPresent(value -> append(link, "xl", Long.toString(value)));
        trackers.forEach(value -> append(link, "tr", value));
        peers.forEach(value -> append(link, "x.pe", value.toString()));
        webSeeds.forEach(value -> append(link, "ws", value));
        if (!selected.isEmpty()) append(link, "so", MagnetReader.format(selected));
        link.setLength(link.length() - 1);
        return link.toString();
    }

    private static void append(StringBuilder link, String key, String value) {
        link.append(key).append('=').append(Percent.encode(value)).append('&');
    }

    @Override
    public String toString() {
        return format();
    }
}
