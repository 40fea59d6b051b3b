package shoal.cli;

import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import shoal.bytes.Hash;
import shoal.catalogue.Holder;
import shoal.node.Census;
import shoal.node.What;

/** {@code shoal peers}. */
final class PeersCommand implements Callable<Integer> {
    private final Main main;

    final Syntax syntax = new Syntax(this, "peers")
            .says("Lists who holds a share, as trackers know it: address, how complete, seen when.")
            .ends(
                "",
                "Examples:",
                "  shoal peers holiday.mkv",
                "  shoal peers root:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "",
                "Exit codes: 0 somebody holds it, 3 nobody does, 6 no tracker could be asked.");

    private final TrackerOptions trackers = new TrackerOptions(syntax);

    private final Setting<String> what = syntax.word(String.class, "WHAT")
            .says(WHAT);

    /** What a user can say wherever a share is meant. */
    static final String WHAT = "A name in the catalogue, NAME@HEX (the newest that the publisher with this key"
            + " has signed; 16 digits of it are enough), a share hash (64 or 40 digits), root:HEX or root:HEX:BYTES"
            + " of a file, a magnet link, a manifest (a path that has a slash or ends with .torrent) or the URL of"
            + " one.";

    PeersCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() throws Exception {
        Terminal terminal = main.terminal();
        int holders = 0;
        for (Census census : Census.of(What.parse(what.value()), trackers.named())) {
            String hash = census.hash().map(Hash::hex).orElseGet(census.infoHash()::hex);
            terminal.result(hash + census.name().map(name -> "  " + name).orElse("")
                    + census.path().map(path -> "  " + path).orElse(""));
            for (Holder holder : census.holders()) {
                terminal.result(line(holder));
                json(terminal, census, hash, holder);
            }
            holders += census.holders().size();
        }
        if (holders > 0) return Exit.OK.code;
        terminal.say("Nobody has announced it.");
        return Exit.NOT_FOUND.code;
    }

    private static String line(Holder holder) {
        String complete = holder.percent() == Holder.UNKNOWN ? "?" : holder.percent() + " %";
        return String.format("  %-24s  %6s  seen %s", holder.endpoint(), complete, Times.ago(holder.seenAgo()));
    }

    private static void json(Terminal terminal, Census census, String hash, Holder holder) {
        var json = new LinkedHashMap<String, Object>();
        json.put("hash", hash);
        census.name().ifPresent(name -> json.put("name", name));
        census.path().ifPresent(path -> json.put("path", path));
        json.put("peer", holder.endpoint().toString());
        json.put("left", holder.left());
        if (holder.percent() != Holder.UNKNOWN) json.put("percent", holder.percent());
        json.put("seenSecondsAgo", holder.seenAgo().toSeconds());
        terminal.json(json);
    }
}
