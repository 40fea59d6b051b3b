package shoal.cli;

import java.util.ArrayList;
import java.util.List;
import shoal.node.Refusal;
import shoal.node.WebSeeds;

/** Web servers that hold the same files (BEP 19). */
final class WebSeedOptions {
    private final Setting<List<String>> urls;

    WebSeedOptions(Syntax syntax) {
        urls = syntax.list(14, "URL", "-w", "--web-seed")
                .says("A web server that has the files, too; may be repeated. For one file its URL, or one that"
                        + " ends with a slash and holds it by its name; else what holds the folder by its name.");
    }

    List<String> urls() throws Refusal {
        var all = new ArrayList<String>();
        for (String url : urls.value()) all.add(WebSeeds.parse(url.strip()));
        return all;
    }
}
