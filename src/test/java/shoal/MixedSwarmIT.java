package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import shoal.testing.Bell;
import shoal.testing.Hosts;
import shoal.testing.Libtorrent;
import shoal.testing.Program;
import shoal.testing.Qbittorrent;
import shoal.testing.Rtorrent;
import shoal.testing.TwoHosts;

/** Six hosts on a network of their own with four kinds of clients, in one swarm of a hybrid; one has it at first. */
final class MixedSwarmIT extends Processes {
    private static final int LENGTH = 9_500_000 + 1_500_000 + 40_000 + 16_385 + 1;

    private Hosts hosts;

    @BeforeAll
    static void needsRootAndTheClients() throws InterruptedException {
        assumeTrue(TwoHosts.impediment().isEmpty(), () -> "skipped: " + TwoHosts.impediment().orElse(""));
        Libtorrent.needed();
        Qbittorrent.needed();
        Rtorrent.needed();
    }

    @AfterEach
    void part() {
        killAll();
        if (hosts != null) hosts.close();
    }

    /** Of different gaps behind the files, because of rtorrent. */
    private Path tree() throws IOException {
        Path root = folder.resolve("data/records");
        for (int length : new int[] {0, 1, 16_385, 40_000, 1_500_000, 9_500_000}) {
            file(root.resolve("sizes/" + length + ".bin"), length, length);
        }
        return root;
    }

    private Program ours(int host, String... words) throws IOException {
        return program(hosts.on(host, Program.environment(folder.resolve("home" + host)), Program.command(words)));
    }

    private Program libtorrent(int host, Path manifest) throws IOException {
        return program(hosts.on(host, Map.of(), Libtorrent.command("fetch", manifest.toString(), out(host).toString(),
                "--bind", hosts.address(host), "--port", "6881")));
    }

    private Path out(int host) throws IOException {
        return Files.createDirectories(folder.resolve("out" + host));
    }

    /** The seeder is so slow that the others have what they get from each other more than from it. */
    @Test
    void everyOneFinishesAndOursGivesToTheOthersAndTakesFromThem() throws Exception {
        hosts = Hosts.join(6);
        Path what = tree();
        Path manifest = folder.resolve("records.torrent");
        Program tracker = ours(0, "tracker", "--bind", hosts.address(0), "--port", "6969");
        String announce = tracker.await("^READY (\\S+)$", LONG).group(1);
        Program seeder = ours(0, "share", what.toString(), "--hybrid", "-p", "32KiB", "-t", announce, "--bind",
                hosts.address(0), "-o", manifest.toString(), "--upload-limit", "1MiB", "--limit-lan", "--json");
        seeder.await("\"ready\"", LONG);

        Path pipe = folder.resolve("bell");
        Program bell = program(Bell.hang(pipe));
        Program fetch = ours(1, "fetch", manifest.toString(), "-o", out(1).toString(), "-t", announce, "--bind",
                hosts.address(1), "--keep-seeding", "--json");
        Program first = libtorrent(2, manifest);
        Program second = libtorrent(3, manifest);
        program(hosts.on(4, Map.of(), Qbittorrent.command(folder.resolve("profile"), "eth0", 6881, 8080,
                rings(pipe).toString(), List.of("--save-path=" + out(4), "--skip-dialog=true", manifest.toString()))));
        program(hosts.on(5, Rtorrent.ENVIRONMENT, Rtorrent.command(
                folder, out(5), hosts.address(5), manifest, pipe)));

        String done = fetch.await("^.*\"event\":\"done\".*$", LONG).group();
        assertEquals(0, first.exit(LONG), first::toString);
        assertEquals(0, second.exit(LONG), second::toString);
        bell.await("qbittorrent finished", LONG);
        bell.await("rtorrent finished", LONG);
        for (int host = 1; host < 6; host++) assertSame(what, out(host).resolve("records"));

        assertTrue(number(done, "received") - number(done, "wasted") >= LENGTH, done);
        // all who take from it are others' clients, since ours alone has everything already
        assertTrue(number(done, "sent") > 0, done);
        long fromOthers = 0;
        var clients = new ArrayList<String>();
        Matcher peer = Pattern.compile("\"peer\":\"([0-9.]+):[^{}]*").matcher(done);
        while (peer.find()) {
            if (!peer.group(1).equals(hosts.address(0))) fromOthers += number(peer.group(), "received");
            clients.add(peer.group());
        }
        assertTrue(fromOthers > 0, clients::toString);
    }

    /** A command of one word, which has qBittorrent ring. */
    private Path rings(Path pipe) throws IOException {
        Path script = folder.resolve("rings");
        Files.write(script, List.of("#!/bin/sh", Bell.ring(pipe, "qbittorrent finished")));
        assertTrue(script.toFile().setExecutable(true));
        return script;
    }
}
