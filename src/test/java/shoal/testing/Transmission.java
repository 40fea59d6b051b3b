package shoal.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The real Transmission, which knows BitTorrent v1 alone, and looks for peers by trackers alone. It connects to no
 * loopback address. It says {@code Seeding} when it has everything.
 */
public final class Transmission {
    private static final String PROGRAM = "transmission-cli";

    private Transmission() {}

    /** Skips the test where there is none. */
    public static void needed() throws InterruptedException {
        Program.needed("no " + PROGRAM + ": apt-get install " + PROGRAM, PROGRAM, "--version");
    }

    /**
     * The command that takes part in a share.
     *
     * @param home where its own files are
     * @param data where the share's files come, or lie
     * @param what a manifest or a link
     * @param more further words
     */
    public static List<String> command(Path home, Path data, String what, String... more) throws IOException {
        Files.writeString(Files.createDirectories(home).resolve("settings.json"), """
                {
                    "dht-enabled": false,
                    "lpd-enabled": false,
                    "pex-enabled": false,
                    "utp-enabled": false,
                    "port-forwarding-enabled": false
                }
                """);
        var command = new ArrayList<>(List.of(
                PROGRAM, "-M", "-g", home.toString(), "-w", Files.createDirectories(data).toString()));
        command.addAll(List.of(more));
        command.add(what);
        return command;
    }
}
