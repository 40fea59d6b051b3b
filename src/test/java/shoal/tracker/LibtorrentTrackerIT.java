package shoal.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shoal.testing.Program.PATIENCE;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import shoal.testing.Libtorrent;
import shoal.testing.Program;

/** Real libtorrents that know of each other by our tracker alone: no DHT, no local discovery, no exchange, no hint. */
@Timeout(300)
final class LibtorrentTrackerIT {
    @TempDir
    private Path folder;

    @BeforeAll
    static void needsLibtorrent() throws InterruptedException {
        Libtorrent.needed();
    }

    private Path file() throws IOException {
        var bytes = new byte[3_000_123];
        new SplittableRandom(1).nextBytes(bytes);
        Files.createDirectories(folder.resolve("seeder"));
        return Files.write(folder.resolve("seeder/film.bin"), bytes);
    }

    private Tracker tracker(String address, AccessFiles files) throws IOException {
        return Tracker.start(new InetSocketAddress(InetAddress.ofLiteral(address), 0), folder.resolve("data"),
                TrackerLimits.DEFAULT, files);
    }

    /** One gives and one takes; the one that takes knows nothing but the manifest or link, and the tracker. */
    private void findEachOther(Tracker tracker, URI url, String listen, boolean byMagnet) throws Exception {
        Path file = file();
        Path torrent = folder.resolve("film.torrent");
        Libtorrent.make(file, torrent, 16_384);
        String what = byMagnet ? "magnet:?xt=urn:btmh:1220" + Libtorrent.v2Hash(torrent) : torrent.toString();
        try (Program seeder = Libtorrent.start("seed", torrent.toString(), folder.resolve("seeder").toString(),
                "--tracker", url.toString(), "--bind", listen)) {
            seeder.await("READY", PATIENCE);
            while (tracker.peers() < 1) {
                assertTrue(seeder.process().isAlive(), seeder::toString);
                Thread.onSpinWait();
            }
            try (Program leecher = Libtorrent.start("fetch", what, folder.resolve("given").toString(), "--tracker",
                    url.toString(), "--bind", listen)) {
                assertEquals(0, leecher.exit(PATIENCE), leecher::toString);
            }
        }
        assertEquals(-1, Files.mismatch(file, folder.resolve("given/film.bin")));
    }

    @Test
    void findEachOtherOverUdp() throws Exception {
        try (Tracker tracker = tracker("127.0.0.1", AccessFiles.NONE)) {
            findEachOther(tracker, tracker.udpAnnounceUrl(), "127.0.0.1", false);
        }
    }

    @Test
    void findEachOtherOverUdpByMagnet() throws Exception {
        try (Tracker tracker = tracker("127.0.0.1", AccessFiles.NONE)) {
            findEachOther(tracker, tracker.udpAnnounceUrl(), "127.0.0.1", true);
        }
    }

    @Test
    void findEachOtherOverUdpAndIpv6() throws Exception {
        try (Tracker tracker = tracker("::1", AccessFiles.NONE)) {
            findEachOther(tracker, tracker.udpAnnounceUrl(), "[::1]", false);
        }
    }

    /** BEP 41: the key comes in the packet's option. */
    @Test
    void findEachOtherOverUdpWithAKey() throws Exception {
        Path keys = Files.writeString(folder.resolve("keys"), "alicealice\n");
        var files = new AccessFiles(Optional.empty(), Optional.empty(), Optional.of(keys));
        try (Tracker tracker = tracker("127.0.0.1", files)) {
            String keyed = tracker.udpAnnounceUrl().toString().replace("/announce", "/alicealice/announce");
            findEachOther(tracker, URI.create(keyed), "127.0.0.1", false);
        }
    }

    @Test
    void findEachOtherOverHttp() throws Exception {
        try (Tracker tracker = tracker("127.0.0.1", AccessFiles.NONE)) {
            findEachOther(tracker, tracker.announceUrl(), "127.0.0.1", false);
        }
    }
}
