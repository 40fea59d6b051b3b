package shoal.tracker;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import shoal.announce.SwarmFigures;
import shoal.bytes.Hash;
import shoal.bytes.InfoHash;
import shoal.catalogue.CatalogueEntry;
import shoal.catalogue.CatalogueJson;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.NameMatches;
import shoal.catalogue.RootMatch;
import shoal.catalogue.SearchKey;
import shoal.catalogue.SearchPage;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.manifest.ManifestReader;

/** {@code /api}: the catalogue and its holders as JSON. {@code docs/HTTP.md} describes every route. Any thread. */
final class CatalogueRoutes {
    static final int MOST_OFFSET = 10_000;
    static final int MOST_HOLDERS = 200;
    static final int MOST_QUERY = 256;

    private static final int USUAL_ENTRIES = 50;
    private static final int MOST_NAMESAKES = 200;
    private static final int MOST_ROOT_MATCHES = 50;
    private static final int ROOT_HOLDERS = 50;
    private static final String SHARES = "/api/shares";
    private static final Pattern SHARE = Pattern.compile("/api/shares/([0-9a-fA-F]{40}|[0-9a-fA-F]{64})(/[a-z]+)?");
    private static final Pattern ROOT = Pattern.compile("/api/roots/([0-9a-fA-F]{64})");
    private static final Set<String> MANIFEST_TYPES = Set.of("application/x-bittorrent", "application/octet-stream");
    private static final int FULL_HASH = 64;

    private final CatalogueStore store;
    private final SwarmTable swarms;
    private final NameRoutes names;
    private final RegistrationQuota quota;
    private final int mostManifest;
    private final boolean mute;

    /** @param mute whether nobody is told who holds something */
    CatalogueRoutes(CatalogueStore store, SwarmTable swarms, TrackerLimits limits, boolean mute) {
        this.store = store;
        this.mute = mute;
        this.swarms = swarms;
        this.quota = new RegistrationQuota(limits.registrations(), System::nanoTime);
        this.names = new NameRoutes(store, quota);
        this.mostManifest = limits.manifestBytes();
    }

    /** How many bytes of body such a request may bring. */
    int mostBody(RequestHead head) throws HttpFault {
        if (head.hasPath(NameRoutes.PATH)) return names.mostBody(head);
        boolean posts = head.method().equals("POST") && head.hasPath(SHARES);
        boolean puts = head.method().equals("PUT") && SHARE.matcher(head.path()).matches();
        if (!posts && !puts) return 0;
        // these types no web page of another site can send here without asking first
        if (!MANIFEST_TYPES.contains(head.contentType())) {
            throw new HttpFault(415, "a manifest is sent as application/x-bittorrent");
        }
        return mostManifest;
    }

    /** The reply to a request for something below {@code /api}. */
    HttpReply reply(RequestHead head, byte[] body, InetAddress from) throws HttpFault {
        try {
            if (head.hasPath(NameRoutes.PATH)) return names.reply(head, body, from);
            return switch (head.method()) {
                case "GET", "HEAD" -> get(head.path(), new TextQuery(head.target(), head.queryStart()));
                case "POST", "PUT" -> put(head, body, from);
                default -> throw new HttpFault(405, "only GET, HEAD, POST and PUT are known here");
            };
        } catch (IOException e) {
            throw new HttpFault(503, String.valueOf(e.getMessage()));
        }
    }

    private HttpReply get(String path, TextQuery query) throws HttpFault, IOException {
        if (path.equals(SHARES)) {
            Optional<String> name = query.value("name");
            return json(name.isPresent() ? named(name.get()) : search(query));
        }
        var share = SHARE.matcher(path);
        if (share.matches()) return share(share.group(1), share.group(2) == null ? "" : share.group(2));
        var root = ROOT.matcher(path);
        if (root.matches()) return json(root(Hash.ofHex(root.group(1))));
        throw notFound();
    }

    private byte[] named(String text) throws HttpFault, IOException {
        Optional<String> complaint = CatalogueName.complaint(text);
        if (complaint.isPresent()) throw new HttpFault(400, complaint.get());
        var name = new CatalogueName(text);
        var exact = new ArrayList<CatalogueEntry>();
        var similar = new ArrayList<CatalogueEntry>();
        for (CatalogueEntry entry : store.named(SearchKey.of(text), MOST_NAMESAKES)) {
            (entry.name().equals(name) ? exact : similar).add(counted(entry));
        }
        return CatalogueJson.names(new NameMatches(exact, similar));
    }

    private byte[] search(TextQuery query) throws HttpFault, IOException {
        String text = query.value("q").orElse("");
        if (text.length() > MOST_QUERY) throw new HttpFault(400, "q has more than " + MOST_QUERY + " characters");
        int offset = query.number("offset", 0, MOST_OFFSET, 0);
        int limit = query.number("limit", 1, SearchPage.MOST, USUAL_ENTRIES);
        // one more than asked for tells whether there are more
        List<CatalogueEntry> found = store.search(text, offset, limit + 1);
        boolean more = found.size() > limit && offset + limit <= MOST_OFFSET;
        List<CatalogueEntry> entries = found.stream().limit(limit).map(this::counted).toList();
        return CatalogueJson.page(new SearchPage(entries, more ? offset + limit : SearchPage.NO_MORE));
    }

