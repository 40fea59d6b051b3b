package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shoal.bytes.Bits;

class RarestFirstTest {
    /** The same, by looking at all of them each time. */
    private static final class Naive {
        final int[] peers;
        final Bits members;

        Naive(int pieces) {
            peers = new int[pieces];
            members = new Bits(pieces);
        }

        int fewest(Bits has) {
            int fewest = Integer.MAX_VALUE;
            for (int i = 0; i < peers.length; i++) {
                if (members.has(i) && has.has(i)) fewest = Math.min(fewest, peers[i]);
            }
            return fewest;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void choosesAsOneThatLooksAtAllOfThem(long seed) {
        var random = new SplittableRandom(seed);
        int pieces = 1 + random.nextInt(60);
        var naive = new Naive(pieces);
        var rarest = new RarestFirst(pieces, new SplittableRandom(seed));
        for (int step = 0; step < 5000; step++) {
            int piece = random.nextInt(pieces);
            switch (random.nextInt(4)) {
                case 0 -> {
                    rarest.add(piece);
                    naive.members.set(piece);
                }
                case 1 -> {
                    rarest.remove(piece);
                    naive.members.clear(piece);
                }
                case 2 -> {
                    rarest.more(piece);
                    naive.peers[piece]++;
                }
                case 3 -> {
                    if (naive.peers[piece] > 0) {
                        rarest.fewer(piece);
                        naive.peers[piece]--;
                    }
                }
                default -> throw new AssertionError();
            }
            var has = new Bits(pieces);
            for (int i = 0; i < pieces; i++) {
                if (random.nextInt(3) == 0) has.set(i);
            }
            check(naive, rarest, has, "seed " + seed + ", step " + step);
        }
    }

    private static void check(Naive naive, RarestFirst rarest, Bits has, String where) {
        int first = rarest.first(has);
        int fewest = naive.fewest(has);
        assertEquals(naive.members.count(), rarest.size(), where);
        if (first < 0) {
            assertEquals(Integer.MAX_VALUE, fewest, where);
        } else {
            assertTrue(naive.members.has(first) && has.has(first), where);
            assertEquals(fewest, naive.peers[first], where);
            assertEquals(fewest, rarest.peers(first), where);
        }
    }

    @Test
    void equallyRarePiecesComeInAnotherOrderForAnotherSeed() {
        var firsts = new HashMap<Integer, Integer>();
        var all = new Bits(8);
        all.fill();
        for (int seed = 0; seed < 800; seed++) {
            var rarest = new RarestFirst(8, new SplittableRandom(seed));
            for (int i = 0; i < 8; i++) rarest.add(i);
            firsts.merge(rarest.first(all), 1, Integer::sum);
        }
        assertEquals(8, firsts.size());
        for (int times : firsts.values()) assertTrue(times > 50 && times < 160, firsts.toString());
    }

    @Test
    void nobodyCanHaveAPieceLessThanNever() {
        var rarest = new RarestFirst(2, new SplittableRandom(1));
        rarest.more(1);
        rarest.fewer(1);
        assertThrows(IllegalStateException.class, () -> rarest.fewer(1));
    }
}
