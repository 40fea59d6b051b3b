package shoal.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import shoal.node.Addresses;
import shoal.node.Refusal;
import shoal.tracker.AccessFiles;
import shoal.tracker.Tracker;
import shoal.tracker.TrackerLimits;

/** {@code shoal tracker}. */
final class TrackerCommand implements Callable<Integer> {
    private static final int USUAL_PORT = 6969;
    private static final int USUAL_ANNOUNCES = 200;
    private static final int USUAL_SWARMS = 20_000;

    private final Main main;

    final Syntax syntax = new Syntax(this, "tracker")
            .says("Runs a tracker until it is stopped: it tells peers of each other, and keeps a catalogue of the"
                + " names of shares. Any BitTorrent client can announce to it.")
            .ends(
                "",
                "Examples:",
                "  shoal tracker                                  for this machine and its network",
                "  shoal tracker --bind 127.0.0.1 --port 7000 --data /srv/tracker",
                "  shoal tracker --keys members.txt               for those who announce to /KEY/announce",
                "",
                "A line that starts with READY says that it answers, and where. Peers are soft state and back"
                        + " within an",
                "interval after a restart; names are never lost.",
                "",
                "Exit codes: 130 or 143 stopped by a signal, 2 usage, 6 the port is taken or the catalogue unusable.");

    private final Setting<String> bind = syntax.option(1, String.class, "ADDR", "--bind")
            .says("Listen at this address. Usually at all.");

    private final Setting<Integer> port = syntax.option(2, int.class, "N", "--port")
            .usually("" + USUAL_PORT)
            .says("Listen at this port; 0 for any. Usually ${DEFAULT-VALUE}.");

    private final Setting<Path> data = syntax.option(3, Path.class, "DIR", "--data")
            .says("Keep the catalogue in this folder. Usually ~/.local/share/shoal/tracker.");

    private final Setting<Path> allow = syntax.option(4, Path.class, "FILE", "--allow")
            .says("Serve only the hashes in this file, one a line. Lists are read again when they change.");

    private final Setting<Path> deny = syntax.option(5, Path.class, "FILE", "--deny")
            .says("Do not serve the hashes in this file, one a line.");

    private final Setting<Path> keys = syntax.option(6, Path.class, "FILE", "--keys")
            .says("Serve only who announces to /KEY/announce with a key in this file, one a line.");

    private final Setting<Integer> announces = syntax.option(7, int.class, "N", "--announces-per-address")
            .usually("" + USUAL_ANNOUNCES)
            .says("Take so many announces a second from one address; 0 for any. Usually ${DEFAULT-VALUE}.");

    private final Setting<Integer> swarms = syntax.option(8, int.class, "N", "--swarms-per-address")
            .usually("" + USUAL_SWARMS)
            .says("Let one address be in so many swarms, each of its ports counted. Usually ${DEFAULT-VALUE}.");

    TrackerCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws Exception {
        Terminal terminal = main.terminal();
        int at = port.value();
        if (at < 0 || at > 65535) {
            throw new Refusal(Refusal.Kind.USAGE, "--port " + at + " is not from 0 to 65535");
        }
        if (announces.value() < 0 || swarms.value() < 1) {
            throw new Refusal(Refusal.Kind.USAGE, announces.value() < 0
                    ? "--announces-per-address " + announces.value() + " is below 0"
                    : "--swarms-per-address " + swarms.value() + " is below 1");
        }
        InetSocketAddress address = bind.given().isEmpty()
                ? new InetSocketAddress(at)
                : new InetSocketAddress(Addresses.parse(bind.value()), at);
        try (var lifetime = new Lifetime(terminal)) {
            var files = new AccessFiles(allow.given(), deny.given(), keys.given());
            Path folder = data.given().isPresent() ? data.value() : main.places().tracker();
            Tracker tracker = lifetime.keep(Tracker.start(address, folder,
                    TrackerLimits.DEFAULT.withAddress(announces.value(), swarms.value()), files));
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