    private HttpReply share(String hex, String part) throws HttpFault, IOException {
        Optional<CatalogueEntry> entry = hex.length() == FULL_HASH
                ? store.find(Hash.ofHex(hex))
                : store.find(InfoHash.ofHex(hex));
        return switch (part) {
            case "" -> json(CatalogueJson.entry(counted(entry.orElseThrow(CatalogueRoutes::notFound))));
            case "/manifest" -> manifest(entry.orElseThrow(CatalogueRoutes::notFound));
            case "/peers" -> peers(hex, entry);
            default -> throw notFound();
        };
    }

    private HttpReply manifest(CatalogueEntry entry) throws HttpFault, IOException {
        byte[] bytes = store.manifest(entry.infoHash()).orElseThrow(CatalogueRoutes::notFound);
        String headers = "Cache-Control: public, max-age=31536000, immutable\r\n"
                + "Content-Disposition: attachment; filename*=UTF-8''" + escaped(entry.name().text()) + ".torrent\r\n";
        return new HttpReply(200, "application/x-bittorrent", headers, bytes);
    }

    /** The holders of any hash, also of one that is in no catalogue; of a private share's short hash, nobody. */
    private HttpReply peers(String hex, Optional<CatalogueEntry> entry) throws HttpFault {
        InfoHash shortHash = InfoHash.ofHex(hex.substring(0, 2 * InfoHash.BYTES));
        if (entry.isEmpty() && store.isHidden(shortHash)) throw notFound();
        var holders = swarms.holders(shortHash, entry.map(CatalogueEntry::length).orElse(0L), mute ? 0 : MOST_HOLDERS);
        if (entry.isEmpty() && holders.isEmpty()) throw notFound();
        return json(CatalogueJson.holders(holders));
    }

    private byte[] root(Hash root) throws HttpFault, IOException {
        var matches = new ArrayList<RootMatch>();
        for (StoredFile file : store.withRoot(root, MOST_ROOT_MATCHES)) {
            CatalogueEntry entry = counted(file.entry());
            matches.add(new RootMatch(
                    entry,
                    file.path(),
                    file.number(),
                    file.length(),
                    swarms.holders(entry.infoHash().truncated(), entry.length(), mute ? 0 : ROOT_HOLDERS)));
        }
        if (matches.isEmpty()) throw notFound();
        return CatalogueJson.roots(matches);
    }

    private HttpReply put(RequestHead head, byte[] body, InetAddress from) throws HttpFault, IOException {
        if (body.length == 0) throw new HttpFault(mostBody(head) == 0 ? 404 : 411, "a manifest is expected here");
        if (!quota.take(from, body.length)) {
            throw new HttpFault(429, "too many manifests come from your address, try again later");
        }
        Manifest manifest;
        try {
            manifest = ManifestReader.read(body);
        } catch (ManifestException e) {
            throw new HttpFault(422, "not a manifest: " + e.getMessage());
        }
        if (!manifest.hasAllLayers()) throw new HttpFault(422, "the manifest has not all of its piece layers");
        Optional<String> complaint = CatalogueName.complaint(manifest.name());
        if (complaint.isPresent()) throw new HttpFault(422, complaint.get());
        if (head.method().equals("PUT") && !head.path().equalsIgnoreCase(SHARES + "/" + manifest.infoHash().hex())) {
            throw new HttpFault(409, "the manifest has another hash: " + manifest.infoHash().hex());
        }
        CatalogueStore.Registered registered = store.register(manifest, body, Instant.now())
                .orElseThrow(() -> new HttpFault(503, "the catalogue is full"));
        String location = "Location: " + SHARES + "/" + manifest.infoHash().hex() + "\r\n";
        byte[] json = CatalogueJson.entry(counted(registered.entry()));
        return new HttpReply(registered.isNew() ? 201 : 200, HttpReply.JSON, location, json);
    }

    private CatalogueEntry counted(CatalogueEntry entry) {
        SwarmFigures figures = swarms.figures(entry.infoHash().truncated());
        return entry.withHolders(figures.seeders(), figures.leechers());
    }

    private static HttpFault notFound() {
        return new HttpFault(404, "there is no such thing");
    }

    static HttpReply json(byte[] body) {
        return new HttpReply(200, HttpReply.JSON, "Cache-Control: no-cache\r\n", body);
    }

    /** As RFC 8187 wants it in a header: everything but letters and digits as %XX. */
    private static String escaped(String text) {
        var out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || b == '.';
            out.append(plain ? String.valueOf((char) b) : String.format("%%%02X", b));
        }
        return out.toString();
    }
}
