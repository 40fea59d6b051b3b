package shoal.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

final class ReceivedLogTest {
    private static final Hash SHARE = new Hash(1, 2, 3, 4);
    private static final HashList LEAVES = HashList.of(new Hash(5, 6, 7, 8), new Hash(9, 10, 11, 12));

    @TempDir
    private Path dir;

    private FileChannel channel;

    @BeforeEach
    void open() throws IOException {
        channel = FileChannel.open(
                dir.resolve("log"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
    }

    private ReceivedLog log(Hash share) throws IOException {
        return ReceivedLog.open(channel, 4096, share);
    }

    private ReceivedLog fresh() throws IOException {
        ReceivedLog log = log(SHARE);
        assertEquals(List.of(), log.leftovers());
        log.reset();
        return log;
    }

    @Test
    void findsWhatAKilledProcessNoted() throws IOException {
        ReceivedLog log = fresh();
        log.made(7, 4711);
        log.touched(7, 1_000_000_000_000_000_000L);
        log.received(7, 1L << 33, LEAVES);
        log.forgotten(7, 64, 3);
        List<ReceivedLog.Entry> expected = List.of(
                new ReceivedLog.Entry.Made(7, 4711),
                new ReceivedLog.Entry.Touched(7, 1_000_000_000_000_000_000L),
                new ReceivedLog.Entry.Received(7, 1L << 33, LEAVES),
                new ReceivedLog.Entry.Forgotten(7, 64, 3));
        assertEquals(expected, log(SHARE).leftovers());
        assertEquals(expected, log(SHARE).leftovers(), "reading does not change it");
    }

    @Test
    void forgetsWhatTheDatabaseHasTakenOver() throws IOException {
        ReceivedLog log = fresh();
        log.received(1, 0, LEAVES);
        int full = log.swap();
        log.received(2, 0, LEAVES);
        assertEquals(2, log(SHARE).leftovers().size());
        log.clear(full);
        assertEquals(List.of(new ReceivedLog.Entry.Received(2, 0, LEAVES)), log(SHARE).leftovers());
        int second = log.swap();
        log.received(3, 0, LEAVES);
        log.clear(second);
        assertEquals(List.of(new ReceivedLog.Entry.Received(3, 0, LEAVES)), log(SHARE).leftovers());
    }

    @Test
    void tellsTheOlderHalfFirst() throws IOException {
        ReceivedLog log = fresh();
        for (int turn = 0; turn < 5; turn++) {
            log.received(turn, 0, LEAVES);
            int full = log.swap();
            log.forgotten(turn, 0, 2);
            assertEquals(
                    List.of(
                            new ReceivedLog.Entry.Received(turn, 0, LEAVES),
                            new ReceivedLog.Entry.Forgotten(turn, 0, 2)),
                    log(SHARE).leftovers());
            log.clear(full);
            log.clear(log.swap());
        }
    }

    @Test
    void endsAtAnEntryThatWasCutShort() throws IOException {
        ReceivedLog log = fresh();
        log.received(1, 0, LEAVES);
        log.received(2, 0, LEAVES);
        long second = 4096 + Long.BYTES + Hash.BYTES + 24 + 64;
        for (int wrong = 0; wrong < 24 + 64; wrong++) {
            ByteBuffer old = ByteBuffer.allocate(1);
            channel.read(old, second + wrong);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) ~old.get(0)}), second + wrong);
            List<ReceivedLog.Entry> first = List.of(new ReceivedLog.Entry.Received(1, 0, LEAVES));
            assertEquals(first, log(SHARE).leftovers(), "byte " + wrong);
            channel.write(old.flip(), second + wrong);
        }
        assertEquals(2, log(SHARE).leftovers().size());
    }

    @Test
    void isSilentAboutAnotherShareAndAfterAReset() throws IOException {
        ReceivedLog log = fresh();
        log.received(1, 0, LEAVES);
        assertEquals(List.of(), log(new Hash(1, 2, 3, 5)).leftovers());
        log.reset();
        assertEquals(List.of(), log(SHARE).leftovers());
    }

    @Test
    void saysWhenItIsFull() throws IOException {
        ReceivedLog log = fresh();
        int count = 0;
        while (log.received(0, count, LEAVES)) count++;
        assertTrue(count > 5000, "room for " + count);
        assertEquals(count, log(SHARE).leftovers().size());
        int full = log.swap();
        assertTrue(log.received(1, 0, LEAVES));
        log.clear(full);
        assertFalse(log(SHARE).leftovers().size() > 1);
    }

    @Test
    void takesGarbageForNothing() throws IOException {
        Files.write(dir.resolve("log"), TestContent.random(1, 3 << 20));
        assertEquals(List.of(), log(SHARE).leftovers());
    }
}
