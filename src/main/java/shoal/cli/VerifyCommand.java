package shoal.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.node.Found;
import shoal.node.Refusal;
import shoal.node.Repairing;
import shoal.node.Resolver;
import shoal.node.TrackerWatch;
import shoal.node.Verifying;
import shoal.node.What;
import shoal.storage.DiskFault;
import shoal.storage.Progress;
import shoal.storage.Store;
import shoal.swarm.SwarmReport;

/** {@code shoal verify}. */
@Command(
        name = "verify",
        aliases = "check",
        exitCodeOnExecutionException = 2,
        description = "Reads local files again and holds them against a manifest. Names each file that is bad, with the"
                + " bytes that are: to the block of 16 KiB where they were shared or fetched here, else to the piece."
                + " With --repair, fetches the bad blocks and no others, and puts them in their place.",
        footer = {
            "",
            "Examples:",
            "  shoal verify holiday.torrent               where you shared it or fetched it to",
            "  shoal verify photos.torrent ~/Pictures     the folder photos in there, or that folder itself",
            "  shoal verify holiday.mkv /mnt/usb/holiday.mkv    by its name in the catalogue",
            "  shoal verify holiday.mkv --repair --peer 192.0.2.7:6881",
            "",
            "Exit codes, as those of sha256sum -c: 0 all is right, or is again (other files beside are named),",
            "1 something is bad or missing, 2 it could not be checked."
        })
final class VerifyCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private Main main;

    @Mixin
    private TrackerOptions trackers = new TrackerOptions();

    @Mixin
    private PeerOptions peers = new PeerOptions();

    @Option(names = "--repair", fallbackValue = "true", order = 1,
            description = "Fetch what is bad or missing, block by block, and put it in its place.")
    private boolean repair;

    @Option(names = "--peer", paramLabel = "HOST:PORT", split = " ", order = 11,
            description = "To repair, ask this peer, too; may be repeated.")
    private List<String> peer = new ArrayList<>();

    @Option(names = "--wait", paramLabel = "SECONDS", defaultValue = "30", order = 13,
            description = "Give up repairing when nothing came for so long. Usually ${DEFAULT-VALUE}.")
    private int wait = 30;

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
            Manifest known = found.manifest().orElseThrow(() -> new Refusal(
                    Refusal.Kind.NOT_FOUND, "nobody has the manifest of " + found.name() + "; asked were "
                            + String.join(", ", found.asked())));
            Manifest manifest = known.hasAllLayers() ? known : known.withLayers(store.layers(known));
            var progress = new Progress();
            lifetime.keep(progress::stop);
            Verifying verified = HashTicker.during(terminal, "verifying", progress,
                    () -> verified(terminal, store, manifest, progress));
            var report = new VerifyReport(terminal, manifest, verified, begun);
            if (!repair || verified.isRight()) return report.end(verified.checks(), List.of()).code;
            return repaired(lifetime, terminal, store, found, report).code;
        }
    }

    private Exit repaired(Lifetime lifetime, Terminal terminal, Store store, Found found, VerifyReport report)
            throws Exception {
        var random = new SplittableRandom();
        Repairing repairing = lifetime.keep(Repairing.of(report.manifest(), report.verified(), found, trackers.named(),
                peer, Duration.ofSeconds(wait), random));
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

    private Verifying verified(Terminal terminal, Store store, Manifest manifest, Progress progress) throws Exception {
        if (path != null) return Verifying.of(store, manifest, path, progress);
        Optional<Path> known = store.place(manifest.infoHash()).filter(Files::exists);
        if (known.isEmpty()) return Verifying.of(store, manifest, Path.of("."), progress);
        terminal.say("Looking at " + known.get());
        return Verifying.at(store, manifest, known.get(), progress);
    }
}
