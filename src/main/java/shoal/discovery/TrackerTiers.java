package shoal.discovery;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import shoal.announce.AnnounceEvent;
import shoal.announce.AnnounceException;
import shoal.announce.AnnounceFailure;
import shoal.announce.AnnounceLimits;
import shoal.announce.AnnounceReply;
import shoal.announce.AnnounceRequest;
import shoal.announce.TrackerReply;
import shoal.bytes.Endpoint;

/**
 * Trackers of which one is announced to (BEP 12): the first of the first tier that answers, which then stands in front
 * of its tier, whose order is otherwise one of chance; a tier's turn comes when those before it have failed. Announces
 * a topic as "started", again after each interval, at once when it is complete or wants peers, and as "stopped" where
 * it was started when it is closed.
 *
 * <p>Who does not answer is left alone for a second, then ever longer up to {@link #MOST_BACK_OFF}, so that one that
 * was only restarted is found quickly; while there are others behind it, it is waited for only {@link #HASTE}.
 *
 * <p>{@link #run} belongs to one virtual thread.
 */
public final class TrackerTiers implements PeerSource {
    /** The time that taking leave may hold up the end. */
    public static final Duration LEAVE_DEADLINE = Duration.ofSeconds(2);

    /** The longest pause after a failure of the network. */
    public static final Duration MOST_BACK_OFF = Duration.ofSeconds(60);

    /** How long one that others can stand in for is waited for. */
    static final Duration HASTE = Duration.ofSeconds(4);

    private static final Duration LEAST_BACK_OFF = Duration.ofSeconds(1);
    private static final Duration REFUSED_BACK_OFF = Duration.ofSeconds(30);
    private static final Duration UNASKED_MIN_INTERVAL = Duration.ofSeconds(30);
    private static final Duration NEVER = Duration.ofDays(365);

    private final List<List<Member>> tiers = new ArrayList<>();
    private final RandomGenerator random;

    /** A tracker and how we stand with it. */
    private static final class Member {
        final TrackerSource tracker;
        boolean started;
        boolean saidComplete;
        int failures;

        /** It is left alone until then, by the clock of {@code System.nanoTime}, if there were failures. */
        long restsUntil;

        Member(TrackerSource tracker) {
            this.tracker = tracker;
        }

        /** Nanoseconds that it is left alone from now on. */
        long rests() {
            return failures == 0 ? 0 : Math.max(0, restsUntil - System.nanoTime());
        }
    }

    /** When to announce next: at the latest, and at the soonest if peers are wanted. */
    private record Pause(Duration most, Duration least) {}

    /** These tiers, the best first; each is shuffled once. */
    public TrackerTiers(List<List<TrackerSource>> tiers, RandomGenerator random) {
        this.random = random;
        for (List<TrackerSource> tier : tiers) {
            var members = new ArrayList<Member>();
            for (TrackerSource tracker : tier) members.add(new Member(tracker));
            Collections.shuffle(members, Random.from(random));
            if (!members.isEmpty()) this.tiers.add(members);
        }
    }

    @Override
    public Optional<PeerSource> another() {
        List<List<TrackerSource>> same = tiers.stream()
                .map(tier -> tier.stream().map(member -> TrackerSource.of(member.tracker.url(), random)).toList())
                .toList();
        return Optional.of(new TrackerTiers(same, random));
    }

    @Override
    public String describe() {
        return String.join(", else ", members().stream().map(member -> member.tracker.describe()).toList());
    }

    /** Each of them, the best tier first. */
    public List<TrackerSource> trackers() {
        return members().stream().map(member -> member.tracker).toList();
    }

    private List<Member> members() {
        return tiers.stream().flatMap(List::stream).toList();
    }

    @Override
    public void run(Topic topic, Consumer<List<Endpoint>> found) {
        boolean wasComplete = topic.isComplete() || topic.figures().left().getAsLong() == 0;
        for (Member member : members()) member.saidComplete = wasComplete;
        while (!topic.isClosed()) {
            long version = topic.version();
            long wanted = topic.wanted();
            Optional<Round> round = round(topic, found);
            for (Member member : members()) member.tracker.hadItsTurn();
            boolean mayComplete = round.isPresent() && !round.get().member().saidComplete;
            sleep(topic, round.map(Round::pause).orElseGet(this::rest), version, wanted, mayComplete);
        }
        leave(topic);
    }

    /** Who answered an announce, and until when nobody is asked again. */
    private record Round(Member member, Pause pause) {}

