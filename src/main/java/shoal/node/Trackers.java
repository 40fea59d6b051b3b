package shoal.node;

import static shoal.bytes.Printable.quoted;

import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import shoal.discovery.HttpTracker;
import shoal.discovery.PeerSource;
import shoal.discovery.TrackerSource;
import shoal.discovery.TrackerTiers;

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
            return TrackerSource.of(uri, RandomGenerator.getDefault()).url();
        } catch (URISyntaxException e) {
            throw new Refusal(Refusal.Kind.USAGE, "the tracker " + quoted(text) + " is no URL: " + e.getReason(), e);
        } catch (IllegalArgumentException e) {
            throw new Refusal(Refusal.Kind.USAGE, e.getMessage() + ", and " + USUAL + " is what one looks like", e);
        }
    }

    /**
     * The trackers of a share.
     *
     * @param all each of them
     * @param sources the same as sources of peers
     */
    record Chosen(List<TrackerSource> all, List<PeerSource> sources) {
        /** Copies the lists. */
        Chosen {
            all = List.copyOf(all);
            sources = List.copyOf(sources);
        }

        static Chosen only(TrackerSource tracker) {
            return new Chosen(List.of(tracker), List.of(tracker));
        }
    }

    /**
     * The trackers of a share: those that the user named, all of which are announced to, and those of its manifest or
     * link, of which one is (BEP 12). A private share is announced nowhere but to its own (BEP 27), as long as it has
     * some.
     *
     * @param own tiers, the best first
     */
    static Chosen of(List<URI> named, List<List<String>> own, boolean isPrivate, RandomGenerator random) {
        Map<String, TrackerSource> known = new LinkedHashMap<>();
        boolean ownOnly = isPrivate && own.stream().anyMatch(tier -> !tier.isEmpty());
        if (!ownOnly) named.forEach(uri -> add(known, uri.toString(), random));
        var sources = new ArrayList<PeerSource>(known.values());
        List<List<TrackerSource>> tiers = new ArrayList<>();
        for (List<String> urls : own) {
            Map<String, TrackerSource> tier = new LinkedHashMap<>();
            urls.stream().filter(url -> !known.containsKey(url)).forEach(url -> add(tier, url, random));
            if (!tier.isEmpty()) tiers.add(List.copyOf(tier.values()));
            known.putAll(tier);
        }
        if (!tiers.isEmpty()) sources.add(new TrackerTiers(tiers, random));
        return new Chosen(List.copyOf(known.values()), sources);
    }

    /**
     * The same for who seeks peers of {@code found}: the usual one if nobody can name any, unless the share is private.
     *
     * @param knowsSome whether the user named peers
     */
    static Chosen toFetch(
            Found found, List<URI> named, boolean knowsSome, boolean isPrivate, RandomGenerator random) {
        Chosen chosen = of(named, found.trackers(), isPrivate, random);
        boolean alone = chosen.all.isEmpty() && !knowsSome && found.peers().isEmpty() && !isPrivate;
        return alone ? Chosen.only(TrackerSource.of(USUAL, random)) : chosen;
    }

    /** Those of a manifest's or link's trackers that may have a catalogue: a stranger over UDP has none. */
    static List<URI> readable(List<String> urls) {
        Map<String, TrackerSource> trackers = new LinkedHashMap<>();
        urls.forEach(url -> add(trackers, url, RandomGenerator.getDefault()));
        return trackers.values().stream()
                .filter(HttpTracker.class::isInstance)
                .map(TrackerSource::url)
                .toList();
    }

    private static void add(Map<String, TrackerSource> trackers, String url, RandomGenerator random) {
        if (trackers.containsKey(url)) return;
        try {
            trackers.put(url, TrackerSource.of(new URI(url), random));
        } catch (URISyntaxException | IllegalArgumentException e) {
            // others may speak what we do not, as wss; anyone can write anything there
            LOG.log(Level.DEBUG, "a tracker is left out: " + e.getMessage());
        }
    }
}
