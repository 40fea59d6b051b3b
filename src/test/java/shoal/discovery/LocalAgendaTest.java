package shoal.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;

class LocalAgendaTest {
    private static final long MINUTE = LocalLimits.LEAST_INTERVAL;
    private static final long INTERVAL = LocalLimits.INTERVAL;

    /** A clock shows anything, and passes zero. */
    private static final long NOW = -MINUTE / 2;

    private static final InfoHash ONE = new InfoHash(1, 0, 0);
    private static final InfoHash TWO = new InfoHash(2, 0, 0);

    private final LocalAgenda agenda = new LocalAgenda();

    private static Endpoint at(int number) {
        return new Endpoint(InetAddress.ofLiteral("192.168.0." + number), 6881);
    }

    @Test
    void announcesAtOnceAndThenEveryFiveMinutes() {
        agenda.add(ONE, NOW);
        assertEquals(List.of(ONE), agenda.take(NOW));
        assertEquals(List.of(), agenda.take(NOW));
        assertEquals(INTERVAL, agenda.rest(NOW));
        assertEquals(List.of(), agenda.take(NOW + INTERVAL - 1));
        assertEquals(List.of(ONE), agenda.take(NOW + INTERVAL));
    }

    @Test
    void whoIsNewIsAnsweredButNotWithinAMinuteOfTheLastTime() {
        agenda.add(ONE, NOW);
        agenda.take(NOW);
        agenda.asked(ONE, at(1), NOW + 10);
        assertEquals(List.of(), agenda.take(NOW + MINUTE - 1));
        assertEquals(List.of(ONE), agenda.take(NOW + MINUTE));
        agenda.asked(ONE, at(1), NOW + 3 * MINUTE);
        assertEquals(List.of(), agenda.take(NOW + 3 * MINUTE), "it is known");
        agenda.asked(ONE, at(2), NOW + 3 * MINUTE);
        assertEquals(List.of(ONE), agenda.take(NOW + 3 * MINUTE));
    }

    @Test
    void howeverManyAskItAnnouncesOnceAMinute() {
        agenda.add(ONE, NOW);
        int times = 0;
        for (int second = 0; second < 600; second++) {
            agenda.asked(ONE, at(second % 250), NOW + second * MINUTE / 60);
            agenda.hurry(ONE, NOW + second * MINUTE / 60);
            times += agenda.take(NOW + second * MINUTE / 60).size();
        }
        assertEquals(10, times);
    }

    @Test
    void whoIsSoonDueGoesAlong() {
        agenda.add(ONE, NOW);
        agenda.take(NOW);
        agenda.add(TWO, NOW + INTERVAL - MINUTE / 2);
        assertEquals(List.of(ONE, TWO), agenda.take(NOW + INTERVAL - MINUTE / 2));
        agenda.add(ONE, NOW + INTERVAL);
        assertEquals(List.of(ONE), agenda.take(NOW + INTERVAL), "the other was announced just now");
    }

    @Test
    void whatIsOverIsAnnouncedNoMore() {
        agenda.add(ONE, NOW);
        agenda.remove(ONE);
        agenda.asked(ONE, at(1), NOW);
        assertEquals(List.of(), agenda.take(NOW + 2 * INTERVAL));
    }
}
