package shoal.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import shoal.bytes.Endpoint;
import shoal.bytes.Sizes;
import shoal.catalogue.NameRecord;
import shoal.manifest.Magnet;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.node.NodeSettings;
import shoal.node.PlainSha256;
import shoal.node.Publisher;
import shoal.node.Refusal;
import shoal.node.Seeding;
import shoal.node.Sharing;
import shoal.storage.Progress;
import shoal.storage.Store;

/** {@code shoal share}. */
final class ShareCommand implements Callable<Integer> {
    /** Files that are listed on the terminal; --json has them all. */
    private static final int LISTED = 20;

    private static final Duration FIRST_ANNOUNCE = Duration.ofSeconds(3);

    private final Main main;

    final Syntax syntax = new Syntax(this, "share", "create", "seed")
            .says("Hashes files and folders, writes their manifest, registers its name at the trackers and gives"
                + " the bytes to whoever asks, from where they lie, until it is stopped. Several PATHs make one share."
                + " What was hashed before and has not changed is not read again.")
            .ends(
                "",
                "Examples:",
                "  shoal share holiday.mkv                      others: shoal fetch holiday.mkv",
                "  shoal share photos/ -n 'photos of 2026' -t http://tracker.example.org:6969/announce",
                "  shoal share big.iso --no-seed -o big.torrent     only the manifest",
                "",
                "A line that starts with READY says that peers are accepted. Ctrl-C stops it.",
                "What is registered is signed with your publisher's key, ~/.config/shoal/publisher.key, made on first"
                        + " use:",
                "shoal fetch NAME@PUBLISHER takes the newest of what you signed, and nobody else's.",
                "The root of a file is known by its bytes alone: shoal fetch root:HEX finds it in any share.",
                "",
                "Exit codes: 0 done (--no-seed, --seed-ratio, --seed-time), 130 or 143 stopped by a signal, 2 usage,",
                "3 nothing to share, 6 the port is taken, 17 a file cannot be read, 26 a name cannot be shared.");

    private final TrackerOptions trackers = new TrackerOptions(syntax);

    private final PeerOptions peers = new PeerOptions(syntax);

    private final WebSeedOptions webSeeds = new WebSeedOptions(syntax);

    private final SeedOptions seedOptions = new SeedOptions(syntax);

    private final Setting<String> name = syntax.option(1, String.class, "NAME", "-n", "--name")
            .says("What the share is called. Usually as PATH.");

    private final Setting<String> pieceLength = syntax.option(2, String.class, "SIZE", "-p", "--piece-length")
            .says("Bytes of a piece, as 1MiB: a power of two from 16KiB to 512MiB. Usually what fits.");

    private final Setting<Path> output = syntax.option(3, Path.class, "FILE", "-o", "--output")
            .says("Write the manifest there. Usually into ~/.local/share/shoal/manifests.");

    private final Setting<Boolean> noSeed = syntax.flag(4, "--no-seed")
            .says("Write and register the manifest, and end.");

    private final Setting<Boolean> sha256 = syntax.flag(5, "--sha256")
            .says("Print the plain SHA-256 of each file, too, as sha256sum does. Reads it once more.");

    private final Setting<Boolean> hybrid = syntax.flag(6, "--hybrid")
            .says("Describe it for BitTorrent v1 as well: old clients can fetch it, and find it under a second"
                    + " hash. Those that cannot read the manifest take NAME.v1.torrent beside it. Takes longer to"
                    + " hash.");

    private final Setting<Boolean> scrub = syntax.flag(7, "--scrub")
            .says("While it is given away, read all of it again and again, slowly, and give nothing that has "
                    + "gone bad.");

    private final Setting<List<Path>> paths = syntax.words(1, Path.class, "PATH")
            .says("Files and folders.");

    ShareCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws Exception {
        Terminal terminal = main.terminal();
        var wish = new Sharing.Wish(paths.value(), name.given(), pieceLength(), trackers.asked(),
                webSeeds.urls(), hybrid.value());
        NodeSettings settings = peers.settings(main.places());
        seedOptions.check();
        try (var lifetime = new Lifetime(terminal)) {
            Publisher publisher = Publisher.open(main.places().publisherKey());
            Store store = lifetime.keep(Store.open(main.places().state()));
            Sharing.Made made = make(terminal, lifetime, store, wish);
            made.skipped().forEach(terminal::say);
            made.warnings().stream().limit(LISTED).forEach(terminal::warn);
            Path manifest = Sharing.write(made.manifest(), output.given(), main.places());
            Optional<Path> v1Manifest = Sharing.writeV1Part(made.manifest(), manifest);
            var random = new SplittableRandom();
            Optional<NameRecord> record = publisher.sign(made.manifest(), Instant.now(), terminal::warn);
            Seeding seeding = lifetime.keep(new Seeding(made, record, wish.trackers(), random));
            if (!noSeed.value()) seeding.open(settings, random);
            print(terminal, made, manifest, v1Manifest, record, here(settings, seeding.port()));
            seeding.register(terminal::warn);
            if (noSeed.value()) return Exit.OK.code;
            seeding.begin(store, scrub.value());
            seeding.watch().awaitFirst(FIRST_ANNOUNCE);
            terminal.result("READY port " + seeding.port());
            sent(terminal, "ready", seeding);
            lifetime.lastWords(() -> {
                sent(terminal, "stopped", seeding);
                return OptionalInt.empty();
            });
            giveAway(terminal, seeding, made.manifest());
            sent(terminal, "stopped", seeding);
        }
        return Exit.OK.code;
    }

