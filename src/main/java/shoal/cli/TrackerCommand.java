package shoal.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import shoal.node.Addresses;
import shoal.node.Refusal;
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
            "",
            "A line that starts with READY says that it answers, and where. Peers are soft state and back within an",
            "interval after a restart; names are never lost.",
            "",
            "Exit codes: 130 or 143 stopped by a signal, 2 usage, 6 the port is taken or the catalogue unusable."
        })
final class TrackerCommand implements Callable<Integer> {
    private static final int USUAL_PORT = 6969;

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

    @Override
    public Integer call() throws Exception {
        Terminal terminal = main.terminal();
        if (port < 0 || port > 65535) {
            throw new Refusal(Refusal.Kind.USAGE, "--port " + port + " is not from 0 to 65535");
        }
        InetSocketAddress at = bind == null
                ? new InetSocketAddress(port)
                : new InetSocketAddress(Addresses.parse(bind), port);
        try (var lifetime = new Lifetime(terminal)) {
            Tracker tracker = lifetime.keep(Tracker.start(at, data == null ? main.places().tracker() : data,
                    TrackerLimits.DEFAULT));
            terminal.result("READY " + tracker.announceUrl());
            var json = new LinkedHashMap<String, Object>();
            json.put("event", "ready");
            json.put("announce", tracker.announceUrl().toString());
            json.put("port", tracker.address().getPort());
            terminal.json(json);
            terminal.detail(tracker.shares() + " shares are in the catalogue");
            new CountDownLatch(1).await();
        }
        return Exit.OK.code;
    }
}
