package shoal.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import shoal.bytes.InfoHash;
import shoal.bytes.Sizes;
import shoal.manifest.Magnet;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.node.Found;
import shoal.node.Refusal;
import shoal.node.Resolver;
import shoal.node.What;

/** {@code shoal show}. */
final class ShowCommand implements Callable<Integer> {
    private final Main main;

    final Syntax syntax = new Syntax(this, "show", "info")
            .says("Prints all that a manifest says: names, hashes, sizes, the root of each file, trackers.")
            .ends(
                "",
                "Examples:",
                "  shoal show holiday.torrent",
                "  shoal show holiday.mkv            by its name in the catalogue",
                "  shoal show --json holiday.torrent | jq -r .root    the roots of its files",
                "",
                "The root of a file of at most 16 KiB is its plain SHA-256; that of a larger one is not.",
                "",
                "Exit codes: 0 printed, 3 not found, 26 not a manifest, 27 not a magnet link.");

    private final TrackerOptions trackers = new TrackerOptions(syntax);

    private final Setting<String> what = syntax.word(String.class, "MANIFEST")
            .says(PeersCommand.WHAT);

    ShowCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws Exception {
        Terminal terminal = main.terminal();
        var resolver = new Resolver(trackers.named(), Resolver.Known.NOTHING, terminal::warn);
        Found found = resolver.resolve(What.parse(what.value()));
        Manifest manifest = found.manifest().orElseThrow(() -> new Refusal(
                Refusal.Kind.NOT_FOUND, "no catalogue has the manifest of " + found.name() + "; asked were "
                        + String.join(", ", found.asked())));
        if (terminal.isJson()) json(terminal, manifest);
        else print(terminal, manifest);
        return Exit.OK.code;
    }

    private static void print(Terminal terminal, Manifest manifest) {
        line(terminal, "name", manifest.name());
        line(terminal, "hash", manifest.infoHash().hex());
        line(terminal, "short", manifest.shortHash().hex());
        manifest.v1Hash().ifPresent(hash -> line(terminal, "v1", hash.hex()));
        line(terminal, "length", manifest.length() + " bytes (" + Sizes.format(manifest.length()) + ")");
        line(terminal, "files", String.valueOf(manifest.files().size()));
        line(terminal, "pieces", manifest.pieceCount() + " of " + Sizes.format(manifest.pieceLength()));
        line(terminal, "layers", manifest.hasAllLayers() ? "all here" : "missing, to be had from peers");
        if (manifest.isPrivate()) line(terminal, "private", "peers only from its trackers");
        for (List<String> tier : manifest.trackers()) line(terminal, "tracker", String.join("  ", tier));
        for (String seed : manifest.webSeeds()) line(terminal, "web seed", seed);
        manifest.comment().ifPresent(comment -> line(terminal, "comment", comment.replaceAll("\\R", " ")));
        manifest.createdBy().ifPresent(program -> line(terminal, "made by", program));
        manifest.creationDate().ifPresent(date -> line(terminal, "made at", date.toString()));
        line(terminal, "magnet", Magnet.of(manifest, List.of()).format());
        Magnet.ofV1Part(manifest, List.of()).ifPresent(link -> line(terminal, "v1 magnet", link.format()));
        for (String link : manifest.symlinks()) line(terminal, "link", link + " (is not made here)");
        for (ManifestFile file : manifest.files()) line(terminal, "file", text(file));
    }

    private static String text(ManifestFile file) {
        return (file.root().isZero() ? "-".repeat(64) : file.root().hex())
                + String.format("  %12d  ", file.length()) + file.pathText() + (file.executable() ? " (program)" : "");
    }

    static void line(Terminal terminal, String key, String value) {
        terminal.result(String.format("%-9s ", key) + value);
    }

    private static void json(Terminal terminal, Manifest manifest) {
        var json = new LinkedHashMap<String, Object>();
        json.put("name", manifest.name());
        json.put("hash", manifest.infoHash().hex());
        json.put("shortHash", manifest.shortHash().hex());
        manifest.v1Hash().map(InfoHash::hex).ifPresent(hash -> json.put("v1Hash", hash));
        json.put("length", manifest.length());
        json.put("files", manifest.files().size());
        json.put("pieceLength", manifest.pieceLength());
        json.put("pieces", manifest.pieceCount());
        json.put("hasLayers", manifest.hasAllLayers());
        json.put("private", manifest.isPrivate());
        json.put("trackers", manifest.trackers());
        json.put("webSeeds", manifest.webSeeds());
        manifest.comment().ifPresent(comment -> json.put("comment", comment));
        manifest.createdBy().ifPresent(program -> json.put("createdBy", program));
        manifest.creationDate().ifPresent(date -> json.put("creationDate", date.toString()));
        json.put("magnet", Magnet.of(manifest, List.of()).format());
        Magnet.ofV1Part(manifest, List.of()).ifPresent(link -> json.put("v1Magnet", link.format()));
        json.put("symlinks", manifest.symlinks());
        terminal.json(json);
        for (ManifestFile file : manifest.files()) terminal.json(json(file));
    }

    static Map<String, Object> json(ManifestFile file) {
        var json = new LinkedHashMap<String, Object>();
        json.put("path", file.pathText());
        json.put("length", file.length());
        if (!file.root().isZero()) json.put("root", file.root().hex());
        json.put("executable", file.executable());
        return json;
    }
}
