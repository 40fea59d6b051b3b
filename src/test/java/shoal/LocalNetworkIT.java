package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static shoal.testing.Program.NO_TRACKER;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shoal.testing.Libtorrent;
import shoal.testing.Program;
import shoal.testing.TwoHosts;

/** Two hosts on a network of their own, with no tracker anywhere, find each other: ours, and ours and libtorrent's. */
final class LocalNetworkIT extends Processes {

    private TwoHosts hosts;

    @BeforeAll
    static void needsRoot() {
        assumeTrue(TwoHosts.impediment().isEmpty(), () -> "skipped: " + TwoHosts.impediment().orElse(""));
    }

    @AfterEach
    void part() {
        killAll();
        if (hosts != null) hosts.close();
    }

    private Program share(Path what, String... more) throws Exception {
        var words = new ArrayList<>(List.of("share", what.toString(), "-t", NO_TRACKER, "-p", "64KiB"));
        words.addAll(List.of(more));
        Program share = program(hosts.shoalOnFirst(folder.resolve("sharer"), words.toArray(String[]::new)));
        share.await("^READY", LONG);
        return share;
    }

    private Program fetch(String what, String... more) throws IOException {
        var words = new ArrayList<>(List.of("fetch", what, "-o", folder.resolve("out").toString(), "-t", NO_TRACKER));
        words.addAll(List.of(more));
        return program(hosts.shoalOnSecond(folder.resolve("fetcher"), words.toArray(String[]::new)));
    }

    private static String hash(Program share) throws Exception {
        return share.await("^hash\\s+(\\S+)", LONG).group(1);
    }

    private void assertFetched(Program fetch, Path original) throws Exception {
        assertEquals(0, fetch.exit(LONG), fetch::toString);
        assertEquals(-1, Files.mismatch(original, folder.resolve("out").resolve(original.getFileName())));
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    void twoOfOursFindEachOther(boolean ipv4, boolean ipv6) throws Exception {
        hosts = TwoHosts.join(ipv4, ipv6);
        Path file = random("film.bin", 1, 3);
        Program share = share(file);
        assertFetched(fetch(hash(share)), file);
    }

    @Test
    void whoDoesNotWantToIsNotFound() throws Exception {
        hosts = TwoHosts.join(true, true);
        Program share = share(random("film.bin", 1, 1), "--no-lan");
        Program fetch = fetch(hash(share));
        assertEquals(6, fetch.exit(LONG), fetch::toString);
    }

    @Test
    void aNameIsEnoughToFindWhatANeighbourShares() throws Exception {
        hosts = TwoHosts.join(true, true);
        Path file = random("film.bin", 4, 3);
        share(file);
        assertFetched(program(hosts.shoalOnSecond(folder.resolve("fetcher"), "fetch", "film.bin", "-o",
                folder.resolve("out").toString())), file);
    }

    @Test
    void whatWasSharedBeforeTheNetworkCameUpIsFoundByItsName() throws Exception {
        hosts = TwoHosts.join(true, false);
        hosts.unplugFirst();
        Path file = random("film.bin", 7, 1);
        Program share = share(file, "-v");
        share.awaitError("no neighbours yet", LONG);
        hosts.plugFirst();
        share.awaitError("neighbours are told", LONG);
        assertFetched(fetch("film.bin"), file);
    }

    @Test
    void aNameThatTwoNeighboursGiveToDifferentSharesIsNotGuessed() throws Exception {
        hosts = TwoHosts.join(true, false);
        Program first = share(random("film.bin", 5, 1), "-v");
        String one = hash(first);
        Files.createDirectory(folder.resolve("other"));
        Program share = program(hosts.shoalOnFirst(folder.resolve("sharer too"), "share",
                random("other/film.bin", 6, 1).toString(), "-t", NO_TRACKER, "-v"));
        first.awaitError("neighbours are told", LONG);
        share.awaitError("neighbours are told", LONG);
        Program fetch = fetch("film.bin");
        assertEquals(2, fetch.exit(LONG), fetch::toString);
        fetch.awaitError("  " + one, LONG);
        fetch.awaitError("  " + hash(share), LONG);
    }

    @Test
    void libtorrentFindsUs() throws Exception {
        Libtorrent.needed();
        hosts = TwoHosts.join(true, false);
        Path file = random("film.bin", 2, 3);
        String hash = hash(share(file));
        Program fetch = program(hosts.onSecond(Map.of(), Libtorrent.command("fetch", "magnet:?xt=urn:btmh:1220" + hash,
                folder.resolve("out").toString(), "--bind", "10.77.0.2", "--port", "7000", "--find", "lsd")));
        assertFetched(fetch, file);
    }

    @Test
    void weFindLibtorrent() throws Exception {
        Libtorrent.needed();
        hosts = TwoHosts.join(true, false);
        Path file = random("film.bin", 3, 3);
        Program made = ended(0, "maker", "share", file.toString(), "-t", NO_TRACKER, "--no-seed");
        Program seed = program(hosts.onFirst(Map.of(), Libtorrent.command("seed",
                made.await("^manifest\\s+(.+)$", LONG).group(1), folder.toString(), "--bind", "10.77.0.1", "--port",
                "7000", "--find", "lsd")));
        seed.await("READY", LONG);
        assertFetched(fetch(hash(made)), file);
    }
}
