package shoal.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import shoal.node.Addresses;
import shoal.node.Refusal;
import shoal.tracker.AccessFiles;
import shoal.tracker.Tracker;
import shoal.tracker.TrackerLimits;

/** {@code shoal tracker}. */
@Command(
        name = "tracker",
        description = "Runs a tracker until it is stopped: it tells peers of each other, and keeps a catalogue of the"
                + " names of shares. Any BitTorrent client can announce to it.",
        footer = {
            "",
            "Examples:",
            "  shoal tracker                                  for this machine and its network",
            "  shoal tracker --bind 127.0.0.1 --port 7000 --data /srv/tracker",
            "  shoal tracker --keys members.txt               for those who announce to /KEY/announce",
            "",
            "A line that starts with READY says that it answers, and where. Peers are soft state and back within an",
            "interval after a restart; names are never lost.",
            "",
            "Exit codes: 130 or 143 stopped by a signal, 2 usage, 6 the port is taken or the catalogue unusable."
        })
final class TrackerCommand implements Callable<Integer> {
    private static final int USUAL_PORT = 6969;
    private static final int USUAL_ANNOUNCES = 200;
    private static final int USUAL_SWARMS = 20_000;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private Main main;

    @Option(names = "--bind", paramLabel = "ADDR", order = 1,
            description = "Listen at this address. Usually at all.")
    private @Nullable String bind;

    @Option(names = "--port", paramLabel = "N", order = 2, defaultValue = "" + USUAL_PORT,
            description = "Listen at this port; 0 for any. Usually ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--data", paramLabel = "DIR", order = 3,
            description = "Keep the catalogue in this folder. Usually ~/.local/share/shoal/tracker.")
    private @Nullable Path data;

    @Option(names = "--allow", paramLabel = "FILE", order = 4,
            description = "Serve only the hashes in this file, one a line. Lists are read again when they change.")
    private @Nullable Path allow;

    @Option(names = "--deny", paramLabel = "FILE", order = 5,
            description = "Do not serve the hashes in this file, one a line.")
    private @Nullable Path deny;

    @Option(names = "--keys", paramLabel = "FILE", order = 6,
            description = "Serve only who announces to /KEY/announce with a key in this file, one a line.")
    private @Nullable Path keys;

    @Option(names = "--announces-per-address", paramLabel = "N", order = 7, defaultValue = "" + USUAL_ANNOUNCES,
            description = "Take so many announces a second from one address; 0 for any. Usually ${DEFAULT-VALUE}.")
    private int announces;

    @Option(names = "--swarms-per-address", paramLabel = "N", order = 8, defaultValue = "" + USUAL_SWARMS,
            description = "Let one address be in so many swarms, each of its ports counted. Usually ${DEFAULT-VALUE}.")
    private int swarms;

    @Override
    public Integer call() throws Exception {
        Terminal terminal = main.terminal();
        if (port < 0 || port > 65535) {
            throw new Refusal(Refusal.Kind.USAGE, "--port " + port + " is not from 0 to 65535");
        }
        if (announces < 0 || swarms < 1) {
            throw new Refusal(Refusal.Kind.USAGE, announces < 0
                    ? "--announces-per-address " + announces + " is below 0"
                    : "--swarms-per-address " + swarms + " is below 1");
        }
        InetSocketAddress at = bind == null
                ? new InetSocketAddress(port)
                : new InetSocketAddress(Addresses.parse(bind), port);
        try (var lifetime = new Lifetime(terminal)) {
            var files = new AccessFiles(
                    Optional.ofNullable(allow), Optional.ofNullable(deny), Optional.ofNullable(keys));
            Tracker tracker = lifetime.keep(Tracker.start(at, data == null ? main.places().tracker() : data,
                    TrackerLimits.DEFAULT.withAddress(announces, swarms), files));
            terminal.result("READY " + tracker.announceUrl());
            var json = new LinkedHashMap<String, Object>();
            json.put("event", "ready");
            json.put("announce", tracker.announceUrl().toString());
            json.put("udp", tracker.udpAnnounceUrl().toString());
            json.put("port", tracker.address().getPort());
            terminal.json(json);
            terminal.detail("announces over UDP go to " + tracker.udpAnnounceUrl());
            terminal.detail(tracker.shares() + " shares are in the catalogue");
            new CountDownLatch(1).await();
        }
        return Exit.OK.code;
    }
}
