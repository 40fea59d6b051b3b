package shoal.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ProgressLineTest {
    private static final long MIB = 1 << 20;

    @Test
    void saysHowFarHowFastHowLongAndFromHowMany() {
        var line = new ProgressLine("a.iso", 64 * MIB, 256 * MIB, 2 * MIB, "3 peers");
        assertEquals("a.iso: 25.0%  64.0 MiB of 256.0 MiB  2.0 MiB/s  1:36 left  3 peers", line.text());
        assertEquals("a.iso  [######--------------------]   25.0%  "
                + "64.0 MiB of 256.0 MiB  2.0 MiB/s  1:36 left  3 peers",
                line.bar(98));
    }

    @Test
    void theBarNeverReachesTheLastColumn() {
        for (String name : new String[] {"a", "b".repeat(200), "c\u001b[31m\ud83d\ude00".repeat(30)}) {
            for (long done : new long[] {0, MIB, 200 * MIB, 256 * MIB}) {
                for (int columns = 20; columns < 200; columns++) {
                    String bar = new ProgressLine(name, done, 256 * MIB, 1e9, "10 peers").bar(columns);
                    assertTrue(bar.length() < columns, bar);
                    assertTrue(bar.chars().noneMatch(c -> c < ' '), bar);
                }
            }
        }
    }

    @Test
    void withoutATotalItSaysWhatIsKnown() {
        var line = new ProgressLine("x", MIB, 0, 0, "0 peers, looking for the manifest");
        assertEquals("x: 1.0 MiB  0 B/s  0 peers, looking for the manifest", line.text());
        assertEquals(line.text().replace(":", " "), line.bar(120));
    }

    @Test
    void timesAreReadByPeople() {
        assertEquals("0:00", Times.clock(-1));
        assertEquals("0:09", Times.clock(9));
        assertEquals("59:59", Times.clock(3599));
        assertEquals("27:46:40", Times.clock(100_000));
    }
}
