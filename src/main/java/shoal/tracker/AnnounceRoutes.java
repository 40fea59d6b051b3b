package shoal.tracker;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import shoal.announce.AnnounceException;
import shoal.announce.AnnounceFailure;
import shoal.announce.AnnounceQuery;
import shoal.announce.ReplyWriter;
import shoal.announce.TrackerReply;
import shoal.bytes.InfoHash;

/** {@code /announce} and {@code /scrape}: all in memory, and so all on the loop's thread. */
final class AnnounceRoutes {
    private static final String ANNOUNCE = "/announce";
    private static final String SCRAPE = "/scrape";

    private final SwarmTable swarms;
    private final Predicate<InfoHash> isHidden;

    /** @param isHidden whether a hash is of a private share, about which a scrape says nothing */
    AnnounceRoutes(SwarmTable swarms, Predicate<InfoHash> isHidden) {
        this.swarms = swarms;
        this.isHidden = isHidden;
    }

    /** The reply, if the path is one of these. The peer is where its connection comes from, whatever it says. */
    Optional<HttpReply> reply(RequestHead head, InetAddress from) {
        boolean announces = head.hasPath(ANNOUNCE);
        if (!announces && !head.hasPath(SCRAPE)) return Optional.empty();
        try {
            return Optional.of(bencoded(200, announces ? announce(head, from) : scrape(head)));
        } catch (AnnounceException e) {
            byte[] body = ReplyWriter.failure(AnnounceFailure.of(String.valueOf(e.getMessage())));
            return Optional.of(bencoded(400, body));
        }
    }

    private byte[] announce(RequestHead head, InetAddress from) throws AnnounceException {
        AnnounceQuery query = AnnounceQuery.read(head.target(), head.queryStart(), head.target().length);
        boolean withIds = !query.compact() && !query.noPeerId();
        TrackerReply reply = swarms.announce(query.request(), from, withIds);
        return query.compact() ? ReplyWriter.compact(reply) : ReplyWriter.dictionaries(reply);
    }

    private byte[] scrape(RequestHead head) throws AnnounceException {
        List<InfoHash> hashes = AnnounceQuery.readScrape(head.target(), head.queryStart(), head.target().length);
        return ReplyWriter.scrape(swarms.scrape(hashes.stream().filter(isHidden.negate()).toList()));
    }

    private static HttpReply bencoded(int status, byte[] body) {
        return HttpReply.of(status, HttpReply.TEXT, body);
    }
}
