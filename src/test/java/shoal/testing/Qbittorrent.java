package shoal.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The real qBittorrent, which looks for peers by trackers alone. It has one thread for the disk: docs/BEPS.md says why
 * libtorrent, which it is made of, stops at a hybrid at times if it has more.
 */
public final class Qbittorrent {
    private static final String PROGRAM = "qbittorrent-nox";

    private Qbittorrent() {}

    /** Skips the test where there is none. */
    public static void needed() throws InterruptedException {
        Program.needed("no " + PROGRAM + ": apt-get install " + PROGRAM, PROGRAM, "--version");
    }

    /**
     * The command that starts one.
     *
     * @param profile where its own files are
     * @param network the interface that it uses
     * @param webPort where its own interface listens on loopback
     * @param finished the command to be run when it has all of a share
     * @param more further words
     */
    public static List<String> command(
            Path profile, String network, int port, int webPort, String finished, List<String> more)
            throws IOException {
        Path config = Files.createDirectories(profile.resolve("qBittorrent/config"));
        Files.writeString(config.resolve("qBittorrent.conf"), """
                [AutoRun]
                enabled=%b
                program=%s

                [LegalNotice]
                Accepted=true

                [BitTorrent]
                Session\\Port=%d
                Session\\Interface=%s
                Session\\InterfaceName=%s
                Session\\DHTEnabled=false
                Session\\LSDEnabled=false
                Session\\PeXEnabled=false
                Session\\MultiConnectionsPerIp=true
                Session\\QueueingSystemEnabled=false
                Session\\AsyncIOThreadsCount=1

                [Preferences]
                WebUI\\Address=127.0.0.1
                WebUI\\Port=%d
                WebUI\\LocalHostAuth=false
                WebUI\\CSRFProtection=false
                WebUI\\HostHeaderValidation=false
                WebUI\\UseUPnP=false
                Connection\\UPnP=false
                """.formatted(!finished.isEmpty(), finished, port, network, network, webPort));
        var command = new ArrayList<>(List.of(PROGRAM, "--profile=" + profile));
        command.addAll(more);
        return command;
    }
}
