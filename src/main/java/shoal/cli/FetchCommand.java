package shoal.cli;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
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
final class FetchCommand implements Callable<Integer> {
    /** How often --json tells of progress. */
    private static final Duration EVENT = Duration.ofMillis(50);

    private final Main main;

    final Syntax syntax = new Syntax(this, "fetch", "download", "get")
            .says("Fetches a share from everyone who has it at once, proves every block, and prints where it is."
                + " What was interrupted goes on where it stopped: give the same command again.")
            .ends(
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
                "After 7 and 9 the same command resumes.");

    private final TrackerOptions trackers = new TrackerOptions(syntax);

    private final PeerOptions peers = new PeerOptions(syntax);

    private final WebSeedOptions webSeeds = new WebSeedOptions(syntax);

    private final SeedOptions seeding = new SeedOptions(syntax);

    private final Setting<Path> folder = syntax.option(1, Path.class, "DIR", "-o", "--output", "--out")
            .usually(".")
            .says("Put it into this folder. Usually the current one.");

    private final Setting<List<String>> select = syntax.list(2, "GLOB", "-s", "--select")
            .says("Fetch only files whose path in the share matches; may be repeated. Without a slash, whose"
                    + " name matches.");

    private final Setting<Boolean> keepSeeding = syntax.flag(3, "--keep-seeding")
            .says("When all is here, go on giving it to others until stopped, or until --seed-ratio or"
                    + " --seed-time is reached.");

    private final Setting<Boolean> scrub = syntax.flag(3, "--scrub")
            .says("While --keep-seeding gives it to others, read all of it again and again, slowly, and give"
                    + " nothing that has gone bad.");

    private final Setting<Boolean> overwrite = syntax.flag(4, "--overwrite")
            .says("Replace files that are in the way and have other content.");

    private final Setting<Boolean> link = syntax.flag(5, "--link")
            .says("Give files that are on this disk already a second name (hard link) instead of copying them:"
                    + " what changes one then changes the other.");

    private final Setting<Path> base = syntax.option(6, Path.class, "PATH", "--base")
            .says("An older version of the file or folder: blocks that are the same at the same place are"
                    + " taken from there. A known file of the same name is found without it.");

    private final Setting<Boolean> sequential = syntax.flag(7, "--sequential")
            .says("Fetch from the beginning to the end, as far as peers have it, instead of the rarest first.");

    private final Setting<String> onDone = syntax.option(8, String.class, "CMD", "--on-done")
            .says("When all is here, run this with sh -c. TR_TORRENT_NAME, TR_TORRENT_DIR and others tell it"
                    + " what and where. What it prints goes to stderr.");

    private final Setting<List<String>> peer = syntax.list(11, "HOST:PORT", "--peer")
            .says("Ask this peer, too; may be repeated.");

    private final Setting<List<String>> from = syntax.list(12, "HOST:PORT", "--from")
            .says("Take it from this peer and no other; may be repeated.");

    private final Setting<Integer> wait = syntax.option(13, Integer.class, "SECONDS", "--wait")
            .says("Give up when nothing came for so long. Usually never, once somebody was found who has it.");

    private final Setting<String> what = syntax.word(String.class, "WHAT")
            .says(PeersCommand.WHAT);

    FetchCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws Exception {
        try {
            return fetch();
        } catch (ManifestException e) {
            // it was read, but its names cannot be used here: say whose they are
            throw new Refusal(Refusal.Kind.BAD_MANIFEST, what.value() + ": " + e.getMessage(), e);
        }
    }

    private Reuse reuse() throws Refusal {
        Optional<Path> older = base.given();
        if (older.isPresent() && !Files.exists(older.get())) {
            throw new Refusal(Refusal.Kind.USAGE, "--base " + older.get() + " does not exist");
        }
        return new Reuse(link.value() ? Reuse.Whole.LINK : Reuse.Whole.COPY, older);
    }

    private Integer fetch() throws Exception {
        Terminal terminal = main.terminal();
        long begun = System.nanoTime();
        NodeSettings settings = peers.settings(main.places());
        seeding.check();
        Selection selection = Selection.ofGlobs(select.value());
        What wanted = What.parse(what.value());
        try (var lifetime = new Lifetime(terminal)) {
            Store store = lifetime.keep(Store.open(main.places().state()));
            Found found = new Resolver(trackers.named(), Resolver.Known.of(store), terminal::warn)
                    .amongNeighbours(settings)
                    .resolve(wanted);
            var wish = new Fetching.Wish(found, folder.value(), asked(wanted), peer.value(), from.value(), selection,
                    overwrite.value(), reuse(), webSeeds.urls(), sequential.value(),
                    wait.given().map(Duration::ofSeconds));
            var random = new SplittableRandom();
            Fetching fetching = lifetime.keep(Fetching.of(wish, random));
            var end = new FetchReport(terminal, fetching, begun);
            lifetime.lastWords(end::interrupted);
            if (isHere(terminal, fetching, store)) {
                end.complete();
                runOnDone(terminal, lifetime, fetching);
                if (!keepSeeding.value()) return Exit.OK.code;
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
            if (keepSeeding.value() && scrub.value()) fetching.scrub(store);
            if (keepSeeding.value()) giveAway(terminal, fetching, watch);
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
        if (onDone.given().isPresent()) {
            OnDone.run(onDone.value(), fetching, folder.value(), terminal, lifetime);
        }
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
