package shoal.discovery;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import shoal.announce.AnnounceEvent;
import shoal.announce.AnnounceException;
import shoal.announce.AnnounceFailure;
import shoal.announce.AnnounceLimits;
import shoal.announce.AnnounceQuery;
import shoal.announce.AnnounceReply;
import shoal.announce.AnnounceRequest;
import shoal.announce.ReplyReader;
import shoal.announce.TrackerReply;
import shoal.bytes.Endpoint;

/**
 * A tracker that is asked over HTTP (BEP 3): announces a topic as "started", again after each interval, at once when it
 * is complete or wants peers, and as "stopped" when it is closed. A tracker that does not answer is tried again after a
 * second, then ever later up to {@link #MOST_BACK_OFF}, so that one that was only restarted is found quickly.
 *
 * <p>{@link #run} belongs to one virtual thread; {@link #health} may be read by any.
 */
public final class HttpTracker implements PeerSource {
    /** The time of one announce, whatever the tracker does. */
    public static final Duration DEADLINE = Duration.ofSeconds(10);

    /** The time that taking leave may hold up the end. */
    public static final Duration LEAVE_DEADLINE = Duration.ofSeconds(2);

    /** The longest pause after a failure of the network. */
    public static final Duration MOST_BACK_OFF = Duration.ofSeconds(60);

    private static final Duration LEAST_BACK_OFF = Duration.ofSeconds(1);
    private static final Duration REFUSED_BACK_OFF = Duration.ofSeconds(30);
    private static final Duration UNASKED_MIN_INTERVAL = Duration.ofSeconds(30);
    private static final Duration NEVER = Duration.ofDays(365);
    private static final int GONE = 410;

    private final URI announce;
    private final RandomGenerator random;
    private final int key;
    private final CountDownLatch first = new CountDownLatch(1);
    private volatile TrackerHealth health = TrackerHealth.UNKNOWN;

    /** When to announce next: at the latest, and at the soonest if peers are wanted. */
    private record Pause(Duration most, Duration least) {}

    /**
     * The tracker at {@code announce}, an http or https URL.
     *
     * @throws IllegalArgumentException if the URL is of another kind or sets what only an announce may set
     */
    public HttpTracker(URI announce, RandomGenerator random) {
        AnnounceUrl.check(announce);
        this.announce = announce;
        this.random = random;
        this.key = random.nextInt();
    }

    /** Where it is asked. */
    public URI url() {
        return announce;
    }

    /** How the tracker last answered. */
    public TrackerHealth health() {
        return health;
    }

    /** Waits for the first announce to be answered or to fail, but no longer than {@code time}. */
    public boolean awaitFirst(Duration time) throws InterruptedException {
        return first.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public String describe() {
        return "tracker " + announce + health.trouble().map(trouble -> " (" + trouble + ")").orElse("");
    }

    @Override
    public void run(Topic topic, Consumer<List<Endpoint>> found) {
        boolean started = false;
        boolean saidComplete = topic.isComplete() || topic.figures().left().getAsLong() == 0;
        int failures = 0;
        while (!topic.isClosed()) {
            long version = topic.version();
            long wanted = topic.wanted();
            boolean completes = topic.isComplete() && !saidComplete;
            AnnounceEvent event =
                    !started ? AnnounceEvent.STARTED : completes ? AnnounceEvent.COMPLETED : AnnounceEvent.NONE;
            Pause pause;
            try {
                TrackerReply reply = ask(topic, event, DEADLINE);
                switch (reply) {
                    case AnnounceReply good -> {
                        health = new TrackerHealth(
                                Optional.empty(), good.warning(), good.seeders(), good.leechers());
                        started = true;
                        saidComplete |= event == AnnounceEvent.COMPLETED;
                        failures = 0;
                        if (!good.peers().isEmpty()) found.accept(good.peers().list());
                        pause = pause(good);
                    }
                    case AnnounceFailure failure -> {
                        failed(failure.reason());
                        pause = patience(failure, failures++);
                    }
                }
            } catch (IOException | AnnounceException e) {
                failed(e.getMessage() == null ? e.toString() : e.getMessage());
                Duration most = backOff(LEAST_BACK_OFF, failures++, MOST_BACK_OFF);
                pause = new Pause(most, most);
            }
            first.countDown();
            sleep(topic, pause, version, wanted, started && !saidComplete && failures == 0);
        }
        if (started) leave(topic);
    }

    /** Sleeps as long as {@code pause} says, less when the topic completes or wants peers, not at all when closed. */
    private static void sleep(Topic topic, Pause pause, long version, long wanted, boolean mayComplete) {
        long from = System.nanoTime();
        long seen = version;
        while (true) {
            boolean hurry = topic.wanted() != wanted;
            Duration left = (hurry ? pause.least() : pause.most()).minusNanos(System.nanoTime() - from);
            if (left.isNegative() || left.isZero() || (mayComplete && topic.isComplete())) return;
            if (!topic.pause(left, seen)) return;
            seen = topic.version();
        }
    }

    private void leave(Topic topic) {
        try {
            ask(topic, AnnounceEvent.STOPPED, LEAVE_DEADLINE);
        } catch (IOException | AnnounceException e) {
            failed("could not take leave");
        }
    }

    private TrackerReply ask(Topic topic, AnnounceEvent event, Duration deadline)
            throws IOException, AnnounceException {
        var request = new AnnounceRequest(
                topic.infoHash(),
                topic.peerId(),
                topic.port(),
                Math.max(0, topic.figures().uploaded().getAsLong()),
                Math.max(0, topic.figures().downloaded().getAsLong()),
                Math.max(0, topic.figures().left().getAsLong()),
                event,
                event == AnnounceEvent.STOPPED ? 0 : AnnounceRequest.ANY_NUMBER,
                key);
        URI uri = AnnounceUrl.with(announce, AnnounceQuery.write(request));
        var http = new PlainHttp(deadline, AnnounceLimits.REPLY_BYTES);
        HttpAnswer answer = (AnnounceUrl.looksLikeOne(announce) ? http : http.outsideOnly()).get(uri);
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

    private void failed(String reason) {
        health = new TrackerHealth(
                Optional.of(ReplyReader.clean(reason)), Optional.empty(), health.seeders(), health.leechers());
    }

    private Pause pause(AnnounceReply reply) {
        Duration least = reply.minInterval().isZero() ? UNASKED_MIN_INTERVAL : reply.minInterval();
        return new Pause(jittered(reply.interval()), least.compareTo(reply.interval()) < 0 ? least : reply.interval());
    }

    private Pause patience(AnnounceFailure failure, int failures) {
        Duration most = failure.never()
                ? NEVER
                : failure.retryIn().orElseGet(() -> backOff(REFUSED_BACK_OFF, failures, AnnounceLimits.MOST_INTERVAL));
        return new Pause(most, most);
    }

    private Duration backOff(Duration first, int failures, Duration most) {
        long millis = first.toMillis() << Math.min(failures, 16);
        return jittered(Duration.ofMillis(Math.min(millis, most.toMillis())));
    }

    /** Nine to ten tenths of {@code duration}, so that those who began together do not stay together. */
    private Duration jittered(Duration duration) {
        return Duration.ofMillis((long) (duration.toMillis() * (0.9 + 0.1 * random.nextDouble())));
    }
}
