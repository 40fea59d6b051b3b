package shoal.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shoal.bytes.Sizes;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.node.Found;
import shoal.node.Refusal;
import shoal.node.Resolver;
import shoal.node.Verifying;
import shoal.node.What;
import shoal.storage.FileCheck;
import shoal.storage.Progress;
import shoal.storage.Store;

/** {@code shoal verify}. */
@Command(
        name = "verify",
        aliases = "check",
        exitCodeOnExecutionException = 2,
        description = "Reads local files again and holds them against a manifest. Names each file that is bad, with the"
                + " bytes that are: to the block of 16 KiB where they were shared or fetched here, else to the piece.",
        footer = {
            "",
            "Examples:",
            "  shoal verify holiday.torrent               where you shared it or fetched it to",
            "  shoal verify photos.torrent ~/Pictures     the folder photos in there, or that folder itself",
            "  shoal verify holiday.mkv /mnt/usb/holiday.mkv    by its name in the catalogue",
            "",
            "Exit codes, as those of sha256sum -c: 0 all is right (other files beside are named), 1 something is",
            "bad or missing, 2 it could not be checked."
        })
final class VerifyCommand implements Callable<Integer> {
    private static final int RANGES = 20;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private Main main;

    @Mixin
    private TrackerOptions trackers = new TrackerOptions();

    @Parameters(index = "0", paramLabel = "WHAT", description = PeersCommand.WHAT)
    @SuppressWarnings("NullAway.Init")
    private String what;

    @Parameters(index = "1", paramLabel = "PATH", arity = "0..1",
            description = "The file or folder, or the folder in which it is. Usually where it was shared or fetched"
                    + " to; the current folder if that was not here.")
    private @Nullable Path path;

    @Override
    public Integer call() throws Exception {
        try {
            return verify();
        } catch (ManifestException e) {
            // it was read, but its names cannot be used here: say whose they are
            throw new Refusal(Refusal.Kind.BAD_MANIFEST, what + ": " + e.getMessage(), e);
        }
    }

    private Integer verify() throws Exception {
        Terminal terminal = main.terminal();
        long begun = System.nanoTime();
        try (var lifetime = new Lifetime(terminal)) {
            Store store = lifetime.keep(Store.open(main.places().state()));
            Found found = new Resolver(trackers.named(), Resolver.Known.of(store), terminal::warn)
                    .resolve(What.parse(what));
            Manifest manifest = found.manifest().orElseThrow(() -> new Refusal(
                    Refusal.Kind.NOT_FOUND, "nobody has the manifest of " + found.name() + "; asked were "
                            + String.join(", ", found.asked())));
            var progress = new Progress();
            lifetime.keep(progress::stop);
            Verifying verified = HashTicker.during(terminal, "verifying", progress,
                    () -> verified(terminal, store, manifest, progress));
            return report(terminal, manifest, verified, (System.nanoTime() - begun) / 1e9).code;
        }
    }

    private Verifying verified(Terminal terminal, Store store, Manifest manifest, Progress progress) throws Exception {
        if (path != null) return Verifying.of(store, manifest, path, progress);
        Optional<Path> known = store.place(manifest.infoHash()).filter(Files::exists);
        if (known.isEmpty()) return Verifying.of(store, manifest, Path.of("."), progress);
        terminal.say("Looking at " + known.get());
        return Verifying.at(store, manifest, known.get(), progress);
    }

    private static Exit report(Terminal terminal, Manifest manifest, Verifying verified, double seconds) {
        int bad = 0;
        for (FileCheck check : verified.checks()) {
            boolean ok = check.state() == FileCheck.State.OK;
            if (!ok) bad++;
            if (!ok || terminal.volume() == Terminal.Volume.VERBOSE) print(terminal, manifest, check);
        }
        for (Path extra : verified.extras()) {
            terminal.result(extra + ": not in the manifest");
            terminal.json(Map.of("event", "file", "path", extra.toString(), "state", "extra"));
        }
        int files = verified.checks().size();
        terminal.result(bad == 0
                ? "OK " + files + (files == 1 ? " file, " : " files, ") + Sizes.format(manifest.length())
                : "FAILED " + bad + " of " + files + (files == 1 ? " file" : " files"));
        var json = new LinkedHashMap<String, Object>();
        json.put("event", "verified");
        json.put("ok", bad == 0);
        json.put("files", files);
        json.put("bad", bad);
        json.put("extra", verified.extras().size());
        json.put("length", manifest.length());
        json.put("seconds", Math.round(seconds * 1000) / 1000.0);
        terminal.json(json);
        return bad == 0 ? Exit.OK : Exit.OTHER;
    }

    private static void print(Terminal terminal, Manifest manifest, FileCheck check) {
        String name = manifest.files().get(check.file()).pathText();
        terminal.result(name + ": " + switch (check.state()) {
            case OK -> "OK";
            case MISSING -> "FAILED: it is missing";
            case WRONG_SIZE -> "FAILED: it has " + check.length() + " bytes, not "
                    + manifest.files().get(check.file()).length();
            case BAD -> "FAILED";
            case UNREADABLE -> "FAILED: it cannot be read: " + check.reason();
        });
        boolean some = check.state() == FileCheck.State.BAD || check.state() == FileCheck.State.WRONG_SIZE;
        List<FileCheck.Range> shown = some ? check.bad().stream().limit(RANGES).toList() : List.of();
        for (FileCheck.Range range : shown) {
            terminal.result("  bytes " + range.offset() + " to " + (range.offset() + range.length() - 1) + " are bad ("
                    + range.length() + " bytes)");
        }
        int more = some ? check.bad().size() - shown.size() : 0;
        if (more > 0) terminal.result("  and " + more + " more ranges: see --json");
        if (!terminal.isJson()) return;
        var json = new LinkedHashMap<String, Object>();
        json.put("event", "file");
        json.put("path", name);
        json.put("state", check.state().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        json.put("bad", check.bad().stream()
                .map(range -> Map.of("offset", range.offset(), "length", range.length()))
                .toList());
        terminal.json(json);
    }
}
