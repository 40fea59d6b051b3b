package shoal.tracker;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import shoal.catalogue.CatalogueJson;

/** Everything the tracker serves over HTTP. */
final class TrackerRoutes implements HttpRoutes {
    private static final String API = "/api/";
    private static final String STATUS = "/api/status";

    private final AnnounceRoutes announces;
    private final CatalogueRoutes catalogue;
    private final SwarmTable swarms;
    private final CatalogueStore store;

    TrackerRoutes(SwarmTable swarms, CatalogueStore store, TrackerLimits limits) {
        this.announces = new AnnounceRoutes(swarms, store::isHidden);
        this.catalogue = new CatalogueRoutes(store, swarms, limits);
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
        return catalogue.reply(head, body, from);
    }

    @Override
    public HttpReply refusal(RequestHead head, HttpFault fault) {
        byte[] body = CatalogueJson.error(fault.reason());
        String headers = fault.status() == 405 ? "Allow: GET, HEAD, POST, PUT\r\n"
                : fault.status() == 503 || fault.status() == 429 ? "Retry-After: 30\r\n" : "";
        return new HttpReply(fault.status(), HttpReply.JSON, headers, body);
    }

    private HttpReply status() {
        String json = "{\"shares\":" + store.shares() + ",\"swarms\":" + swarms.swarms() + ",\"peers\":"
                + swarms.peers() + "}";
        return HttpReply.of(200, HttpReply.JSON, json.getBytes(StandardCharsets.US_ASCII));
    }
}
