package shoal.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real aria2, which knows BitTorrent v1 alone, and looks for peers by trackers alone. */
public final class Aria2 {
    private static final String PROGRAM = "aria2c";

    private Aria2() {}

    /** Skips the test where there is none. */
    public static void needed() throws InterruptedException {
        Program.needed("no " + PROGRAM + ": apt-get install aria2", PROGRAM, "--version");
    }

    /**
     * The command that takes part in a share.
     *
     * @param data where the share's files come, or lie
     * @param what a manifest or a link
     * @param more further words
     */
    public static List<String> command(Path data, String what, String... more) {
        var command = new ArrayList<>(List.of(PROGRAM, "--no-conf", "--enable-dht=false", "--enable-dht6=false",
                "--bt-enable-lpd=false", "--enable-peer-exchange=false", "--disable-ipv6=true",
                "--file-allocation=none", "--dir=" + data));
        command.addAll(List.of(more));
        command.add(what);
        return command;
    }
}
