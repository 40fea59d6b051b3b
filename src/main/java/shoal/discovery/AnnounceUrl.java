package shoal.discovery;

import java.net.URI;
import java.util.Locale;
import shoal.announce.AnnounceQuery;

/** The URL of a tracker, which may come from a manifest or a link that anyone made. */
final class AnnounceUrl {
    private AnnounceUrl() {}

    /** @throws IllegalArgumentException if nobody could announce to {@code uri}; the message says why */
    static void check(URI uri) {
        String scheme = scheme(uri);
        if (!scheme.equals("http") && !scheme.equals("https") && !scheme.equals("udp")) {
            throw new IllegalArgumentException("not an http or udp tracker: " + uri);
        }
        if (isUdp(uri) && (uri.getPort() < 1 || uri.getPort() > 65535)) {
            throw new IllegalArgumentException("a udp tracker without a port: " + uri);
        }
        if (uri.getHost() == null) throw new IllegalArgumentException("a tracker without a host: " + uri);
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String field : query.split("&", -1)) {
            // a URL that brings its own fields would make our announce say what its writer wants
            String key = field.split("=", 2)[0].toLowerCase(Locale.ROOT);
            if (AnnounceQuery.KEYS.contains(key)) {
                throw new IllegalArgumentException("a tracker URL that sets " + key + " itself: " + uri);
            }
        }
    }

    private static String scheme(URI uri) {
        return uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    }

    /** Whether it is asked over UDP. */
    static boolean isUdp(URI uri) {
        return scheme(uri).equals("udp");
    }

    /**
     * Whether {@code tracker} has the path of one. One that has not could be anything, and if it is on this machine or
     * network, a manifest made by a stranger must not make us talk to it (libtorrent refuses the same).
     */
    static boolean looksLikeOne(URI tracker) {
        String path = tracker.getRawPath() == null ? "" : tracker.getRawPath();
        return path.startsWith("announce", path.lastIndexOf('/') + 1);
    }

    /** {@code tracker} with {@code query} behind its own. */
    static URI with(URI tracker, String query) {
        String text = tracker.toString();
        if (tracker.getRawFragment() != null) text = text.substring(0, text.indexOf('#'));
        return URI.create(text + (tracker.getRawQuery() == null ? "?" : "&") + query);
    }
}
