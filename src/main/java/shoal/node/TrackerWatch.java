package shoal.node;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import shoal.discovery.TrackerSource;

/** Tells of a tracker's trouble once, and once when it is over. One thread. */
public final class TrackerWatch {
    private final List<TrackerSource> trackers;
    private final Set<TrackerSource> troubled = new HashSet<>();
    private final Set<String> warned = new HashSet<>();

    /** Watches these. */
    public TrackerWatch(List<TrackerSource> trackers) {
        this.trackers = List.copyOf(trackers);
    }

    /** Waits until each of them has answered once or failed, but no longer than {@code time}. */
    public void awaitFirst(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        try {
            for (TrackerSource tracker : trackers) {
                tracker.awaitFirst(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody is interrupted here", e);
        }
    }

    /** Its trouble is known to the user already. */
    void told(URI url) {
        trackers.stream().filter(tracker -> tracker.url().equals(url)).forEach(troubled::add);
    }

    /** What is new since the last call, a line each. */
    public List<String> news() {
        var news = new ArrayList<String>();
        for (TrackerSource tracker : trackers) {
            var health = tracker.health();
            boolean ill = health.trouble().isPresent();
            if (ill && troubled.add(tracker)) news.add(tracker.describe() + "; it is tried again");
            if (!ill && troubled.remove(tracker)) news.add("tracker " + tracker.url() + " answers again");
            health.warning().filter(warned::add).ifPresent(text -> news.add("tracker " + tracker.url() + ": " + text));
        }
        return news;
    }
}
