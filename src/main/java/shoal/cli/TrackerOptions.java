package shoal.cli;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import shoal.node.Refusal;
import shoal.node.Trackers;

/** Which trackers are asked. */
final class TrackerOptions {
    private final Setting<List<String>> urls;

    TrackerOptions(Syntax syntax) {
        urls = syntax.list(10, "URL", "-t", "--tracker", "-a", "--announce")
                .says("A tracker, as http://host:6969/announce or udp://host:6969/announce; may be repeated."
                        + " Usually http://127.0.0.1:6969/announce.");
    }

    /** Those that the user named. */
    List<URI> named() throws Refusal {
        var trackers = new ArrayList<URI>();
        for (String url : urls.value()) trackers.add(Trackers.parse(url.strip()));
        return trackers;
    }

    /** Those that the user named, or the usual one. */
    List<URI> asked() throws Refusal {
        List<URI> named = named();
        return named.isEmpty() ? List.of(Trackers.USUAL) : named;
    }
}
