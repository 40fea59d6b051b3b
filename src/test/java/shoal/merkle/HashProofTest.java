package shoal.merkle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/** Against the worked example that was checked with a seed of libtorrent's (protocol.md, 8). */
final class HashProofTest {
    private static String brief(HashList hashes) {
        return IntStream.range(0, hashes.size())
                .mapToObj(i -> hashes.at(i).hex().substring(0, 4))
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest(name = "base {0} index {1} length {2} proof {3}")
    @CsvSource({
        "1, 0, 4, 1, b3b1 28c6 74a7 f5a5, ''",
        "1, 0, 4, 0, b3b1 28c6 74a7 f5a5, ''",
        "1, 0, 2, 1, b3b1 28c6, a9d7",
        "1, 2, 2, 1, 74a7 f5a5, 427f",
        "0, 4, 2, 2, 4bc5 0000, f5a5 427f",
        "0, 4, 4, 2, 4bc5 0000 0000 0000, 427f",
        "0, 0, 8, 2, b22d 11f8 8e70 c1bf 4bc5 0000 0000 0000, ''",
        "2, 0, 2, 0, 427f a9d7, ''",
    })
    void repliesAsInTheWorkedExampleLeadToTheRoot(
            int base, int index, int length, int proof, String hashes, String uncles) {
        HashProof answer = Gamma.answer(Gamma.tree(), base, index, length, proof);
        assertEquals(hashes, brief(answer.hashes()));
        assertEquals(uncles, brief(answer.uncles()));
        assertEquals(Gamma.HEIGHT, answer.top());
        assertEquals(0, answer.topIndex());
        assertEquals(Gamma.ROOT, answer.fold());
    }

    @Test
    void aSingleHashBringsItsSiblingAsLibtorrentDemands() {
        assertEquals(1, HashProof.uncles(1, 0));
        assertEquals(3, HashProof.uncles(1, 2));
        HashProof answer = Gamma.answer(Gamma.tree(), 0, 4, 1, 2);
        assertEquals("4bc5", brief(answer.hashes()));
        assertEquals("0000 f5a5 427f", brief(answer.uncles()));
        assertEquals(Gamma.ROOT, answer.fold());
    }

    @ParameterizedTest
    @CsvSource({"2,0,0", "2,1,1", "2,5,5", "4,1,0", "4,2,1", "512,8,0", "512,9,1", "512,17,9", "512,0,0"})
    void countsUnclesWithoutTheLayersThatTheHashesGive(int length, int proof, int uncles) {
        assertEquals(uncles, HashProof.uncles(length, proof));
    }

    @Test
    void aProofMayEndAtANodeBelowTheRoot() {
        HashProof answer = Gamma.answer(Gamma.tree(), 0, 2, 2, 0);
        assertEquals(1, answer.top());
        assertEquals(1, answer.topIndex());
        assertEquals(Gamma.PIECES.at(1), answer.fold());
    }

    @Test
    void everyRunOfEveryTreeFoldsToItsNode() {
        long seed = 9;
        var random = new SplittableRandom(seed);
        for (int blocks = 1; blocks <= 70; blocks++) {
            HashList leaves = random(random, blocks);
            int height = Merkle.ceilLog2(blocks);
            var tree = new LayerTree(leaves, 0, height);
            for (int base = 0; base < height; base++) {
                for (int levels = 0; levels <= height - base; levels++) {
                    int length = 1 << levels;
                    int index = random.nextInt(1 << (height - base - levels)) * length;
                    int proof = random.nextInt(height - base);
                    HashProof answer = Gamma.answer(tree, base, index, length, proof);
                    if (answer.top() > height) continue; // the root has no sibling
                    assertEquals(tree.node(answer.top(), answer.topIndex()), answer.fold(), "seed " + seed);
                }
            }
        }
    }

    @Test
    void refusesAProofWithOneFlippedBitAndChangesNothing() {
        LayerTree tree = Gamma.tree();
        HashProof right = Gamma.answer(tree, 0, 4, 2, 2);
        byte[] hashes = right.hashes().bytes();
        byte[] uncles = right.uncles().bytes();
        for (int bit = 0; bit < (hashes.length + uncles.length) * 8; bit++) {
            byte[] badHashes = hashes.clone();
            byte[] badUncles = uncles.clone();
            byte[] bad = bit < hashes.length * 8 ? badHashes : badUncles;
            bad[bit / 8 % hashes.length] ^= (byte) (1 << (bit % 8));
            var wrong = new HashProof(0, 4, HashList.wrap(badHashes), HashList.wrap(badUncles));
            assertNotEquals(Gamma.ROOT, wrong.fold());
            assertNotEquals(right, wrong);
        }
        assertArrayEquals(hashes, right.hashes().bytes());
        assertArrayEquals(uncles, right.uncles().bytes());
        assertEquals(Gamma.ROOT, right.fold());
        assertEquals(Gamma.ROOT, tree.root());
    }

    @Test
    void refusesTheRightHashesAtAnotherPlaceOrInAnotherOrder() {
        HashProof right = Gamma.answer(Gamma.tree(), 1, 2, 2, 1);
        assertNotEquals(Gamma.ROOT, new HashProof(1, 0, right.hashes(), right.uncles()).fold());
        HashList turned = HashList.of(right.hashes().at(1), right.hashes().at(0));
        assertNotEquals(Gamma.ROOT, new HashProof(1, 2, turned, right.uncles()).fold());
        HashProof two = Gamma.answer(Gamma.tree(), 0, 4, 2, 2);
        HashList exchanged = HashList.of(two.uncles().at(1), two.uncles().at(0));
        assertNotEquals(Gamma.ROOT, new HashProof(0, 4, two.hashes(), exchanged).fold());
    }

    static Stream<HashList> sizesThatAreNoPowersOfTwo() {
        return Stream.of(0, 3, 5, 6, 7, 511).map(n -> random(new SplittableRandom(1), n));
    }

    @ParameterizedTest
    @MethodSource("sizesThatAreNoPowersOfTwo")
    void refusesRunsThatAreNoSubtree(HashList hashes) {
        assertThrows(IllegalArgumentException.class, () -> new HashProof(0, 0, hashes, HashList.EMPTY));
    }

    @Test
    void refusesPlacesThatNoTreeHas() {
        HashList two = random(new SplittableRandom(1), 2);
        assertThrows(IllegalArgumentException.class, () -> new HashProof(-1, 0, two, HashList.EMPTY));
        assertThrows(IllegalArgumentException.class, () -> new HashProof(0, -2, two, HashList.EMPTY));
        assertThrows(IllegalArgumentException.class, () -> new HashProof(0, 1, two, HashList.EMPTY));
        HashList many = random(new SplittableRandom(1), 34);
        assertThrows(IllegalArgumentException.class, () -> new HashProof(0, 0, two, many));
        assertThrows(IllegalArgumentException.class, () -> new HashProof(Integer.MAX_VALUE, 0, two, many));
    }

    private static HashList random(SplittableRandom random, int count) {
        var bytes = new byte[count * Hash.BYTES];
        random.nextBytes(bytes);
        return HashList.wrap(bytes);
    }
}
