package shoal.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongFunction;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole swarms in virtual time, seed by seed. What must always be true is checked at each step, see {@link SimCheck}; a
 * failure names its seed. {@code -Dshoal.seeds=5000} runs more of them, {@code -Dshoal.seed=77} begins there.
 */
class SwarmSimulationTest {
    private static final long FIRST = Long.getLong("shoal.seed", 1);
    private static final int SEEDS = Integer.getInteger("shoal.seeds", 200);
    private static final long[] INTERESTING = {
        1, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 131_072, 140_000, 300_001, 500_000
    };

    /** The worst day: four that play foul, losses, stalls, deaths, and at least 23 peers. */
    private static TestSwarm badDay(long seed) {
        var random = new SplittableRandom(seed);
        var sizes = new long[2 + random.nextInt(4)];
        for (int i = 0; i < sizes.length; i++) sizes[i] = INTERESTING[random.nextInt(INTERESTING.length)];
        if (random.nextInt(3) == 0) sizes[sizes.length - 1] = -1;
        int pieceLength = 16_384 << random.nextInt(4);
        return TestSwarm.of(seed).seeders(1 + random.nextInt(4)).leechers(20).liars(4).content(pieceLength, sizes)
                .trouble(1.2 * random.nextDouble());
    }

    private static void run(int seeds, LongFunction<TestSwarm> swarm, double mostWasted) {
        var failures = new ConcurrentSkipListMap<Long, AssertionError>();
        double[] wasted = LongStream.range(FIRST, FIRST + seeds)
                .parallel()
                .mapToDouble(seed -> {
                    try {
                        return swarm.apply(seed).run().wasted();
                    } catch (AssertionError e) {
                        failures.put(seed, e);
                        return 0;
                    }
                })
                .toArray();
        if (!failures.isEmpty()) {
            throw new AssertionError("seeds " + failures.keySet() + " fail, the first with "
                    + failures.firstEntry().getValue().getMessage(), failures.firstEntry().getValue());
        }
        double mean = DoubleStream.of(wasted).average().orElse(0);
        assertTrue(mean <= mostWasted, "from seed " + FIRST + " on, " + mean + " of the bytes were fetched in vain");
    }

    @Test
    void everyHonestPeerFinishesOnABadDay() {
        run(SEEDS, SwarmSimulationTest::badDay, 0.2);
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        for (long seed = FIRST; seed < FIRST + 3; seed++) {
            TestSwarm.Story first = badDay(seed).run();
            assertEquals(first, badDay(seed).run(), "seed " + seed);
            assertNotEquals(first.trace(), badDay(seed + 1000).run().trace(), "seed " + seed);
        }
    }

    @Test
    void onAQuietDayHardlyABlockComesTwice() {
        run(10, seed -> TestSwarm.of(seed).seeders(4).leechers(1).content(1 << 18, 20_000_000), 0.002);
    }

    @Test
    void manyLiarsDoNotKeepFewHonestSeedsFromSharing() {
        run(SEEDS / 8, seed -> TestSwarm.of(seed).seeders(2).leechers(8).liars(12).content(1 << 16, 900_000), 0.4);
    }

    /** Two seeds of one kind that plays foul, one honest, and no trouble else: each kind is survived for itself. */
    @ParameterizedTest
    @EnumSource(Mischief.class)
    void everyKindOfMischiefIsSurvived(Mischief kind) {
        run(4, seed -> TestSwarm.of(seed).seeders(1).leechers(4).liars(kind, kind).content(1 << 16, 800_000, 5), 1);
    }

    /** No honest peer is banned by any, and each liar is by all, see {@link SimCheck}. */
    @Test
    void oneHonestPeerAndSevenLiarsBehindOneAddressWasteLittle() {
        run(4, seed -> TestSwarm.of(seed).seeders(1).leechers(3).onOneAddress()
                .liars(Mischief.ALWAYS, Mischief.SOMETIMES, Mischief.LAST_BLOCK, Mischief.SECOND_HALF, Mischief.SWAPPED,
                        Mischief.BAD_PROOFS, Mischief.ALWAYS)
                .content(1 << 18, 128 << 20), 0.01);
    }

