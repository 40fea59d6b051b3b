package shoal.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import shoal.bytes.Sizes;
import shoal.catalogue.CatalogueEntry;
import shoal.node.Catalogues;

/** {@code shoal search}. */
final class SearchCommand implements Callable<Integer> {
    private final Main main;

    final Syntax syntax = new Syntax(this, "search")
            .says("Lists the shares in the catalogues of trackers: all of them, or those whose names have every"
                + " word of QUERY, as a word or the start of one. Before the name is who signed it: the first 16"
                + " digits of the publisher's key.")
            .ends(
                "",
                "Examples:",
                "  shoal search                 everything",
                "  shoal search deb iso         names like debian-13.iso",
                "  shoal search -t http://tracker.example.org:6969/announce holiday",
                "",
                "Exit codes: 0 found, 3 nothing has these words, 6 no tracker could be asked.");

    private final TrackerOptions trackers = new TrackerOptions(syntax);

    private final Setting<Integer> limit = syntax.option(11, int.class, "N", "--limit")
            .usually("100")
            .says("List so many at most. Usually ${DEFAULT-VALUE}.");

    private final Setting<List<String>> words = syntax.words(0, String.class, "QUERY")
            .says("Words, or the starts of words.");

    SearchCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws Exception {
        Terminal terminal = main.terminal();
        String query = String.join(" ", words.value());
        Catalogues.Result found = new Catalogues(trackers.asked()).search(query, Math.max(1, limit.value()));
        found.troubles().forEach(terminal::warn);
        for (CatalogueEntry entry : found.entries()) {
            terminal.result(line(entry, Instant.now()));
            terminal.json(json(entry));
        }
        if (found.more()) terminal.say("There are more: ask for them with --limit, or say more words.");
        if (!found.entries().isEmpty()) return Exit.OK.code;
        terminal.say(query.isBlank() ? "The catalogue is empty." : "No name has all of these words.");
        return query.isBlank() ? Exit.OK.code : Exit.NOT_FOUND.code;
    }

    private static String line(CatalogueEntry entry, Instant now) {
        return String.format("%s  %10s  %6d %-5s  %3d %-7s  %8s  %-16s  %s",
                entry.infoHash(),
                Sizes.format(entry.length()),
                entry.files(),
                entry.files() == 1 ? "file" : "files",
                entry.holders(),
                entry.holders() == 1 ? "holder" : "holders",
                Times.rough(Duration.between(entry.added(), now)),
                entry.records().isEmpty() ? "-" : entry.publishers(),
                entry.name());
    }

    private static Map<String, Object> json(CatalogueEntry entry) {
        var json = new LinkedHashMap<String, Object>();
        json.put("name", entry.name().text());
        json.put("hash", entry.infoHash().hex());
        json.put("length", entry.length());
        json.put("files", entry.files());
        json.put("pieceLength", entry.pieceLength());
        json.put("seeders", entry.seeders());
        json.put("leechers", entry.leechers());
        json.put("added", entry.added().toString());
        json.put("publishers", entry.records().stream().map(record -> record.key().hex()).distinct().toList());
        return json;
    }
}
