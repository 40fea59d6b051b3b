package shoal.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import shoal.bytes.Printable;
import shoal.node.Refusal;
import shoal.storage.Library;
import shoal.storage.Progress;
import shoal.storage.Store;

/** {@code shoal rm}. */
final class RmCommand implements Callable<Integer> {
    private final Main main;

    final Syntax syntax = new Syntax(this, "rm", "forget")
            .says("Forgets a share that was shared or fetched here; its files stay. With --delete they are deleted,"
                + " too, each named: those that are as they were, and parts. What was changed since, and what lies"
                + " beside them, stays.")
            .ends(
                "",
                "Examples:",
                "  shoal rm holiday.mkv",
                "  shoal rm 71838f0c281fdad45cae8f42712515d227ef2dfd358d5cfe31bc2c71e9408b78 --delete",
                "",
                "Exit codes: 0 done, 2 several have this name, 3 not known here,"
                        + " 11 a process works on it, 17 disk error.");

    private final Setting<Boolean> delete = syntax.flag(1, "--delete")
            .says("Delete its files, too.");

    private final Setting<String> what = syntax.word(String.class, "WHAT")
            .says("The hash of a share (its first 8 digits or more), or its name.");

    RmCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws Exception {
        Terminal terminal = main.terminal();
        try (Store store = Store.open(main.places().state())) {
            var library = new Library(store, new Progress());
            Library.Known share = one(library.shares());
            List<Path> files = delete.value() ? library.deletable(share) : List.of();
            for (Path file : files) {
                terminal.result("deleting " + Printable.of(file.toString()));
            }
            if (files.isEmpty()) library.forget(share);
            else library.delete(share, files);
            terminal.result("forgot " + share.manifest().infoHash() + " " + Printable.of(share.manifest().name()));
            var json = new LinkedHashMap<String, Object>();
            json.put("event", "forgot");
            json.put("hash", share.manifest().infoHash().hex());
            json.put("name", share.manifest().name());
            json.put("deleted", files.stream().map(Path::toString).toList());
            terminal.json(json);
        }
        return Exit.OK.code;
    }

    private Library.Known one(List<Library.Known> shares) throws Refusal {
        String meaning = what.value();
        List<Library.Known> meant = shares.stream()
                .filter(share -> share.manifest().name().equals(meaning)
                        || (meaning.length() >= 8 && share.manifest().infoHash().hex().startsWith(meaning)))
                .toList();
        if (meant.size() == 1) return meant.getFirst();
        if (meant.isEmpty()) {
            throw new Refusal(Refusal.Kind.NOT_FOUND,
                    Printable.quoted(meaning) + " was never shared or fetched here: shoal ls lists what was");
        }
        throw new Refusal(Refusal.Kind.USAGE, Printable.quoted(meaning) + " may be "
                + String.join(" or ", meant.stream().map(share -> share.manifest().infoHash().hex()).toList()));
    }
}
