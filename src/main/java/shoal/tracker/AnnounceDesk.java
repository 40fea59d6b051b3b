package shoal.tracker;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;
import shoal.announce.AnnounceFailure;
import shoal.announce.AnnounceRequest;
import shoal.announce.ScrapeReply;
import shoal.announce.TrackerReply;
import shoal.bytes.InfoHash;

/**
 * What becomes of announces and scrapes, whichever way they came: whether they are let in at all, what the table of
 * swarms says to them, and what is counted. Any thread.
 */
final class AnnounceDesk {
    private static final String LAST = "/announce";
    private static final Duration LATER = Duration.ofMinutes(1);
    private static final Duration MUCH_LATER = Duration.ofHours(1);

    private final SwarmTable swarms;
    private final Predicate<InfoHash> isHidden;
    private final AccessLists access;
    private final AnnounceRate rate;
    private final TrackerCounts counts;

    /** What a scrape comes to. */
    sealed interface Scraped {}

    /** The figures. */
    record Told(ScrapeReply reply) implements Scraped {}

    /** None, and why. */
    record Refused(AnnounceFailure failure) implements Scraped {}

    /** @param isHidden whether a hash is of a private share, about which a scrape says nothing */
    AnnounceDesk(
            SwarmTable swarms,
            Predicate<InfoHash> isHidden,
            AccessLists access,
            AnnounceRate rate,
            TrackerCounts counts) {
        this.swarms = swarms;
        this.isHidden = isHidden;
        this.access = access;
        this.rate = rate;
        this.counts = counts;
    }

    /** An announce of a peer at {@code from} to the path {@code path} of our URL. */
    TrackerReply announce(AnnounceRequest request, InetAddress from, PeerForm form, String path) {
        long begun = System.nanoTime();
        Optional<AnnounceFailure> refusal = refusal(from, key(path)).or(() -> refusal(request.infoHash()));
        TrackerReply reply =
                refusal.isPresent() ? refusal.get() : swarms.announce(request, from, form);
        counts.served(TrackerCounts.Type.ANNOUNCE, form.isPacket(), from, reply instanceof AnnounceFailure);
        counts.took(System.nanoTime() - begun);
        return reply;
    }

    /** A scrape with the key {@code key}, which is empty if it has none. */
    Scraped scrape(Collection<InfoHash> hashes, InetAddress from, String key, boolean isPacket) {
        Optional<AnnounceFailure> refusal = refusal(from, key);
        counts.served(TrackerCounts.Type.SCRAPE, isPacket, from, refusal.isPresent());
        if (refusal.isPresent()) return new Refused(refusal.get());
        return new Told(swarms.scrape(hashes.stream()
                .filter(hash -> !isHidden.test(hash) && access.isWelcome(hash))
                .toList()));
    }

    /** Somebody was given a connection id. */
    void connected(InetAddress from) {
        counts.served(TrackerCounts.Type.CONNECT, true, from, false);
    }

    /** A packet was none that we answer. */
    void dropped() {
        counts.dropped();
    }

    private Optional<AnnounceFailure> refusal(InetAddress from, String key) {
        if (!rate.take(from)) {
            return Optional.of(AnnounceFailure.retry("too many announces come from your address", LATER));
        }
        if (access.isKey(key)) return Optional.empty();
        String reason = key.isEmpty()
                ? "this tracker is private: announce to its URL with your key in it, /KEY/announce"
                : "your key is not, or no longer, one of this tracker's";
        return Optional.of(AnnounceFailure.retry(reason, MUCH_LATER));
    }

    private Optional<AnnounceFailure> refusal(InfoHash hash) {
        if (access.isWelcome(hash)) return Optional.empty();
        return Optional.of(AnnounceFailure.retry("this tracker does not serve that hash", MUCH_LATER));
    }

    /** What stands before the last part of {@code /KEY/announce}, with or without a query; else empty. */
    static String key(String path) {
        int query = path.indexOf('?');
        String bare = query < 0 ? path : path.substring(0, query);
        boolean keyed = bare.endsWith(LAST) && bare.length() > LAST.length();
        String key = keyed ? bare.substring(1, bare.length() - LAST.length()) : "";
        return key.indexOf('/') >= 0 ? "" : key;
    }
}
