package shoal.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The real rtorrent, which knows BitTorrent v1 alone, and looks for peers by trackers alone. */
public final class Rtorrent {
    /** What it needs to be told. */
    public static final Map<String, String> ENVIRONMENT = Map.of("TERM", "dumb");

    private Rtorrent() {}

    /** Skips the test where there is none. */
    public static void needed() throws InterruptedException {
        Program.needed("no rtorrent: apt-get install rtorrent", "rtorrent", "-h");
    }

    /**
     * The command that takes part in a share.
     *
     * @param home where its own files are
     * @param data where the share's files come
     * @param address where it listens, at any port
     * @param bell rings with {@code rtorrent finished}
     */
    public static List<String> command(Path home, Path data, String address, Path manifest, Path bell)
            throws IOException {
        Files.createDirectories(data);
        Path session = Files.createDirectories(home.resolve("session"));
        Path settings = Files.write(home.resolve("rtorrent.rc"), List.of(
                "directory.default.set=" + data,
                "session.path.set=" + session,
                "network.port_range.set=20000-60000",
                "network.port_random.set=yes",
                "network.bind_address.set=" + address,
                "network.local_address.set=" + address,
                "dht.mode.set=disable",
                "protocol.pex.set=no",
                "system.daemon.set=true",
                "method.set_key=event.download.finished,told,\"execute={sh,-c,"
                        + Bell.ring(bell, "rtorrent finished") + "}\"",
                "load.start=" + manifest));
        return List.of("rtorrent", "-n", "-o", "import=" + settings);
    }
}
