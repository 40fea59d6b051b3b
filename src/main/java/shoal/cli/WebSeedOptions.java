package shoal.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import shoal.node.Refusal;
import shoal.node.WebSeeds;

/** Web servers that hold the same files (BEP 19). */
final class WebSeedOptions {
    @Option(
            names = {"-w", "--web-seed"},
            paramLabel = "URL",
            split = " ",
            order = 14,
            description = "A web server that has the files, too; may be repeated. For one file its URL, or one that"
                    + " ends with a slash and holds it by its name; else what holds the folder by its name.")
    private List<String> urls = new ArrayList<>();

    List<String> urls() throws Refusal {
        var all = new ArrayList<String>();
        for (String url : urls) all.add(WebSeeds.parse(url.strip()));
        return all;
    }
}
