package shoal.tracker;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import shoal.announce.AnnounceException;
import shoal.announce.AnnounceFailure;
import shoal.announce.AnnounceQuery;
import shoal.announce.ReplyWriter;
import shoal.announce.ScrapeReply;
import shoal.announce.TrackerReply;
import shoal.bytes.InfoHash;

/**
 * {@code /announce} and {@code /scrape}, also behind a key as {@code /KEY/announce}: all in memory, and so all on the
 * loop's thread.
 */
final class AnnounceRoutes {
    private static final String ANNOUNCE = "/announce";
    private static final String SCRAPE = "/scrape";

    private final AnnounceDesk desk;
    private final boolean keyed;

    /** @param keyed whether a key may stand before the last part of the path */
    AnnounceRoutes(AnnounceDesk desk, boolean keyed) {
        this.desk = desk;
        this.keyed = keyed;
    }

    /** The reply, if the path is one of these. The peer is where its connection comes from, whatever it says. */
    Optional<HttpReply> reply(RequestHead head, InetAddress from) {
        boolean announces = head.hasPath(ANNOUNCE);
        boolean scrapes = head.hasPath(SCRAPE);
        String key = "";
        if (!announces && !scrapes && keyed) {
            String path = head.path();
            scrapes = path.endsWith(SCRAPE);
            key = AnnounceDesk.key(scrapes ? path.substring(0, path.length() - SCRAPE.length()) + ANNOUNCE : path);
            announces = !scrapes && !key.isEmpty();
            scrapes &= !key.isEmpty();
        }
        if (!announces && !scrapes) return Optional.empty();
        try {
            return Optional.of(bencoded(200, announces ? announce(head, from) : scrape(head, from, key)));
        } catch (AnnounceException e) {
            byte[] body = ReplyWriter.failure(AnnounceFailure.of(String.valueOf(e.getMessage())));
            return Optional.of(bencoded(400, body));
        }
    }

    private byte[] announce(RequestHead head, InetAddress from) throws AnnounceException {
        AnnounceQuery query = AnnounceQuery.read(head.target(), head.queryStart(), head.target().length);
        boolean withIds = !query.compact() && !query.noPeerId();
        PeerForm form = withIds ? PeerForm.WITH_IDS : PeerForm.COMPACT;
        TrackerReply reply = desk.announce(query.request(), from, form, keyed ? head.path() : "");
        return query.compact() ? ReplyWriter.compact(reply) : ReplyWriter.dictionaries(reply);
    }

    private byte[] scrape(RequestHead head, InetAddress from, String key) throws AnnounceException {
        List<InfoHash> hashes = AnnounceQuery.readScrape(head.target(), head.queryStart(), head.target().length);
        return switch (desk.scrape(hashes, from, key, false)) {
            case AnnounceDesk.Refused(AnnounceFailure failure) -> ReplyWriter.failure(failure);
            case AnnounceDesk.Told(ScrapeReply reply) -> ReplyWriter.scrape(reply);
        };
    }

    private static HttpReply bencoded(int status, byte[] body) {
        return HttpReply.of(status, HttpReply.TEXT, body);
    }
}
