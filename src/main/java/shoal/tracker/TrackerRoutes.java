package shoal.tracker;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import shoal.catalogue.CatalogueJson;

/** Everything the tracker serves over HTTP. */
final class TrackerRoutes implements HttpRoutes {
    private static final String API = "/api/";
    private static final String STATUS = "/api/status";
    private static final String METRICS = "/metrics";

    private final AnnounceRoutes announces;
    private final CatalogueRoutes catalogue;
    private final SwarmTable swarms;
    private final CatalogueStore store;
    private final TrackerCounts counts;

    /** @param keyed whether only those with a key are served, to whom alone holders are named then */
    TrackerRoutes(
            SwarmTable swarms,
            CatalogueStore store,
            TrackerLimits limits,
            AnnounceDesk desk,
            boolean keyed,
            TrackerCounts counts) {
        this.announces = new AnnounceRoutes(desk, keyed);
        this.catalogue = new CatalogueRoutes(store, swarms, limits, keyed);
        this.counts = counts;
        this.swarms = swarms;
        this.store = store;
    }

    @Override
    public Optional<HttpReply> atOnce(RequestHead head, InetAddress from) throws HttpFault {
        boolean gets = head.method().equals("GET") || head.isHead();
        if (gets) {
            Optional<HttpReply> reply = announces.reply(head, from);
            if (reply.isPresent()) return reply;
            if (head.hasPath(STATUS)) return Optional.of(status());
            if (head.hasPath(METRICS)) return Optional.empty();
        }
        if (head.path().startsWith(API)) return Optional.empty();
        if (gets) throw new HttpFault(404, "there is no such thing");
        throw new HttpFault(405, "only GET and HEAD are known here");
    }

    @Override
    public int mostBody(RequestHead head) throws HttpFault {
        return catalogue.mostBody(head);
    }

    @Override
    public HttpReply later(RequestHead head, byte[] body, InetAddress from) throws HttpFault {
        if (head.hasPath(METRICS)) return metrics();
        return catalogue.reply(head, body, from);
    }

    @Override
    public HttpReply refusal(RequestHead head, HttpFault fault) {
        byte[] body = CatalogueJson.error(fault.reason());
        String headers = fault.status() == 405 ? "Allow: GET, HEAD, POST, PUT\r\n"
                : fault.status() == 503 || fault.status() == 429 ? "Retry-After: 30\r\n" : "";
        return new HttpReply(fault.status(), HttpReply.JSON, headers, body);
    }

    private HttpReply metrics() {
        String text = counts.text(swarms.census(), store.shares());
        return HttpReply.of(200, "text/plain; version=0.0.4; charset=utf-8", text.getBytes(StandardCharsets.US_ASCII));
    }

    private HttpReply status() {
        String json = "{\"shares\":" + store.shares() + ",\"swarms\":" + swarms.swarms() + ",\"peers\":"
                + swarms.peers() + "}";
        return HttpReply.of(200, HttpReply.JSON, json.getBytes(StandardCharsets.US_ASCII));
    }
}
