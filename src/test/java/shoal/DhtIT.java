package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static shoal.testing.Program.NO_TRACKER;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import shoal.discovery.DhtNetwork;
import shoal.testing.Libtorrent;
import shoal.testing.Program;
import shoal.testing.TwoHosts;

/** The real libtorrent and {@code ./shoal} find each other by nothing but the DHT: a network of ours on loopback. */
@Timeout(300)
final class DhtIT extends Processes {

    @BeforeAll
    static void needsLibtorrent() throws InterruptedException {
        Libtorrent.needed();
    }

    /** A {@code ./shoal} that may use the DHT. */
    private Program member(String home, String... words) throws IOException {
        var environment = new HashMap<>(Program.environment(folder.resolve(home)));
        environment.remove("SHOAL_NO_DHT");
        return program(Program.start(environment, Program.command(words)));
    }

    private Path libtorrentManifest(Path file) throws Exception {
        Path torrent = folder.resolve("theirs.torrent");
        Libtorrent.make(file, torrent, 65_536);
        return torrent;
    }

    @Test
    void fetchesFromALibtorrentThatOnlyTheDhtKnows() throws Exception {
        Path file = random("film.bin", 1, 3);
        Path torrent = libtorrentManifest(file);
        try (DhtNetwork network = DhtNetwork.of(20, folder.resolve("network"))) {
            Program seeder = libtorrent("seed", torrent.toString(), folder.toString(), "--dht", network.wayIn());
            seeder.await("^READY", LONG);
            Program fetch = member("fetch", "fetch", "magnet:?xt=urn:btmh:1220" + Libtorrent.v2Hash(torrent),
                    "--bind", "127.0.0.1", "-t", NO_TRACKER, "--dht-bootstrap", network.wayIn(), "-o",
                    folder.resolve("out").toString());
            assertEquals(0, fetch.exit(LONG), fetch::toString);
            assertEquals(-1, Files.mismatch(file, folder.resolve("out/film.bin")));
        }
    }

    @Test
    void givesToALibtorrentThatKnowsOnlyTheDht() throws Exception {
        Path file = random("film.bin", 2, 3);
        try (DhtNetwork network = DhtNetwork.of(20, folder.resolve("network"))) {
            Program share = member("share", "share", file.toString(), "--bind", "127.0.0.1", "-t", NO_TRACKER,
                    "--dht-bootstrap", network.wayIn());
            String magnet = share.await("^magnet\\s+(\\S+)", LONG).group(1);
            share.await("^READY", LONG);
            // our magnet names us as a peer; without that only the DHT is left
            String link = magnet.replaceAll("&(x\\.pe|tr)=[^&]*", "");
            Program fetch = libtorrent("fetch", link, folder.resolve("out").toString(), "--dht", network.wayIn());
            assertEquals(0, fetch.exit(LONG), () -> fetch + "\n" + share);
            assertEquals(-1, Files.mismatch(file, folder.resolve("out/film.bin")));
            signal("TERM", share);
            assertEquals(143, share.exit(SIGNALLED));
            assertTrue(Files.size(folder.resolve("share/cache/dht4.nodes")) > 26, "it remembers nodes");
        }
    }

    /** Both ways, and no IPv4 anywhere (BEP 32). */
    @Test
    void findsAndIsFoundByLibtorrentOverIpv6Alone() throws Exception {
        DhtNetwork.needsIpv6();
        Path file = random("film.bin", 5, 2);
        Path torrent = libtorrentManifest(file);
        Path other = random("other.bin", 6, 2);
        try (DhtNetwork network = DhtNetwork.of(12, InetAddress.ofLiteral("::1"), folder.resolve("network"))) {
            Program seeder = libtorrent("seed", torrent.toString(), folder.toString(), "--bind", "[::1]",
                    "--dht", network.wayIn());
            seeder.await("^READY", LONG);
            Program share = member("share", "share", other.toString(), "--bind", "::1", "-t", NO_TRACKER,
                    "--dht-bootstrap", network.wayIn());
            String hash = share.await("^hash\\s+(\\S+)", LONG).group(1);
            share.await("^READY", LONG);
            Program fetch = member("fetch", "fetch", "magnet:?xt=urn:btmh:1220" + Libtorrent.v2Hash(torrent),
                    "--bind", "::1", "-t", NO_TRACKER, "--dht-bootstrap", network.wayIn(), "-o",
                    folder.resolve("out").toString());
            assertEquals(0, fetch.exit(LONG), fetch::toString);
            assertEquals(-1, Files.mismatch(file, folder.resolve("out/film.bin")));
            Program theirs = libtorrent("fetch", "magnet:?xt=urn:btmh:1220" + hash, folder.resolve("out").toString(),
                    "--bind", "[::1]", "--dht", network.wayIn());
            assertEquals(0, theirs.exit(LONG), () -> theirs + "\n" + share);
            assertEquals(-1, Files.mismatch(other, folder.resolve("out/other.bin")));
        }
    }

    @Test
    void usesAnAddressThatComesWhileItRunsUntilThatGoes() throws Exception {
        assumeTrue(TwoHosts.impediment().isEmpty(), () -> "skipped: " + TwoHosts.impediment().orElse(""));
        try (TwoHosts hosts = TwoHosts.join(true, false)) {
            var environment = new HashMap<>(Program.environment(folder.resolve("share")));
            environment.remove("SHOAL_NO_DHT");
            Program share = program(hosts.onFirst(environment, Program.command("share",
                    random("film.bin", 7, 1).toString(), "-t", NO_TRACKER, "--dht-bootstrap", "10.77.0.2:9", "-v")));
            share.awaitError("the DHT is used over UDP port", LONG);
            hosts.addToFirst("2001:db8:77::1/64");
            share.awaitError("the DHT is used from now on over IPv4 and at 2001:db8:77:0:0:0:0:1$", LONG);
            hosts.removeFromFirst("2001:db8:77::1/64");
            share.awaitError("the DHT is used from now on over IPv4 and at no IPv6 address$", LONG);
            share.close();
        }
    }

    /** libtorrent alone is the network: it lets us in, keeps our announce and tells of it. */
    @Test
    void usesAnotherLibtorrentAsTheWholeDht() throws Exception {
        Path file = random("film.bin", 3, 1);
        Path other = random("other.bin", 4, 1);
        Path torrent = libtorrentManifest(other);
        Program network = libtorrent("seed", torrent.toString(), folder.toString(), "--dht", "127.0.0.1:1");
        String port = network.await("READY port=([0-9]+)", LONG).group(1);
        Program share = member("share", "share", file.toString(), "--bind", "127.0.0.1", "-t", NO_TRACKER,
                "--dht-bootstrap", "127.0.0.1:" + port);
        String hash = share.await("^hash\\s+(\\S+)", LONG).group(1);
        Program fetch = member("fetch", "fetch", "magnet:?xt=urn:btmh:1220" + hash, "--bind", "127.0.0.1",
                "-t", NO_TRACKER, "--dht-bootstrap", "127.0.0.1:" + port, "-o", folder.resolve("out").toString());
        assertEquals(0, fetch.exit(LONG), () -> fetch + "\n" + share);
        assertEquals(-1, Files.mismatch(file, folder.resolve("out/film.bin")));
    }
}