    @Test
    void fortySeedersThatGiveNothingCostTenOthersLittleTime() {
        var useless = new ArrayList<Mischief>();
        for (int i = 0; i < 40; i++) {
            useless.add(i < 20 ? Mischief.STALLS : i < 30 ? Mischief.NEVER_UNCHOKES : Mischief.REJECTS);
        }
        double alone = 0;
        double among = 0;
        for (long seed = FIRST; seed < FIRST + 6; seed++) {
            alone += TestSwarm.of(seed).seeders(10).allAreTold().content(1 << 20, 64 << 20).run().seconds();
            among += TestSwarm.of(seed).seeders(10).allAreTold().liars(useless.toArray(Mischief[]::new))
                    .content(1 << 20, 64 << 20).run().seconds();
        }
        assertTrue(0.8 * among <= alone, "from seed " + FIRST + " on, " + among + " s in place of " + alone + " s");
    }

    @Test
    void twoLiarsWhoTakeTurnsAreToldApartByTheLeaves() {
        run(8, seed -> TestSwarm.of(seed).seeders(1).leechers(3)
                .liars(Mischief.EVEN_BLOCKS, Mischief.ODD_BLOCKS).content(1 << 17, 1_500_000), 0.5);
    }

    /** Then a bad piece has one sender in the end, who is the one to blame; {@link SimCheck} sees to it that it is. */
    @Test
    void whereNobodyGivesLeavesNobodyHonestIsBlamed() {
        run(SEEDS / 8, seed -> TestSwarm.of(seed).seeders(2).leechers(4).withoutLeaves()
                .liars(Mischief.EVEN_BLOCKS, Mischief.ODD_BLOCKS, Mischief.SOMETIMES, Mischief.ALWAYS)
                .content(1 << 16, 900_000, 40_000), 4);
    }

    /** The first seeder alone would need minutes: most of it must come from peers that it has told of. */
    @Test
    void whoKnowsOnePeerHearsOfTheOthersFromIt() {
        run(SEEDS / 10, seed -> TestSwarm.of(seed).seeders(2).leechers(6).content(1 << 16, 6_000_000).oneIsKnown(),
                0.1);
    }

    /** {@link SimCheck} sees to it that nobody tells of anybody. */
    @Test
    void ofAPrivateShareNobodyTells() {
        run(8, seed -> TestSwarm.of(seed).seeders(2).leechers(4).content(1 << 16, 900_000).privately().magnet(), 0.1);
        run(8, seed -> TestSwarm.of(seed).seeders(2).leechers(4).content(1 << 16, 900_000).privately(), 0.1);
    }

    @Test
    void theHashAloneIsEnoughToFetchAll() {
        run(SEEDS / 8, seed -> TestSwarm.of(seed).seeders(2).leechers(5).liars(3)
                .content(1 << 14, 600 * 16_384 + 5, 3000, 40 * 16_384, -3).magnet().trouble(0.5), 0.1);
    }

    @Test
    void aLayerOfManyChunksComesFromManyPeers() {
        run(4, seed -> TestSwarm.of(seed).seeders(3).leechers(2)
                .liars(Mischief.BAD_PROOFS, Mischief.MUTE, Mischief.WRONG_METADATA)
                .content(1 << 14, 1700 * 16_384, 513 * 16_384).magnet(), 0.05);
    }

    @Test
    void onlyWhatIsSelectedIsFetched() {
        run(SEEDS / 10, seed -> TestSwarm.of(seed).seeders(2).leechers(6).liars(2)
                .content(1 << 15, 200_000, 300_000, -2, 70_000, 0).select(1, 3).trouble(0.5), 0.2);
    }

    @Test
    void aCopyIsSelectedWithoutItsOriginal() {
        run(8, seed -> TestSwarm.of(seed).seeders(1).leechers(3).content(1 << 15, 200_000, -1, 50_000).select(1), 0.1);
    }

    @Test
    void whatIsThereAlreadyIsNotFetchedAgain() {
        run(SEEDS / 10, seed -> TestSwarm.of(seed).seeders(2).leechers(8).content(1 << 16, 900_000, 90_000).resumed()
                .trouble(1), 0.1);
    }

    @Test
    void piecesThatASeedLosesComeFromOthers() {
        run(SEEDS / 10, seed -> TestSwarm.of(seed).seeders(4).leechers(6).content(1 << 16, 900_000, -1, 90_000)
                .withdrawals(12), 0.1);
    }

    @Test
    void aFullDiskStopsItsSwarmAndNobodyElses() {
        run(8, seed -> TestSwarm.of(seed).seeders(2).leechers(5).fullDisks(2).content(1 << 16, 900_000), 0.1);
    }
}
