package shoal.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.Callable;
import shoal.bytes.Printable;
import shoal.bytes.Sizes;
import shoal.storage.Library;
import shoal.storage.Progress;
import shoal.storage.Store;

/** {@code shoal ls}. */
final class LsCommand implements Callable<Integer> {
    private final Main main;

    final Syntax syntax = new Syntax(this, "ls", "list")
            .says("Lists the shares that were shared or fetched here, the newest first: hash, how much of it is"
                + " where it was (by size and time, nothing is read), length, path.")
            .ends(
                "",
                "Examples:",
                "  shoal ls",
                "  shoal ls --json",
                "",
                "Exit codes: 0, even if there is none.");

    LsCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws Exception {
        Terminal terminal = main.terminal();
        try (Store store = Store.open(main.places().state())) {
            for (Library.Known share : new Library(store, new Progress()).shares()) {
                String state = share.state().name().toLowerCase(Locale.ROOT);
                String path = share.path().map(Path::toString).orElse("");
                String where = share.path().map(Path::toString).orElse(share.manifest().name());
                terminal.result(String.format("%s  %-6s  %10s  %s", share.manifest().infoHash(), state,
                        Sizes.format(share.manifest().length()), Printable.of(where)));
                var json = new LinkedHashMap<String, Object>();
                json.put("hash", share.manifest().infoHash().hex());
                json.put("name", share.manifest().name());
                json.put("state", state);
                json.put("length", share.manifest().length());
                json.put("here", share.here());
                json.put("files", share.manifest().files().size());
                json.put("path", path);
                terminal.json(json);
            }
        }
        return Exit.OK.code;
    }
}
