package shoal.discovery;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import shoal.announce.AnnounceException;
import shoal.announce.AnnounceReply;
import shoal.announce.AnnounceRequest;
import shoal.announce.ReplyReader;
import shoal.announce.TrackerReply;
import shoal.bytes.Endpoint;
import shoal.bytes.Nearness;

/**
 * One tracker, however it is asked. As a source it is announced to alone; several make {@link TrackerTiers}. Only the
 * one thread that runs it asks; {@link #health} may be read by any.
 */
public abstract sealed class TrackerSource implements PeerSource permits HttpTracker, UdpTracker {
    private static final Duration LOOKUP = Duration.ofSeconds(3);

    private final URI announce;
    private final RandomGenerator random;
    private final int key;
    private final CountDownLatch first = new CountDownLatch(1);
    private volatile TrackerHealth health = TrackerHealth.UNKNOWN;

    TrackerSource(URI announce, RandomGenerator random) {
        this.announce = announce;
        this.random = random;
        this.key = random.nextInt();
    }

    /**
     * The tracker at {@code announce}, an http, https or udp URL.
     *
     * @throws IllegalArgumentException if the URL is of another kind or sets what only an announce may set
     */
    public static TrackerSource of(URI announce, RandomGenerator random) {
        return AnnounceUrl.isUdp(announce) ? new UdpTracker(announce, random) : new HttpTracker(announce, random);
    }

    /** Where it is asked. */
    public final URI url() {
        return announce;
    }

    /** How the tracker last answered. */
    public final TrackerHealth health() {
        return health;
    }

    /** Waits until it is known how the tracker answers, or that others are asked first, but only for {@code time}. */
    public final boolean awaitFirst(Duration time) throws InterruptedException {
        return first.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public final String describe() {
        return "tracker " + announce + health.trouble().map(trouble -> " (" + trouble + ")").orElse("");
    }

    @Override
    public final Optional<PeerSource> another() {
        return Optional.of(of(announce, random));
    }

    @Override
    public final void run(Topic topic, Consumer<List<Endpoint>> found) {
        new TrackerTiers(List.of(List.of(this)), random).run(topic, found);
    }

    /** Sends one announce and reads its answer. */
    abstract TrackerReply ask(AnnounceRequest request, Duration deadline) throws IOException, AnnounceException;

    /** How long the tracker is waited for when {@code failures} announces in a row have failed. */
    abstract Duration patience(int failures);

    /** At which port those reach us to whom the tracker names us: it sees us as they do. */
    final int portToTell(Topic topic) {
        int outside = topic.outsidePort();
        // seldom: a router that gave us another port than ours
        return outside == topic.port() || !isNear() ? outside : topic.port();
    }

    /** Or sees us by an IPv6 address, which is ours and not the router's. */
    private boolean isNear() {
        try {
            return announce.getHost() != null && Lookup.resolve(announce.getHost(), LOOKUP).stream()
                    .allMatch(address ->
                    address instanceof Inet6Address || Nearness.of(address) != Nearness.WORLD);
        } catch (IOException e) {
            return false;
        }
    }

    /** Proves to this tracker that we are who we were, whatever our address. */
    final int key() {
        return key;
    }

    final void answered(AnnounceReply reply) {
        health = new TrackerHealth(Optional.empty(), reply.warning(), reply.seeders(), reply.leechers());
    }

    final void failed(String reason) {
        health = new TrackerHealth(
                Optional.of(ReplyReader.clean(reason)), Optional.empty(), health.seeders(), health.leechers());
    }

    /** Its turn was, or is not for now. */
    final void hadItsTurn() {
        first.countDown();
    }
}
