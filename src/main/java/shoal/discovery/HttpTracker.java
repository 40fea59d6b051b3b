package shoal.discovery;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import shoal.announce.AnnounceException;
import shoal.announce.AnnounceFailure;
import shoal.announce.AnnounceLimits;
import shoal.announce.AnnounceQuery;
import shoal.announce.AnnounceRequest;
import shoal.announce.ReplyReader;
import shoal.announce.TrackerReply;

/** A tracker that is asked over HTTP (BEP 3). */
public final class HttpTracker extends TrackerSource {
    /** The time of one announce, whatever the tracker does. */
    public static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final int GONE = 410;

    /**
     * The tracker at {@code announce}, an http or https URL.
     *
     * @throws IllegalArgumentException if the URL is of another kind or sets what only an announce may set
     */
    public HttpTracker(URI announce, RandomGenerator random) {
        super(announce, random);
        if (AnnounceUrl.isUdp(announce)) throw new IllegalArgumentException("not an http tracker: " + announce);
        AnnounceUrl.check(announce);
    }

    @Override
    Duration patience(int failures) {
        return DEADLINE;
    }

    @Override
    TrackerReply ask(AnnounceRequest request, Duration deadline) throws IOException, AnnounceException {
        URI uri = AnnounceUrl.with(url(), AnnounceQuery.write(request));
        var http = new PlainHttp(deadline, AnnounceLimits.REPLY_BYTES);
        HttpAnswer answer = (AnnounceUrl.looksLikeOne(url()) ? http : http.outsideOnly()).get(uri);
        if (answer.status() == GONE) return new AnnounceFailure("410 gone", Optional.empty(), true);
        return answer.status() == 200 ? ReplyReader.read(answer.body()) : refusal(answer);
    }

    /** A tracker that refuses with a status may still say why in a bencoded body. */
    private static TrackerReply refusal(HttpAnswer answer) {
        try {
            if (ReplyReader.read(answer.body()) instanceof AnnounceFailure failure) return failure;
        } catch (AnnounceException e) {
            return AnnounceFailure.of("HTTP status " + answer.status());
        }
        return AnnounceFailure.of("HTTP status " + answer.status());
    }
}
