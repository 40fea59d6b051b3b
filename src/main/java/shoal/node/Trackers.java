package shoal.node;

import static shoal.bytes.Printable.quoted;

import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import shoal.discovery.HttpTracker;

/** Which trackers are asked about a share, and how their URLs are read. */
public final class Trackers {
    /** The one that is asked when nobody names another. */
    public static final URI USUAL = URI.create("http://127.0.0.1:6969/announce");

    private static final System.Logger LOG = System.getLogger(Trackers.class.getName());

    private Trackers() {}

    /**
     * The URL of a tracker that the user named.
     *
     * @throws Refusal if nobody could be asked by it
     */
    public static URI parse(String text) throws Refusal {
        try {
            URI uri = new URI(text);
            return new HttpTracker(uri, RandomGenerator.getDefault()).url();
        } catch (URISyntaxException e) {
            throw new Refusal(Refusal.Kind.USAGE, "the tracker " + quoted(text) + " is no URL: " + e.getReason(), e);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Refusal.Kind.USAGE, e.getMessage() + ", and " + USUAL + " is what one looks like", e);
        }
    }

    /**
     * The trackers of a share: those that the user named and those of its manifest or link. A private share is
     * announced nowhere but to its own (BEP 27), as long as it has some.
     */
    static List<HttpTracker> of(List<URI> named, List<String> own, boolean isPrivate, RandomGenerator random) {
        Map<String, HttpTracker> trackers = new LinkedHashMap<>();
        if (!isPrivate || own.isEmpty()) named.forEach(uri -> add(trackers, uri.toString(), random));
        own.forEach(uri -> add(trackers, uri, random));
        return List.copyOf(trackers.values());
    }

    /** Those of a manifest's or link's trackers that can be asked by us. */
    static List<URI> readable(List<String> urls) {
        Map<String, HttpTracker> trackers = new LinkedHashMap<>();
        urls.forEach(url -> add(trackers, url, RandomGenerator.getDefault()));
        return trackers.values().stream().map(HttpTracker::url).toList();
    }

    private static void add(Map<String, HttpTracker> trackers, String url, RandomGenerator random) {
        if (trackers.containsKey(url)) return;
        try {
            trackers.put(url, new HttpTracker(new URI(url), random));
        } catch (URISyntaxException | IllegalArgumentException e) {
            // others may speak what we do not, as udp; anyone can write anything there
            LOG.log(Level.DEBUG, "a tracker is left out: " + e.getMessage());
        }
    }
}
