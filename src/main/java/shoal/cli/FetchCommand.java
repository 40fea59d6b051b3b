package shoal.cli;

import java.net.URI;
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
import shoal.manifest.ManifestException;
import shoal.node.Fetching;
import shoal.node.Found;
import shoal.node.NodeSettings;
import shoal.node.Refusal;
import shoal.node.Resolver;
import shoal.node.Selection;
import shoal.node.TrackerWatch;
import shoal.node.What;
import shoal.storage.Reuse;
import shoal.storage.Store;
import shoal.swarm.SwarmReport;

/** {@code shoal fetch}. */
@Command(
        name = "fetch",
        aliases = {"download", "get"},
        description = "Fetches a share from everyone who has it at once, proves every block, and prints where it is."
                + " What was interrupted goes on where it stopped: give the same command again.",
        footer = {
            "",
            "Examples:",
            "  shoal fetch holiday.mkv                     by its name in the catalogue",
            "  shoal fetch holiday.mkv@77ff84905a919363    the newest that this publisher has signed",
            "  shoal fetch holiday.torrent -o ~/Videos --keep-seeding",
            "  shoal fetch 'magnet:?xt=urn:btmh:1220...' --peer 192.0.2.7:6881",
            "  shoal fetch photos --select '*.jpg' --select 'raw/**'",
            "  shoal fetch root:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "",
            "Until a file is proven it is called NAME.part. While it fetches, it gives to others.",
            "",
            "Exit codes: 0 all is proven and on the disk, 2 usage or an ambiguous name, 3 not found,",
            "5 nobody sends (--wait), 6 network, 7 interrupted, 9 disk full, 11 another process is at it,",
            "13 another file is in the way, 17 disk error, 26 bad manifest, 27 bad magnet link.",
            "After 7 and 9 the same command resumes."
        })
final class FetchCommand implements Callable<Integer> {
    /** How often --json tells of progress. */
    private static final Duration EVENT = Duration.ofMillis(50);

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private Main main;

    @Mixin
    private TrackerOptions trackers = new TrackerOptions();

    @Mixin
    private PeerOptions peers = new PeerOptions();

    @Mixin
    private WebSeedOptions webSeeds = new WebSeedOptions();

    @Mixin
    private SeedOptions seeding = new SeedOptions();

    @Option(names = {"-o", "--output", "--out"}, paramLabel = "DIR", defaultValue = ".", order = 1,
            description = "Put it into this folder. Usually the current one.")
    private Path folder = Path.of(".");

    @Option(names = {"-s", "--select"}, paramLabel = "GLOB", split = " ", order = 2,
            description = "Fetch only files whose path in the share matches; may be repeated. Without a slash, whose"
                    + " name matches.")
    private List<String> select = new ArrayList<>();

    @Option(names = "--keep-seeding", fallbackValue = "true", order = 3,
            description = "When all is here, go on giving it to others until stopped, or until --seed-ratio or"
                    + " --seed-time is reached.")
    private boolean keepSeeding;

    @Option(names = "--scrub", fallbackValue = "true", order = 3,
            description = "While --keep-seeding gives it to others, read all of it again and again, slowly, and give"
                    + " nothing that has gone bad.")
    private boolean scrub;

    @Option(names = "--overwrite", fallbackValue = "true", order = 4,
            description = "Replace files that are in the way and have other content.")
    private boolean overwrite;

    @Option(names = "--link", fallbackValue = "true", order = 5,
            description = "Give files that are on this disk already a second name (hard link) instead of copying them:"
                    + " what changes one then changes the other.")
    private boolean link;

    @Option(names = "--base", paramLabel = "PATH", order = 6,
            description = "An older version of the file or folder: blocks that are the same at the same place are"
                    + " taken from there. A known file of the same name is found without it.")
    private @Nullable Path base;

    @Option(names = "--sequential", fallbackValue = "true", order = 7,
            description = "Fetch from the beginning to the end, as far as peers have it, instead of the rarest first.")
    private boolean sequential;

    @Option(names = "--on-done", paramLabel = "CMD", order = 8,
            description = "When all is here, run this with sh -c. TR_TORRENT_NAME, TR_TORRENT_DIR and others tell it"
                    + " what and where. What it prints goes to stderr.")
    private @Nullable String onDone;

    @Option(names = "--peer", paramLabel = "HOST:PORT", split = " ", order = 11,
            description = "Ask this peer, too; may be repeated.")
    private List<String> peer = new ArrayList<>();

