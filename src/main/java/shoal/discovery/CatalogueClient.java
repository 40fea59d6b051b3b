package shoal.discovery;

import static shoal.bytes.Printable.quoted;

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
import shoal.catalogue.CatalogueName;
import shoal.catalogue.Holder;
import shoal.catalogue.NameMatches;
import shoal.catalogue.NameRecord;
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

    /**
     * The catalogue beside the tracker with this announce URL, or at this base URL. That of one that is announced to
     * over UDP is asked over HTTP at the same port.
     */
    public CatalogueClient(URI tracker) {
        AnnounceUrl.check(tracker);
        String path = tracker.getRawPath() == null ? "" : tracker.getRawPath();
        int announce = path.lastIndexOf("/announce");
        String base = announce >= 0 ? path.substring(0, announce) : path.replaceAll("/+$", "");
        String scheme = AnnounceUrl.isUdp(tracker) ? "http" : tracker.getScheme();
        this.api = URI.create(scheme + "://" + tracker.getRawAuthority() + base + "/api/");
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

    /** Publishes a record of a share that is registered; the same one again is no error, an older one is refused. */
    public void publish(NameRecord record) throws CatalogueException {
        try {
            var http = new PlainHttp(DEADLINE, CatalogueJsonReader.MOST_BYTES);
            checked(http.post(api.resolve("names"), "application/x-bencode", record.encoded()));
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /**
     * The records of {@code name} by the keys whose digits begin with {@code digits}, of which there are 16 at least.
     * Each is what was asked for, and genuine: a catalogue that gives another is believed in nothing.
     */
    public List<NameRecord> records(CatalogueName name, String digits) throws CatalogueException {
        String path = "names?name=" + encoded(name.text()) + "&key=" + encoded(digits);
        List<NameRecord> records = get(path, CatalogueJsonReader::records);
        for (NameRecord record : records) {
            boolean isAsked = record.name().equals(name) && record.key().beginsWith(digits);
            if (!isAsked) throw lie("it gives a record of another name or key");
            check(record);
        }
        return records;
    }

    private void check(NameRecord record) throws CatalogueException {
        if (record.isGenuine()) return;
        String name = quoted(record.name().text());
        throw lie("its record of " + name + " was not signed by " + record.key().shortHex());
    }

    private CatalogueException lie(String what) {
        return new CatalogueException(CatalogueException.Kind.GARBAGE, tracker() + " lies: " + what);
    }

    /**
     * The shares that bear {@code name}, and those whose names look like it. Their records are claims, not checked:
     * most who ask want none of them.
     */
    public NameMatches named(String name) throws CatalogueException {
        return get("shares?name=" + encoded(name), CatalogueJsonReader::names);
    }

    /**
     * The shares whose names have every word of {@code query}, as a word or the start of one; all for an empty one.
     * Their records are genuine.
     */
    public SearchPage search(String query, int offset, int limit) throws CatalogueException {
        String path = "shares?q=" + encoded(query) + "&offset=" + offset + "&limit=" + limit;
        SearchPage page = get(path, CatalogueJsonReader::page);
        for (CatalogueEntry entry : page.entries()) {
            for (NameRecord record : entry.records()) check(record);
        }
        return page;
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
