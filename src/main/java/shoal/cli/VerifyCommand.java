package shoal.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import shoal.bytes.Bits;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.node.Found;
import shoal.node.Refusal;
import shoal.node.Repairing;
import shoal.node.Resolver;
import shoal.node.Selection;
import shoal.node.TrackerWatch;
import shoal.node.Verifying;
import shoal.node.What;
import shoal.storage.DiskFault;
import shoal.storage.Progress;
import shoal.storage.Store;
import shoal.swarm.SwarmReport;

/** {@code shoal verify}. */
final class VerifyCommand implements Callable<Integer> {
    private final Main main;

    final Syntax syntax = new Syntax(this, "verify", "check")
            .failsWith(2)
            .says("Reads local files again and holds them against a manifest. Names each file that is bad, with the"
                + " bytes that are: to the block of 16 KiB where they were shared or fetched here, else to the piece."
                + " With --repair, fetches the bad blocks and no others, and puts them in their place.")
            .ends(
                "",
                "Examples:",
                "  shoal verify holiday.torrent               where you shared it or fetched it to",
                "  shoal verify photos.torrent ~/Pictures     the folder photos in there, or that folder itself",
                "  shoal verify holiday.mkv /mnt/usb/holiday.mkv    by its name in the catalogue",
                "  shoal verify holiday.mkv --repair --peer 192.0.2.7:6881",
                "",
                "Exit codes, as those of sha256sum -c: 0 all is right, or is again (other files beside are named),",
                "1 something is bad or missing, 2 it could not be checked.");

    private final TrackerOptions trackers = new TrackerOptions(syntax);

    private final PeerOptions peers = new PeerOptions(syntax);

    private final Setting<Boolean> repair = syntax.flag(1, "--repair")
            .says("Fetch what is bad or missing, block by block, and put it in its place.");

    private final Setting<List<String>> select = syntax.list(2, "GLOB", "-s", "--select")
            .says("Look only at files whose path in the share matches, as of what fetch --select has fetched; may be"
                    + " repeated. Without a slash, whose name matches.");

    private final Setting<List<String>> peer = syntax.list(11, "HOST:PORT", "--peer")
            .says("To repair, ask this peer, too; may be repeated.");

    private final Setting<Integer> wait = syntax.option(13, int.class, "SECONDS", "--wait")
            .usually("30")
            .says("Give up repairing when nothing came for so long. Usually ${DEFAULT-VALUE}.");

    private final Setting<String> what = syntax.word(String.class, "WHAT")
            .says(PeersCommand.WHAT);

    private final Setting<Path> path = syntax.wordIfAny(Path.class, "PATH")
            .says("The file or folder, or the folder in which it is. Usually where it was shared or fetched"
                    + " to; the current folder if that was not here.");

    VerifyCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws Exception {
        try {
            return verify();
        } catch (ManifestException e) {
            // it was read, but its names cannot be used here: say whose they are
            throw new Refusal(Refusal.Kind.BAD_MANIFEST, what.value() + ": " + e.getMessage(), e);
        }
    }

    private Integer verify() throws Exception {
        Terminal terminal = main.terminal();
        long begun = System.nanoTime();
        try (var lifetime = new Lifetime(terminal)) {
            Store store = lifetime.keep(Store.open(main.places().state()));
            Found found = new Resolver(trackers.named(), Resolver.Known.of(store), terminal::warn)
                    .resolve(What.parse(what.value()));
            Manifest known = found.manifest().orElseThrow(() -> new Refusal(
                    Refusal.Kind.NOT_FOUND, "nobody has the manifest of " + found.name() + "; asked were "
                            + String.join(", ", found.asked())));
            Manifest manifest = known.hasAllLayers() ? known : known.withLayers(store.layers(known));
            Bits selected = found.selection().and(Selection.ofGlobs(select.value())).of(manifest);
            var progress = new Progress();
            lifetime.keep(progress::stop);
            Verifying verified = HashTicker.during(terminal, "verifying", progress,
                    () -> verified(terminal, store, manifest, selected, progress));
            var report = new VerifyReport(terminal, manifest, verified, begun);
            if (!repair.value() || verified.isRight()) return report.end(verified.checks(), List.of()).code;
            return repaired(lifetime, terminal, store, found, report).code;
        }
    }

    private Exit repaired(Lifetime lifetime, Terminal terminal, Store store, Found found, VerifyReport report)
            throws Exception {
        var random = new SplittableRandom();
        Repairing repairing = lifetime.keep(Repairing.of(report.manifest(), report.verified(), found, trackers.named(),
                peer.value(), Duration.ofSeconds(wait.value()), random));
        terminal.say("Repairing " + report.bad(report.verified().checks()));
        try (var ticker = new Ticker(terminal)) {
            repairing.begin(store, peers.settings(main.places()), random);
            var watch = new TrackerWatch(repairing.trackers());
            while (!repairing.await(Ticker.FRAME)) {
                watch.news().forEach(terminal::warn);
                SwarmReport now = repairing.report();
                ticker.tick(() -> new ProgressLine(report.manifest().name(), now.wanted() - now.missing(), now.wanted(),
                        now.downRate(), Peers.text(now.connected())));
            }
        } catch (Refusal | DiskFault e) {
            // what is right again is, and the rest is told
            terminal.warn("not all is repaired: " + e.getMessage());
        }
        SwarmReport swarm = repairing.report();
        repairing.close();
        report.received(swarm.received());
        return report.end(repairing.remaining(), repairing.repaired());
    }

    private Verifying verified(Terminal terminal, Store store, Manifest manifest, Bits selected, Progress progress)
            throws Exception {
        if (path.given().isPresent()) return Verifying.of(store, manifest, path.value(), selected, progress);
        Optional<Path> known = store.place(manifest.infoHash()).filter(Files::exists);
        if (known.isEmpty()) return Verifying.of(store, manifest, Path.of("."), selected, progress);
        terminal.say("Looking at " + known.get());
        return Verifying.at(store, manifest, known.get(), selected, progress);
    }
}