    private OptionalInt pieceLength() throws Refusal {
        if (pieceLength.given().isEmpty()) return OptionalInt.empty();
        try {
            return OptionalInt.of(Math.toIntExact(Sizes.parse(pieceLength.value())));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new Refusal(Refusal.Kind.USAGE, "--piece-length " + pieceLength.value() + " is no size like 1MiB", e);
        }
    }

    private static Sharing.Made make(Terminal terminal, Lifetime lifetime, Store store, Sharing.Wish wish)
            throws Exception {
        var progress = new Progress();
        lifetime.keep(progress::stop);
        return HashTicker.during(terminal, "hashing", progress, () -> new Sharing(store, progress).make(
                wish, scan -> terminal.detail(scan.files().size() + " files, " + Sizes.format(scan.length()))));
    }

    /** Where a link says that we are. */
    private static List<Endpoint> here(NodeSettings settings, int port) {
        return port == 0
                ? List.of()
                : settings.bind().map(address -> new Endpoint(address, port)).filter(Endpoint::isReachable).stream()
                        .toList();
    }

    private void print(Terminal terminal, Sharing.Made made, Path file, Optional<Path> v1File,
            Optional<NameRecord> record, List<Endpoint> here) throws Exception {
        Manifest manifest = made.manifest();
        Magnet magnet = Magnet.of(manifest, here);
        Optional<String> v1Magnet = Magnet.ofV1Part(manifest, here).map(Magnet::format);
        ShowCommand.line(terminal, "name", manifest.name());
        ShowCommand.line(terminal, "hash", manifest.infoHash().hex());
        manifest.v1Hash().ifPresent(hash -> ShowCommand.line(terminal, "v1", hash.hex()));
        record.ifPresent(signed -> ShowCommand.line(terminal, "publisher", signed.key().hex()));
        ShowCommand.line(terminal, "length", Sizes.format(manifest.length()) + " in " + manifest.files().size()
                + (manifest.files().size() == 1 ? " file, " : " files, ") + manifest.pieceCount() + " pieces of "
                + Sizes.format(manifest.pieceLength()));
        var json = new LinkedHashMap<String, Object>();
        json.put("event", "share");
        json.put("name", manifest.name());
        json.put("hash", manifest.infoHash().hex());
        manifest.v1Hash().ifPresent(hash -> json.put("v1Hash", hash.hex()));
        json.put("length", manifest.length());
        json.put("files", manifest.files().size());
        json.put("pieceLength", manifest.pieceLength());
        record.ifPresent(signed -> json.put("publisher", signed.key().hex()));
        json.put("magnet", magnet.format());
        json.put("manifest", file.toString());
        v1Magnet.ifPresent(link -> json.put("v1Magnet", link));
        v1File.ifPresent(torrent -> json.put("v1Manifest", torrent.toString()));
        terminal.json(json);
        for (ManifestFile each : manifest.files()) printFile(terminal, each, made.paths().get(each.index()));
        int more = manifest.files().size() - LISTED;
        if (more > 0) ShowCommand.line(terminal, "root", "... of " + more + " more files: see shoal show, or --json");
        ShowCommand.line(terminal, "magnet", magnet.format());
        ShowCommand.line(terminal, "manifest", file.toString());
        v1Magnet.ifPresent(link -> ShowCommand.line(terminal, "v1 magnet", link));
        v1File.ifPresent(torrent -> ShowCommand.line(terminal, "v1 only", torrent.toString()));
    }

    private void printFile(Terminal terminal, ManifestFile file, Path path) throws Exception {
        String plain = sha256.value() ? PlainSha256.of(path) : "";
        if (file.index() < LISTED && !file.root().isZero()) {
            ShowCommand.line(terminal, "root", file.root().hex() + "  " + file.pathText());
        }
        if (sha256.value() && file.index() < LISTED) {
            ShowCommand.line(terminal, "sha256", plain + "  " + file.pathText());
        }
        if (!terminal.isJson()) return;
        Map<String, Object> json = new LinkedHashMap<>(Map.of("event", "file"));
        json.putAll(ShowCommand.json(file));
        if (sha256.value()) json.put("sha256", plain);
        terminal.json(json);
    }

    private static void sent(Terminal terminal, String event, Seeding seeding) {
        if (!terminal.isJson()) return;
        var json = new LinkedHashMap<String, Object>();
        json.put("event", event);
        json.put("port", seeding.port());
        json.put("sent", seeding.report().sent());
        json.put("connected", seeding.report().connected());
        terminal.json(json);
    }

    private void giveAway(Terminal terminal, Seeding seeding, Manifest manifest)
            throws InterruptedException, Refusal {
        SeedOptions.Goal goal = seedOptions.begin(System.nanoTime());
        try (var ticker = new Ticker(terminal)) {
            long before = -1;
            while (goal.goesOn(seeding.report().sent(), manifest.length())) {
                seeding.watch().news().forEach(terminal::warn);
                var report = seeding.report();
                boolean moved = report.sent() != before;
                before = report.sent();
                if (moved) sent(terminal, "progress", seeding);
                // a line in a log only when something happens
                if (terminal.hasBar() || moved) {
                    ticker.tick(() -> ProgressLine.giving(manifest.name(), report));
                }
            }
        }
    }
}
