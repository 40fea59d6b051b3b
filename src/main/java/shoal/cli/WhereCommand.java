package shoal.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import shoal.bytes.Hash;
import shoal.bytes.Printable;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.node.Refusal;
import shoal.node.What;
import shoal.storage.Library;
import shoal.storage.Progress;
import shoal.storage.Store;

/** {@code shoal where}. */
final class WhereCommand implements Callable<Integer> {
    private final Main main;

    final Syntax syntax = new Syntax(this, "where")
            .says("Names the paths on this disk at which a content lies, under whatever name: of one file by its"
                + " root, or of all files of a share that was shared or fetched here. A file that was touched since"
                + " is hashed again.")
            .ends(
                "",
                "Examples:",
                "  shoal where root:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "  shoal where 71838f0c281fdad45cae8f42712515d227ef2dfd358d5cfe31bc2c71e9408b78",
                "",
                "Exit codes: 0 there is one, 3 there is none, or the share is not known here.");

    private final Setting<String> hash = syntax.word(String.class, "HASH")
            .says("root:HEX, or the hash of a share: 64 digits.");

    WhereCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws Exception {
        Terminal terminal = main.terminal();
        String typed = hash.value();
        What what = What.parse(typed);
        try (Store store = Store.open(main.places().state())) {
            var library = new Library(store, new Progress());
            boolean any = switch (what) {
                case What.Root(Hash root, OptionalLong _) ->
                    print(terminal, root, new LinkedHashSet<>(library.where(root)));
                case What.Share(Hash share) -> print(terminal, library, store.manifest(share).orElseThrow(
                        () -> new Refusal(Refusal.Kind.NOT_FOUND, typed + " was never shared or fetched here")));
                default -> throw new Refusal(
                        Refusal.Kind.USAGE, Printable.quoted(typed) + " is neither root:HEX nor 64 digits");
            };
            if (!any) terminal.say("It is nowhere on this disk, as far as is known: shoal add PATH tells more.");
            return any ? Exit.OK.code : Exit.NOT_FOUND.code;
        }
    }

    private static boolean print(Terminal terminal, Library library, Manifest manifest) throws Exception {
        boolean any = false;
        Set<Hash> told = new LinkedHashSet<>();
        for (ManifestFile file : manifest.files()) {
            if (file.length() == 0 || !told.add(file.root())) continue;
            any |= print(terminal, file.root(), new LinkedHashSet<>(library.where(file.root(), file.length())));
        }
        return any;
    }

    private static boolean print(Terminal terminal, Hash root, Set<Path> paths) {
        for (Path path : paths) {
            terminal.result(Printable.of(path.toString()));
            var json = new LinkedHashMap<String, Object>();
            json.put("root", root.hex());
            json.put("path", path.toString());
            terminal.json(json);
        }
        return !paths.isEmpty();
    }
}