    /** Announces to the first that answers; nothing if nobody does. */
    private Optional<Round> round(Topic topic, Consumer<List<Endpoint>> found) {
        for (List<Member> tier : tiers) {
            for (Member member : List.copyOf(tier)) {
                if (topic.isClosed()) return Optional.empty();
                if (member.rests() > 0) continue;
                Optional<AnnounceReply> reply = announce(topic, member);
                if (reply.isEmpty()) continue;
                tier.remove(member);
                tier.addFirst(member);
                if (!reply.get().peers().isEmpty()) found.accept(reply.get().peers().list());
                return Optional.of(new Round(member, pause(reply.get())));
            }
        }
        return Optional.empty();
    }

    private Optional<AnnounceReply> announce(Topic topic, Member member) {
        boolean completes = topic.isComplete() && !member.saidComplete;
        AnnounceEvent event = !member.started
                ? AnnounceEvent.STARTED
                : completes ? AnnounceEvent.COMPLETED : AnnounceEvent.NONE;
        try {
            TrackerReply reply = member.tracker.ask(request(topic, member, event), patience(member));
            switch (reply) {
                case AnnounceReply good -> {
                    member.tracker.answered(good);
                    member.started = true;
                    member.saidComplete |= event == AnnounceEvent.COMPLETED;
                    member.failures = 0;
                    return Optional.of(good);
                }
                case AnnounceFailure failure -> failed(member, failure.reason(), patience(failure, member.failures));
            }
        } catch (IOException | AnnounceException e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            failed(member, reason, backOff(LEAST_BACK_OFF, member.failures, MOST_BACK_OFF));
        }
        return Optional.empty();
    }

    private static void failed(Member member, String reason, Duration rest) {
        member.tracker.failed(reason);
        member.failures++;
        member.restsUntil = System.nanoTime() + rest.toNanos();
    }

    /** All its time for one that nobody stands in for; if nobody of all answers, each is heard out the second time. */
    private Duration patience(Member member) {
        Duration all = member.tracker.patience(member.failures);
        boolean othersGood = members().stream().anyMatch(other -> other.started && other.failures == 0);
        boolean othersLeft = members().stream().anyMatch(other -> other != member && other.rests() == 0);
        boolean hasty = othersLeft && (member.failures == 0 || othersGood);
        return hasty && HASTE.compareTo(all) < 0 ? HASTE : all;
    }

    private static AnnounceRequest request(Topic topic, Member member, AnnounceEvent event) {
        return new AnnounceRequest(
                topic.infoHash(),
                topic.peerId(),
                member.tracker.portToTell(topic),
                Math.max(0, topic.figures().uploaded().getAsLong()),
                Math.max(0, topic.figures().downloaded().getAsLong()),
                Math.max(0, topic.figures().left().getAsLong()),
                event,
                event == AnnounceEvent.STOPPED ? 0 : AnnounceRequest.ANY_NUMBER,
                member.tracker.key());
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

    /** Takes leave wherever we were let in; of those who answered last time first, for there is not much time. */
    private void leave(Topic topic) {
        long end = System.nanoTime() + LEAVE_DEADLINE.toNanos();
        List<Member> entered = members().stream()
                .filter(member -> member.started)
                .sorted(Comparator.comparingInt(member -> member.failures))
                .toList();
        for (Member member : entered) {
            var left = Duration.ofNanos(end - System.nanoTime());
            if (!left.isPositive()) return;
            try {
                member.tracker.ask(request(topic, member, AnnounceEvent.STOPPED), left);
            } catch (IOException | AnnounceException e) {
                member.tracker.failed("could not take leave");
            }
        }
    }

    /** Until the first of those who did not answer has rested. */
    private Pause rest() {
        long least = members().stream().mapToLong(Member::rests).min().orElse(NEVER.toNanos());
        var rest = Duration.ofNanos(Math.max(least, 1));
        return new Pause(rest, rest);
    }

    private Pause pause(AnnounceReply reply) {
        Duration least = reply.minInterval().isZero() ? UNASKED_MIN_INTERVAL : reply.minInterval();
        return new Pause(jittered(reply.interval()), least.compareTo(reply.interval()) < 0 ? least : reply.interval());
    }

    private Duration patience(AnnounceFailure failure, int failures) {
        return failure.never()
                ? NEVER
                : failure.retryIn().orElseGet(() -> backOff(REFUSED_BACK_OFF, failures, AnnounceLimits.MOST_INTERVAL));
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
