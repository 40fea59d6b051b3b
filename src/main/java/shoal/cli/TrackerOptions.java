package shoal.cli;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import shoal.node.Refusal;
import shoal.node.Trackers;

/** Which trackers are asked. */
final class TrackerOptions {
    @Option(
            names = {"-t", "--tracker", "-a", "--announce"},
            paramLabel = "URL",
            split = " ",
            order = 10,
            description = "A tracker, as http://host:6969/announce or udp://host:6969/announce; may be repeated."
                    + " Usually http://127.0.0.1:6969/announce.")
    private List<String> urls = new ArrayList<>();

    /** Those that the user named. */
    List<URI> named() throws Refusal {
        var trackers = new ArrayList<URI>();
        for (String url : urls) trackers.add(Trackers.parse(url.strip()));
        return trackers;
    }

    /** Those that the user named, or the usual one. */
    List<URI> asked() throws Refusal {
        List<URI> named = named();
        return named.isEmpty() ? List.of(Trackers.USUAL) : named;
    }
}
