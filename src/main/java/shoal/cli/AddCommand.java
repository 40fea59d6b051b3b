package shoal.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import shoal.bytes.Sizes;
import shoal.storage.Library;
import shoal.storage.Progress;
import shoal.storage.Scan;
import shoal.storage.Store;

/** {@code shoal add}. */
final class AddCommand implements Callable<Integer> {
    private final Main main;

    final Syntax syntax = new Syntax(this, "add")
            .says("Learns what lies on this disk, without sharing it: a fetch of a file that is here already, under"
                + " whatever name, then takes it from here. What has not changed since is not read again.")
            .ends(
                "",
                "Examples:",
                "  shoal add ~/Pictures /mnt/backup",
                "",
                "Exit codes: 0 all is known now, 17 something cannot be read.");

    private final Setting<List<Path>> paths = syntax.words(1, Path.class, "PATH")
            .says("Files and folders.");

    AddCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws Exception {
        Terminal terminal = main.terminal();
        try (var lifetime = new Lifetime(terminal)) {
            Store store = lifetime.keep(Store.open(main.places().state()));
            var progress = new Progress();
            lifetime.keep(progress::stop);
            int files = 0;
            long length = 0;
            // one by one, for two folders may bear the same name
            for (Path path : paths.value()) {
                Scan scan = Scan.of(List.of(path));
                scan.skipped().forEach(terminal::warn);
                HashTicker.during(terminal, "adding", progress, () -> {
                    new Library(store, progress).add(scan);
                    return true;
                });
                files += scan.files().size();
                length += scan.length();
            }
            terminal.result(files + (files == 1 ? " file, " : " files, ") + Sizes.format(length) + " known, "
                    + Sizes.format(progress.done()) + " of them read");
            var json = new LinkedHashMap<String, Object>();
            json.put("event", "added");
            json.put("files", files);
            json.put("length", length);
            json.put("read", progress.done());
            terminal.json(json);
        }
        return Exit.OK.code;
    }
}
