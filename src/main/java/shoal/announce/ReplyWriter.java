package shoal.announce;

import java.util.ArrayList;
import shoal.bencode.BDict;
import shoal.bencode.BList;
import shoal.bencode.BString;
import shoal.bencode.Bencoded;
import shoal.bytes.Endpoint;
import shoal.bytes.PeerId;

/** A tracker's replies as the body of an HTTP response: one bencoded dictionary. */
public final class ReplyWriter {
    private ReplyWriter() {}

    /** The reply with compact peers (BEP 23, BEP 7). */
    public static byte[] compact(TrackerReply reply) {
        return switch (reply) {
            case AnnounceFailure failure -> failure(failure);
            case AnnounceReply good -> {
                BDict.Builder out = figures(good);
                byte[] sixes = good.peers().sixes();
                out.put("peers", good.peers().fours());
                if (sixes.length > 0) out.put("peers6", sixes);
                yield out.build().encoded();
            }
        };
    }

    /** The reply with a dictionary for each peer, as a client of BEP 3 alone wants it. */
    public static byte[] dictionaries(TrackerReply reply) {
        return switch (reply) {
            case AnnounceFailure failure -> failure(failure);
            case AnnounceReply good -> figures(good).put("peers", dictionaries(good)).build().encoded();
        };
    }

    /** The body that carries {@code failure}. */
    public static byte[] failure(AnnounceFailure failure) {
        BDict.Builder out = BDict.builder().put("failure reason", failure.reason());
        // libtorrent knows no "retry in" and takes the interval beside the reason instead
        failure.retryIn().ifPresent(in -> {
            out.put("interval", in.toSeconds());
            out.put("retry in", Math.max(1, (in.toSeconds() + 59) / 60));
        });
        if (failure.never()) out.put("retry in", "never");
        return out.build().encoded();
    }

    /** The body of a scrape. */
    public static byte[] scrape(ScrapeReply reply) {
        BDict.Builder files = BDict.builder();
        reply.files().forEach((hash, figures) -> files.put(
                BString.wrap(hash.bytes()),
                BDict.builder()
                        .put("complete", figures.seeders())
                        .put("downloaded", figures.downloaded())
                        .put("incomplete", figures.leechers())
                        .build()));
        return BDict.builder().put("files", files.build()).build().encoded();
    }

    private static BDict.Builder figures(AnnounceReply reply) {
        BDict.Builder out = BDict.builder()
                .put("complete", reply.seeders())
                .put("downloaded", reply.downloaded())
                .put("incomplete", reply.leechers())
                .put("interval", reply.interval().toSeconds());
        if (!reply.minInterval().isZero()) out.put("min interval", reply.minInterval().toSeconds());
        reply.externalAddress().ifPresent(address -> out.put("external ip", address.getAddress()));
        reply.warning().ifPresent(warning -> out.put("warning message", warning));
        return out;
    }

    private static BList dictionaries(AnnounceReply reply) {
        var list = new ArrayList<Bencoded>();
        for (Endpoint peer : reply.peers().list()) {
            BDict.Builder entry = BDict.builder()
                    .put("ip", peer.address().getHostAddress())
                    .put("port", peer.port());
            PeerId id = reply.peerIds().get(peer);
            if (id != null) entry.put("peer id", id.bytes());
            list.add(entry.build());
        }
        return new BList(list);
    }
}
