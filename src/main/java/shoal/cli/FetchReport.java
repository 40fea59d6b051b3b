package shoal.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import shoal.bytes.Hash;
import shoal.bytes.Sizes;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestException;
import shoal.node.Fetching;
import shoal.swarm.SwarmReport;

/** What a fetch tells: as progress while it runs, as its result, or as its last words when a signal ends it. */
final class FetchReport {
    private final Terminal terminal;
    private final Fetching fetching;
    private final long begun;
    private volatile boolean complete;
    private boolean saidWhatIsHere;

    /** A report of what began at {@code begun}, a {@link System#nanoTime}. */
    FetchReport(Terminal terminal, Fetching fetching, long begun) {
        this.terminal = terminal;
        this.fetching = fetching;
        this.begun = begun;
    }

    private double seconds() {
        return (System.nanoTime() - begun) / 1e9;
    }

    boolean isComplete() {
        return complete;
    }

    /** Says what is here already, once that is known. */
    void begun() {
        var json = new LinkedHashMap<String, Object>();
        json.put("event", "begun");
        json.put("port", fetching.port());
        terminal.json(json);
    }

    ProgressLine line() {
        SwarmReport report = fetching.report();
        String extra = Peers.text(report.connected());
        if (!report.hasMetadata()) extra += ", looking for the manifest";
        return new ProgressLine(fetching.name(), fetching.bytesDone(), fetching.wanted(), report.downRate(), extra);
    }

    /** One line of JSON, each time it is called. */
    void progress() {
        SwarmReport report = fetching.report();
        if (!saidWhatIsHere && report.hasMetadata()) {
            saidWhatIsHere = true;
            if (fetching.resumed() > 0) {
                terminal.say(Sizes.format(fetching.resumed()) + " of " + Sizes.format(fetching.wanted())
                        + " are here already.");
            }
        }
        if (!terminal.isJson()) return;
        var json = new LinkedHashMap<String, Object>();
        json.put("event", "progress");
        figures(json, report);
        json.put("rate", (long) report.downRate());
        json.put("connected", report.connected());
        json.put("peers", peers(report));
        terminal.json(json);
    }

    private void figures(Map<String, Object> json, SwarmReport report) {
        json.put("done", fetching.bytesDone());
        json.put("wanted", fetching.wanted());
        json.put("resumed", fetching.resumed());
        json.put("taken", fetching.taken());
        json.put("received", report.received());
        json.put("sent", report.sent());
        json.put("wasted", report.wasted());
        json.put("badBlocks", report.badBlocks());
        json.put("seconds", Math.round(seconds() * 1000) / 1000.0);
    }

    private static List<Map<String, Object>> peers(SwarmReport report) {
        var peers = new ArrayList<Map<String, Object>>();
        for (SwarmReport.PeerReport peer : report.peers()) {
            var json = new LinkedHashMap<String, Object>();
            json.put("peer", peer.endpoint().toString());
            json.put("client", peer.client());
            json.put("received", peer.received());
            json.put("sent", peer.sent());
            if (!peer.ended().isEmpty()) json.put("ended", peer.ended());
            peers.add(json);
        }
        return peers;
    }

    /** All is proven and on the disk. */
    void complete() throws ManifestException {
        complete = true;
        SwarmReport report = fetching.report();
        boolean wasHere = fetching.port() == 0;
        if (wasHere && fetching.taken() > 0) terminal.say(taken() + ", and nothing had to be fetched.");
        else if (wasHere) terminal.say("All of it is here already, and proven.");
        else terminal.say(summary(report));
        terminal.result(fetching.path().toString());
        if (!terminal.isJson()) return;
        var json = new LinkedHashMap<String, Object>();
        json.put("event", "done");
        json.put("path", fetching.path().toString());
        json.put("name", fetching.name());
        fetching.manifest().map(Manifest::infoHash).map(Hash::hex).ifPresent(hash -> json.put("hash", hash));
        figures(json, report);
        json.put("peers", peers(report));
        terminal.json(json);
    }

    private String taken() {
        return Sizes.format(fetching.taken()) + " were taken from elsewhere on this disk";
    }

    private String summary(SwarmReport report) {
        long givers = report.peers().stream().filter(peer -> peer.received() > 0).count();
        return Sizes.format(report.received()) + " from " + Peers.text((int) givers) + " in "
                + Math.round(seconds() * 10) / 10.0 + " s, "
                + Sizes.format((long) (report.received() / Math.max(0.001, seconds()))) + "/s"
                + (fetching.taken() > 0 ? "; " + taken() : "")
                + (fetching.resumed() > 0 ? "; " + Sizes.format(fetching.resumed()) + " were here" : "")
                + (report.wasted() > 0 ? "; " + Sizes.format(report.wasted()) + " came in vain" : "");
    }

    /** A signal ended it. Returns the exit code of an unfinished fetch, or nothing if all was here. */
    OptionalInt interrupted() {
        if (complete) return OptionalInt.empty();
        terminal.say("Interrupted; the same command goes on with it.");
        if (terminal.isJson()) {
            var json = new LinkedHashMap<String, Object>();
            json.put("event", "interrupted");
            SwarmReport report = fetching.report();
            figures(json, report);
            json.put("peers", peers(report));
            terminal.json(json);
        }
        return OptionalInt.of(Exit.UNFINISHED.code);
    }
}
