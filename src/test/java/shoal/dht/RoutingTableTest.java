package shoal.dht;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import shoal.bytes.Endpoint;

/** Who has a place in the table of a node. */
final class RoutingTableTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final SplittableRandom random = new SplittableRandom(1);
    private final NodeId own = NodeId.random(random);
    private final RoutingTable table = new RoutingTable(own, 0);

    private Contact near(int bits, int number) {
        return new Contact(own.neighbour(bits, random), Endpoint.parse("127.0.0.1:" + (1000 + number)));
    }

    /** As many as a bucket holds, and one that waits. */
    private List<Contact> full() {
        var contacts = new ArrayList<Contact>();
        for (int i = 0; i <= DhtLimits.K; i++) contacts.add(near(0, i));
        contacts.forEach(contact -> table.answered(contact, 0));
        return contacts;
    }

    @Test
    void holdsManyThatAreCloseAndFewThatAreFar() {
        for (int i = 0; i < 2000; i++) table.answered(near(i % 40, i), 0);
        assertEquals(40 * DhtLimits.K, table.size());
        List<Contact> closest = table.closest(own, 20, true);
        assertEquals(20, closest.size());
        for (int i = 1; i < 20; i++) {
            assertTrue(own.compareDistance(closest.get(i - 1).id(), closest.get(i).id()) < 0, "the closest is first");
        }
        assertEquals(39, own.commonBits(closest.getFirst().id()));
    }

    @Test
    void keepsOldNodesBeforeNewOnesAndLetsThoseFollowWhoWait() {
        List<Contact> contacts = full();
        Contact waiting = contacts.removeLast();
        assertTrue(table.good().containsAll(contacts) && !table.good().contains(waiting));
        Contact first = contacts.getFirst();
        table.failed(first, MINUTE);
        assertTrue(table.good().contains(first), "once is no proof");
        table.failed(first, MINUTE);
        assertFalse(table.good().contains(first));
        assertTrue(table.good().contains(waiting));
        assertEquals(DhtLimits.K, table.size());
    }

    @Test
    void keepsBadNodesForAWhileIfNobodyWaits() {
        Contact only = near(3, 1);
        table.answered(only, 0);
        for (int i = 1; i < DhtLimits.GONE; i++) table.failed(only, 0);
        assertEquals(1, table.size());
        assertEquals(List.of(), table.closest(own, 8, true), "nobody else is told of it");
        assertEquals(List.of(only), table.closest(own, 8, false));
        table.answered(only, 0);
        assertEquals(List.of(only), table.closest(own, 8, true), "it was our network");
        for (int i = 0; i < DhtLimits.GONE; i++) table.failed(only, 0);
        assertEquals(0, table.size());
    }

    @Test
    void givesNoPlaceToWhoTakesAnothersName() {
        Contact honest = near(5, 1);
        table.answered(honest, 0);
        table.answered(new Contact(honest.id(), Endpoint.parse("127.0.0.1:9")), 0);
        assertEquals(List.of(honest), table.good());
    }

    @Test
    void givesOneMachineOnePlaceAndNoneToIdsThatDoNotFitIt() {
        Endpoint at = SimInternet.address(1);
        table.answered(new Contact(NodeId.random(random), at), 0);
        assertEquals(0, table.size());
        table.answered(new Contact(SecureId.of(at.address(), random), at), 0);
        table.answered(new Contact(SecureId.of(at.address(), random), new Endpoint(at.address(), 9)), 0);
        assertEquals(1, table.size());
        var again = new Contact(SecureId.of(at.address(), random), at);
        table.answered(again, 0);
        assertEquals(List.of(again), table.good(), "it has another id now");
    }

    @Test
    void asksAfterWhoWasNotHeardOfForAQuarterOfAnHour() {
        Contact silent = near(1, 1);
        Contact heard = near(2, 2);
        table.answered(silent, 0);
        table.answered(heard, 0);
        assertEquals(Optional.empty(), table.questionable(14 * MINUTE));
        table.hasAsked(heard, 10 * MINUTE);
        assertEquals(Optional.of(silent), table.questionable(16 * MINUTE));
        assertEquals(Optional.empty(), table.questionable(16 * MINUTE), "it has some time to answer");
    }

    @Test
    void freshensWhatHasNotChangedForAQuarterOfAnHour() {
        full();
        assertEquals(Optional.empty(), table.stale(14 * MINUTE, random));
        NodeId place = table.stale(16 * MINUTE, random).orElseThrow();
        assertEquals(0, own.commonBits(place));
        assertEquals(1, own.commonBits(table.stale(16 * MINUTE, random).orElseThrow()));
        assertEquals(Optional.empty(), table.stale(17 * MINUTE, random));
    }
}
