package shoal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import shoal.discovery.DhtNetwork;
import shoal.gateway.NatPmpOnce;
import shoal.testing.BehindRouter;
import shoal.testing.Program;

/** Who shares behind a real router (miniupnpd) is reached from outside by the port that it has asked for. */
@Timeout(300)
final class PortMappingIT extends Processes {
    private static final String TRACKER = "http://" + BehindRouter.WORLD + ":6969/announce";

    private BehindRouter hosts;

    @BeforeAll
    static void needsARouter() {
        Optional<String> impediment = BehindRouter.impediment();
        assumeTrue(impediment.isEmpty(), () -> "skipped: " + impediment.orElse(""));
    }

    @BeforeEach
    void connect() throws Exception {
        hosts = BehindRouter.make(folder);
    }

    @AfterEach
    void part() {
        killAll();
        if (hosts != null) hosts.close();
    }

    private void track() throws Exception {
        program(hosts.shoalOutside(folder.resolve("tracker"), "tracker", "--bind", BehindRouter.WORLD))
                .await("^READY", LONG);
    }

    private Program share(Path file, String... more) throws Exception {
        var words = new ArrayList<>(List.of("share", file.toString(), "-t", TRACKER, "--map-port", "-v"));
        if (!List.of(more).contains("--dht-bootstrap")) words.add("--no-dht");
        words.addAll(List.of(more));
        return program(hosts.shoalAtHome(folder.resolve("of " + file.getFileName()), words.toArray(String[]::new)));
    }

    private static String[] outside(Program share, String way) throws Exception {
        var told = share.awaitError("from outside our port 6881 is at " + BehindRouter.ROUTER
                + ", TCP port (\\d+)(?:, UDP port (\\d+))? \\(" + way + " by 10\\.79\\.0\\.1\\)$", LONG);
        return new String[] {told.group(1), String.valueOf(told.group(2))};
    }

    private void assertFetchedOutside(Path file) throws Exception {
        Path out = folder.resolve("out");
        Program fetch = program(hosts.shoalOutside(folder.resolve("fetcher"), "fetch",
                file.getFileName().toString(), "-t", TRACKER, "-o", out.toString()));
        assertEquals(0, fetch.exit(LONG), fetch::toString);
        assertEquals(-1, Files.mismatch(file, out.resolve(file.getFileName())));
    }

    private void awaitMapped(int count) {
        DhtNetwork.await(() -> {
            try {
                return hosts.mapped() == count;
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** The second one wants the same port, gets another, and says so to the tracker. */
    @Test
    void twoAtHomeAreBothReachedFromOutsideThoughTheyListenAtOnePort() throws Exception {
        hosts.serve(true);
        track();
        Path first = random("first.bin", 1, 2);
        Path second = random("second.bin", 2, 2);
        Program one = share(first, "--port", "6881", "--bind", BehindRouter.HOME.get(0));
        assertEquals("6881", outside(one, "PCP")[0]);
        Program other = share(second, "--port", "6881", "--bind", BehindRouter.HOME.get(1));
        assertNotEquals("6881", outside(other, "PCP")[0]);
        one.await("^READY", LONG);
        other.await("^READY", LONG);
        assertFetchedOutside(first);
        assertFetchedOutside(second);
        assertEquals(2, hosts.mapped());
        signal("TERM", one);
        signal("INT", other);
        assertEquals(143, one.exit(SIGNALLED));
        assertEquals(130, other.exit(SIGNALLED));
        awaitMapped(0);
    }

    @Test
    void whoWasKilledGetsItsPortAgain() throws Exception {
        hosts.serve(true);
        Path file = random("film.bin", 3, 1);
        Program killed = share(file, "--port", "6881");
        outside(killed, "PCP");
        killed.kill();
        assertEquals(1, hosts.mapped());
        // a router may lend it by PCP to none but the one who has gone
        Program again = share(file, "--port", "6881");
        assertEquals("6881", outside(again, "(?:PCP|NAT-PMP)")[0]);
        again.await("^READY", LONG);
        signal("TERM", again);
        assertEquals(143, again.exit(SIGNALLED));
        awaitMapped(0);
    }

    @Test
    void mapsAndGivesUpByNatPmp() throws Exception {
        hosts.serve(true);
        Program asked = program(hosts.atHome(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                NatPmpOnce.class.getName())));
        asked.await("^mapped to 7000 of 45\\.79\\.0\\.1$", LONG);
        assertEquals(1, hosts.mapped());
        asked.process().getOutputStream().close();
        assertEquals(0, asked.exit(LONG), asked::toString);
        awaitMapped(0);
    }

    @Test
    void isReachedByUpnpWhereTheRouterKnowsNothingElse() throws Exception {
        hosts.serve(false);
        track();
        Path file = random("film.bin", 4, 2);
        Program share = share(file, "--port", "6881", "--dht-bootstrap", BehindRouter.WORLD + ":9");
        String[] ports = outside(share, "UPnP");
        assertEquals(List.of("6881", "6881"), List.of(ports));
        share.await("^READY", LONG);
        assertFetchedOutside(file);
        signal("TERM", share);
        assertEquals(143, share.exit(SIGNALLED));
        awaitMapped(0);
    }

    @Test
    void sharesAllTheSameAndSaysSoOnceWhereNoRouterMapsPorts() throws Exception {
        Program share = share(random("film.bin", 5, 1), "--port", "6881");
        share.await("^READY", LONG);
        share.awaitError("^shoal: no port of a router leads here, .*PCP by 10\\.79\\.0\\.1 is of no use", LONG);
        assertFalse(share.toString().contains("bug"), share::toString);
        signal("TERM", share);
        assertEquals(143, share.exit(SIGNALLED));
    }
}
