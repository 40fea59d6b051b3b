package shoal.discovery;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import shoal.announce.ReplyReader;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.catalogue.CatalogueEntry;
import shoal.catalogue.CatalogueFormatException;
import shoal.catalogue.CatalogueJsonReader;
import shoal.catalogue.Holder;
import shoal.catalogue.NameMatches;
import shoal.catalogue.RootMatch;
import shoal.catalogue.SearchPage;

/**
 * The catalogue of a tracker, asked over HTTP as {@code docs/HTTP.md} describes it. Unchangeable; any thread; each call
 * is one request and blocks until it is answered.
 */
public final class CatalogueClient {
    private static final Duration DEADLINE = Duration.ofSeconds(15);
    private static final Duration TRANSFER_DEADLINE = Duration.ofMinutes(5);
    private static final int MOST_MANIFEST = 128 << 20;

    private final URI api;

    /** What an answer's bytes mean. */
    private interface Reading<T> {
        T read(byte[] json) throws CatalogueFormatException;
    }

    /** The catalogue beside the tracker with this announce URL, or at this base URL. */
    public CatalogueClient(URI tracker) {
        AnnounceUrl.check(tracker);
        String path = tracker.getRawPath() == null ? "" : tracker.getRawPath();
        int announce = path.lastIndexOf("/announce");
        String base = announce >= 0 ? path.substring(0, announce) : path.replaceAll("/+$", "");
        this.api = URI.create(tracker.getScheme() + "://" + tracker.getRawAuthority() + base + "/api/");
    }

    /** Registers a manifest (the bytes of a .torrent); the same one again is no error. */
    public CatalogueEntry register(byte[] manifest) throws CatalogueException {
        try {
            var http = new PlainHttp(TRANSFER_DEADLINE, CatalogueJsonReader.MOST_BYTES);
            HttpAnswer answer = checked(http.post(api.resolve("shares"), "application/x-bittorrent", manifest));
            return parsed(answer, CatalogueJsonReader::entry);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** The shares that bear {@code name}, and those whose names look like it. */
    public NameMatches named(String name) throws CatalogueException {
        return get("shares?name=" + encoded(name), CatalogueJsonReader::names);
    }

    /** The shares whose names have every word of {@code query}, as a word or the start of one; all for an empty one. */
    public SearchPage search(String query, int offset, int limit) throws CatalogueException {
        return get("shares?q=" + encoded(query) + "&offset=" + offset + "&limit=" + limit, CatalogueJsonReader::page);
    }

    /** The entry of a share. */
    public CatalogueEntry entry(Hash infoHash) throws CatalogueException {
        return get("shares/" + infoHash.hex(), CatalogueJsonReader::entry);
    }

    /** The entry of a share of which only the short hash is known. */
    public CatalogueEntry entry(InfoHash shortHash) throws CatalogueException {
        return get("shares/" + shortHash.hex(), CatalogueJsonReader::entry);
    }

    /** The manifest of a share, byte for byte as it was registered. The caller proves it by its hash. */
    public byte[] manifest(Hash infoHash) throws CatalogueException {
        try {
            var http = new PlainHttp(TRANSFER_DEADLINE, MOST_MANIFEST);
            return checked(http.get(api.resolve("shares/" + infoHash.hex() + "/manifest"))).body();
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** The shares that contain a file of this root, and who holds them. */
    public List<RootMatch> byRoot(Hash root) throws CatalogueException {
        return get("roots/" + root.hex(), CatalogueJsonReader::roots);
    }

    /** Who announced a share. */
    public List<Holder> peers(Hash infoHash) throws CatalogueException {
        return get("shares/" + infoHash.hex() + "/peers", CatalogueJsonReader::holders);
    }

    /** Who announced a share of which only the short hash is known. */
    public List<Holder> peers(InfoHash shortHash) throws CatalogueException {
        return get("shares/" + shortHash.hex() + "/peers", CatalogueJsonReader::holders);
    }

    /** The base URL that is asked. */
    public URI api() {
        return api;
    }

    private <T> T get(String path, Reading<T> reading) throws CatalogueException {
        try {
            var http = new PlainHttp(DEADLINE, CatalogueJsonReader.MOST_BYTES);
            return parsed(checked(http.get(api.resolve(path))), reading);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private HttpAnswer checked(HttpAnswer answer) throws CatalogueException {
        if (answer.status() / 100 == 2) return answer;
        String reason = CatalogueJsonReader.error(answer.body())
                .map(ReplyReader::clean)
                .orElse("HTTP status " + answer.status());
        throw switch (answer.status()) {
            case 404 -> new CatalogueException(CatalogueException.Kind.NOT_FOUND, reason);
            case 400, 403, 409, 413, 422, 429 -> new CatalogueException(CatalogueException.Kind.REFUSED, reason);
            default -> new CatalogueException(CatalogueException.Kind.UNREACHABLE, tracker() + ": " + reason);
        };
    }

    private <T> T parsed(HttpAnswer answer, Reading<T> reading) throws CatalogueException {
        try {
            return reading.read(answer.body());
        } catch (CatalogueFormatException e) {
            String reason = tracker() + " does not answer like a catalogue: " + e.getMessage();
            throw new CatalogueException(CatalogueException.Kind.GARBAGE, reason);
        }
    }

    private CatalogueException unreachable(IOException e) {
        String reason = e.getMessage() == null ? e.toString() : e.getMessage();
        return new CatalogueException(CatalogueException.Kind.UNREACHABLE, tracker() + " cannot be asked: " + reason);
    }

    private String tracker() {
        return "the tracker at " + api.getScheme() + "://" + api.getRawAuthority();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
