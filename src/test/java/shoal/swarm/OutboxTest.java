package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.swarm.Outbox.Outgoing;
import shoal.wire.HashRequest;
import shoal.wire.Hashes;
import shoal.wire.Message;

@Timeout(60)
class OutboxTest {
    private static final HashRequest ASKED = new HashRequest(new Hash(1, 2, 3, 4), 1, 0, 4, 0);
    private static final Hashes ANSWER = new Hashes(ASKED, HashList.wrap(new byte[4 * Hash.BYTES]));

    private final long start = System.nanoTime();
    private final Outbox outbox = new Outbox(true, 16);

    private static List<Object> all(Outbox outbox) {
        var all = new ArrayList<>();
        for (Outgoing next; (next = outbox.poll(System.nanoTime())) != null; ) {
            all.add(next instanceof Outgoing.Said(Message message) ? message : next);
        }
        return all;
    }

    private static Outgoing block(int piece) {
        return new Outgoing.Blocks(piece, 0, 16_384, 1);
    }

    private static void serve(Outbox outbox, int... pieces) {
        for (int piece : pieces) assertTrue(outbox.serve(piece, 0, 16_384));
    }

    @Test
    void messagesKeepTheirOrderAndOvertakeBlocks() {
        serve(outbox, 1, 2);
        outbox.say(ANSWER);
        outbox.say(new Message.Have(7));
        serve(outbox, 3);
        outbox.say(new Message.Unchoke());
        assertEquals(List.of(ANSWER, new Message.Have(7), new Message.Unchoke(), block(1), block(2), block(3)),
                all(outbox));
    }

    @Test
    void aChokeOvertakesBlocksAsWellIfThePeerKnowsThatTheyMayCome() {
        serve(outbox, 1);
        outbox.say(new Message.Choke());
        assertEquals(List.of(new Message.Choke(), block(1)), all(outbox));
    }

    @Test
    void withoutTheFastExtensionAChokeWaitsForTheBlocksBeforeItAndForNoOthers() {
        var plain = new Outbox(false, 16);
        plain.say(new Message.Have(1));
        serve(plain, 1, 2);
        plain.say(new Message.Choke());
        plain.say(new Message.Have(2));
        plain.say(new Message.Unchoke());
        serve(plain, 3, 4);
        assertEquals(List.of(new Message.Have(1), block(1), block(2), new Message.Choke(), new Message.Have(2),
                new Message.Unchoke(), block(3), block(4)), all(plain));
    }

    @Test
    void blocksThatLieSideBySideGoTogether() {
        for (int i = 0; i < 20; i++) outbox.serve(1, i << 14, 16_384);
        outbox.serve(1, 20 << 14, 100);
        outbox.serve(1, (20 << 14) + 100, 16_384);
        outbox.serve(2, (21 << 14) + 100, 16_384);
        outbox.serve(2, 5 << 14, 16_384);
        outbox.serve(2, 7 << 14, 16_384);
        outbox.serve(2, 6 << 14, 16_384);
        assertEquals(List.of(new Outgoing.Blocks(1, 0, 16 << 14, 16),
                // behind a short one there is no other
                new Outgoing.Blocks(1, 16 << 14, (4 << 14) + 100, 5),
                new Outgoing.Blocks(1, (20 << 14) + 100, 16_384, 1),
                new Outgoing.Blocks(2, (21 << 14) + 100, 16_384, 1),
                new Outgoing.Blocks(2, 5 << 14, 16_384, 1),
                new Outgoing.Blocks(2, 7 << 14, 16_384, 1),
                new Outgoing.Blocks(2, 6 << 14, 16_384, 1)), all(outbox));
    }

    @Test
    void whatWaitsForAChokeDoesNotGoTogetherWithWhatIsBeforeIt() {
        var plain = new Outbox(false, 16);
        plain.serve(1, 0, 16_384);
        plain.say(new Message.Choke());
        plain.say(new Message.Unchoke());
        plain.serve(1, 16_384, 16_384);
        assertEquals(List.of(new Outgoing.Blocks(1, 0, 16_384, 1), new Message.Choke(), new Message.Unchoke(),
                new Outgoing.Blocks(1, 16_384, 16_384, 1)), all(plain));
    }

    @Test
    void whoTakesOneAtATimeGetsOneAtATime() {
        var slow = new Outbox(true, 1);
        slow.serve(1, 0, 16_384);
        slow.serve(1, 16_384, 16_384);
        assertEquals(2, all(slow).size());
    }

    @Test
    void noBlockGoesBeforeItsTime() {
        serve(outbox, 1);
        outbox.say(ANSWER);
        long later = start + Duration.ofHours(1).toNanos();
        assertEquals(new Outgoing.Said(ANSWER), outbox.poll(later));
        assertNull(outbox.poll(later));
        assertEquals(block(1), outbox.poll(start));
    }

    @Test
    void whoWaitsIsWokenByWhatIsLaidIn() throws Exception {
        var waiting = new FutureTask<>(() -> outbox.take(start));
        Thread.ofVirtual().start(waiting);
        serve(outbox, 5);
        assertEquals(block(5), waiting.get());
    }

    @Test
    void whoWaitsForTheTimeOfABlockTakesAMessageMeanwhileAndTheBlockThen() throws Exception {
        serve(outbox, 5);
        var waiting = new FutureTask<>(() -> outbox.take(start + Duration.ofHours(1).toNanos()));
        Thread.ofVirtual().start(waiting);
        outbox.say(ANSWER);
        assertEquals(new Outgoing.Said(ANSWER), waiting.get());
        long soon = System.nanoTime() + Duration.ofMillis(20).toNanos();
        assertEquals(block(5), outbox.take(soon));
        assertTrue(System.nanoTime() >= soon);
    }

    @Test
    void holdsSomeThousandsForWhoTakesNothing() {
        int messages = 0;
        while (outbox.say(new Message.Have(1))) messages++;
        int blocks = 0;
        while (outbox.serve(1, 0, 16_384)) blocks++;
        assertEquals(16_384, messages);
        assertEquals(16_384, blocks);
    }

    @Test
    void afterItsEndItHoldsNothingAndGivesNothing() throws Exception {
        serve(outbox, 1);
        outbox.close();
        outbox.say(ANSWER);
        serve(outbox, 2);
        assertEquals(new Outgoing.End(), outbox.poll(start));
        assertEquals(new Outgoing.End(), outbox.take(start));
    }
}