    @Option(names = "--from", paramLabel = "HOST:PORT", split = " ", order = 12,
            description = "Take it from this peer and no other; may be repeated.")
    private List<String> from = new ArrayList<>();

    @Option(names = "--wait", paramLabel = "SECONDS", order = 13,
            description = "Give up when nothing came for so long. Usually never, once somebody was found who has it.")
    private @Nullable Integer wait;

    @Parameters(paramLabel = "WHAT", description = PeersCommand.WHAT)
    @SuppressWarnings("NullAway.Init")
    private String what;

    @Override
    public Integer call() throws Exception {
        try {
            return fetch();
        } catch (ManifestException e) {
            // it was read, but its names cannot be used here: say whose they are
            throw new Refusal(Refusal.Kind.BAD_MANIFEST, what + ": " + e.getMessage(), e);
        }
    }

    private Reuse reuse() throws Refusal {
        if (base != null && !Files.exists(base)) {
            throw new Refusal(Refusal.Kind.USAGE, "--base " + base + " does not exist");
        }
        return new Reuse(link ? Reuse.Whole.LINK : Reuse.Whole.COPY, Optional.ofNullable(base));
    }

    private Integer fetch() throws Exception {
        Terminal terminal = main.terminal();
        long begun = System.nanoTime();
        NodeSettings settings = peers.settings(main.places());
        seeding.check();
        Selection selection = Selection.ofGlobs(select);
        What wanted = What.parse(what);
        try (var lifetime = new Lifetime(terminal)) {
            Store store = lifetime.keep(Store.open(main.places().state()));
            Found found = new Resolver(trackers.named(), Resolver.Known.of(store), terminal::warn)
                    .amongNeighbours(settings)
                    .resolve(wanted);
            var wish = new Fetching.Wish(found, folder, asked(wanted), peer, from, selection, overwrite,
                    reuse(), webSeeds.urls(), sequential, Optional.ofNullable(wait).map(Duration::ofSeconds));
            var random = new SplittableRandom();
            Fetching fetching = lifetime.keep(Fetching.of(wish, random));
            var end = new FetchReport(terminal, fetching, begun);
            lifetime.lastWords(end::interrupted);
            if (isHere(terminal, fetching, store)) {
                end.complete();
                runOnDone(terminal, lifetime, fetching);
                if (!keepSeeding) return Exit.OK.code;
            }
            fetching.begin(store, settings, random);
            var watch = new TrackerWatch(fetching.trackers());
            try (var ticker = new Ticker(terminal)) {
                end.begun();
                while (!fetching.await(terminal.isJson() ? EVENT : Ticker.FRAME)) {
                    watch.news().forEach(terminal::warn);
                    fetching.news().forEach(terminal::warn);
                    end.progress();
                    ticker.tick(end::line);
                }
            }
            if (!end.isComplete()) {
                end.complete();
                runOnDone(terminal, lifetime, fetching);
            }
            if (keepSeeding && scrub) fetching.scrub(store);
            if (keepSeeding) giveAway(terminal, fetching, watch);
        }
        return Exit.OK.code;
    }

    /** The trackers that the user named; or else the usual one if it was its catalogue that knew the name. */
    private List<URI> asked(What wanted) throws Refusal {
        boolean byCatalogue = wanted instanceof What.Named || wanted instanceof What.Signed
                || wanted instanceof What.Root;
        return byCatalogue ? trackers.asked() : trackers.named();
    }

    private static boolean isHere(Terminal terminal, Fetching fetching, Store store) throws Exception {
        return HashTicker.during(
                terminal, "checking what is here", fetching.checking(), () -> fetching.isHere(store));
    }

    private void runOnDone(Terminal terminal, Lifetime lifetime, Fetching fetching) throws Exception {
        if (onDone != null) OnDone.run(onDone, fetching, folder, terminal, lifetime);
    }

    private void giveAway(Terminal terminal, Fetching fetching, TrackerWatch watch)
            throws InterruptedException, Refusal {
        terminal.say("It is given to others until this is stopped.");
        SeedOptions.Goal goal = seeding.begin(System.nanoTime());
        try (var ticker = new Ticker(terminal)) {
            while (goal.goesOn(fetching.report().sent(), fetching.wanted())) {
                watch.news().forEach(terminal::warn);
                SwarmReport report = fetching.report();
                ticker.tick(() -> ProgressLine.giving(fetching.name(), report));
            }
        }
    }
}
