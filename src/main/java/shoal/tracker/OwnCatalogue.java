package shoal.tracker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import shoal.bytes.Hash;
import shoal.bytes.Nearness;
import shoal.catalogue.CatalogueEntry;
import shoal.catalogue.CatalogueJson;
import shoal.catalogue.CatalogueName;
import shoal.catalogue.NameMatches;
import shoal.catalogue.NameRecord;
import shoal.catalogue.SearchKey;
import shoal.catalogue.SearchPage;
import shoal.manifest.Manifest;

/**
 * The small catalogue of a node: the one share that it gives away, asked over HTTP like a tracker's catalogue but read
 * only, and by neighbours alone. A private share is not in it. Its own thread answers; {@link #close} ends it.
 */
public final class OwnCatalogue implements HttpRoutes, AutoCloseable {
    private static final String SHARES = "/api/shares";
    private static final Pattern SHARE = Pattern.compile("/api/shares/([0-9a-fA-F]{40}|[0-9a-fA-F]{64})(/manifest)?");

    private final Manifest manifest;
    private final CatalogueEntry entry;
    private final HttpLoop http;

    private OwnCatalogue(InetSocketAddress bind, Manifest manifest, CatalogueEntry entry) throws IOException {
        this.manifest = manifest;
        this.entry = entry;
        http = new HttpLoop(bind, this, TrackerLimits.OWN, () -> { });
    }

    /** Whether neighbours may know of a share: it is not private, and its name is one that a catalogue takes. */
    public static boolean mayList(Manifest manifest) {
        return !manifest.isPrivate() && CatalogueName.complaint(manifest.name()).isEmpty();
    }

    /**
     * Begins to answer at {@code bind}.
     *
     * @throws IllegalArgumentException if nobody may know of the share
     */
    public static OwnCatalogue start(
            InetSocketAddress bind, Manifest manifest, Optional<NameRecord> record, Instant added) throws IOException {
        if (!mayList(manifest)) throw new IllegalArgumentException("the share is private or has no usable name");
        var name = new CatalogueName(manifest.name());
        List<NameRecord> records = record.filter(each -> each.isOf(name, manifest.infoHash())).stream().toList();
        var entry = new CatalogueEntry(name, manifest.infoHash(), manifest.length(), manifest.files().size(),
                manifest.pieceLength(), false, 1, 0, added, records);
        var catalogue = new OwnCatalogue(bind, manifest, entry);
        catalogue.http.start();
        return catalogue;
    }

    /** Where it answers. */
    public int port() throws IOException {
        return http.address().getPort();
    }

    @Override
    public Optional<HttpReply> atOnce(RequestHead head, InetAddress from) throws HttpFault {
        // what a user shares on a network at home is nobody's business elsewhere
        if (Nearness.of(from) == Nearness.WORLD) throw notFound();
        boolean gets = head.method().equals("GET") || head.isHead();
        if (!gets) throw new HttpFault(405, "only GET and HEAD are known here");
        return Optional.empty();
    }

    @Override
    public int mostBody(RequestHead head) {
        return 0;
    }

    @Override
    public HttpReply later(RequestHead head, byte[] body, InetAddress from) throws HttpFault {
        if (head.hasPath(SHARES)) {
            var query = new TextQuery(head.target(), head.queryStart());
            Optional<String> name = query.value("name");
            return CatalogueRoutes.json(name.isPresent() ? named(name.get()) : all(query));
        }
        var share = SHARE.matcher(head.path());
        if (!share.matches()) throw notFound();
        Hash hash = entry.infoHash();
        boolean isOurs = share.group(1).equalsIgnoreCase(hash.hex())
                || share.group(1).equalsIgnoreCase(hash.truncated().hex());
        if (!isOurs) throw notFound();
        return share.group(2) == null
                ? CatalogueRoutes.json(CatalogueJson.entry(entry))
                : HttpReply.of(200, "application/x-bittorrent", manifest.encoded());
    }

    private byte[] named(String text) throws HttpFault {
        Optional<String> complaint = CatalogueName.complaint(text);
        if (complaint.isPresent()) throw new HttpFault(400, complaint.get());
        boolean isExact = entry.name().equals(new CatalogueName(text));
        boolean isSimilar = !isExact && SearchKey.of(text).equals(SearchKey.of(entry.name().text()));
        return CatalogueJson.names(new NameMatches(
                isExact ? List.of(entry) : List.of(), isSimilar ? List.of(entry) : List.of()));
    }

    private byte[] all(TextQuery query) throws HttpFault {
        int offset = query.number("offset", 0, CatalogueRoutes.MOST_OFFSET, 0);
        String words = SearchKey.of(query.value("q").orElse(""));
        boolean isFound = offset == 0 && SearchKey.of(entry.name().text()).contains(words);
        return CatalogueJson.page(new SearchPage(isFound ? List.of(entry) : List.of(), SearchPage.NO_MORE));
    }

    @Override
    public HttpReply refusal(RequestHead head, HttpFault fault) {
        return HttpReply.of(fault.status(), HttpReply.JSON, CatalogueJson.error(fault.reason()));
    }

    private static HttpFault notFound() {
        return new HttpFault(404, "there is no such thing");
    }

    @Override
    public void close() {
        http.close();
    }
}
