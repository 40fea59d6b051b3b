package shoal.merkle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

final class MerkleTest {
    // protocol.md, 2.5
    @ParameterizedTest
    @CsvSource({
        "0,  0000000000000000000000000000000000000000000000000000000000000000",
        "1,  f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b",
        "2,  db56114e00fdd4c1f85c892bf35ac9a89289aaecb1ebd0a96cde606a748b5d71",
        "3,  c78009fdf07fc56a11f122370658a353aaa542ed63e44c4bc15ff4cd105ab33c",
        "4,  536d98837f2dd165a55d5eeae91485954472d56f246df256bf3cae19352a123c",
        "5,  9efde052aa15429fae05bad4d0b1d7c64da64d03d7a1854a588c2cb8430c0d30",
        "6,  d88ddfeed400a8755596b21942c1497e114c302e6118290f91e6772976041fa1",
        "7,  87eb0ddba57e35f6d286673802a4af5975e22506c7cf4c64bb6be5ee11527f2c",
        "8,  26846476fd5fc54a5d43385167c95144f2643f533cc85bb9d16b782f8d7db193",
        "9,  506d86582d252405b840018792cad2bf1259f1ef5aa5f887e13cb2f0094f51e1",
        "10, ffff0ad7e659772f9534c195c815efc4014ef1e1daed4404c06385d11192e92b",
    })
    void padsWithTheHashesThatOthersPadWith(int layer, String hex) {
        assertEquals(hex, Merkle.pad(layer).hex());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0", "1, 1, 0", "16383, 1, 0", "16384, 1, 0", "16385, 2, 1", "32768, 2, 1", "32769, 3, 2", "65536, 4, 2",
        "70000, 5, 3", "1048577, 65, 7", "1099511627776, 67108864, 26", "281474976710656, 17179869184, 34",
    })
    void knowsTheShapeOfATree(long length, long blocks, int height) {
        assertEquals(blocks, Merkle.blocks(length));
        assertEquals(height, Merkle.height(length));
    }

    @Test
    void knowsTheLengthOfEachBlock() {
        assertEquals(16384, Merkle.blockLength(70_000, 3));
        assertEquals(70_000 - 4 * 16384, Merkle.blockLength(70_000, 4));
        assertEquals(16384, Merkle.blockLength(65_536, 3));
        assertEquals(1, Merkle.blockLength((1L << 40) + 1, 1L << 26));
        assertEquals(0, Merkle.pieceLayer(16384));
        assertEquals(15, Merkle.pieceLayer(512 << 20));
    }

    @Test
    void makesTheWholeTreeOfTheWorkedExample() {
        byte[] content = Gamma.content();
        var leaves = new byte[5 * Hash.BYTES];
        assertEquals(5, new LeafHasher().leaves(ByteBuffer.wrap(content), leaves, 0));
        assertEquals(Gamma.LEAVES, HashList.wrap(leaves));
        var tree = new LayerTree(Gamma.LEAVES, 0, Merkle.height(Gamma.LENGTH));
        for (int i = 0; i < 3; i++) assertEquals(Gamma.PIECES.at(i), tree.node(1, i));
        assertEquals(Merkle.pad(1), tree.node(1, 3));
        for (int i = 0; i < 2; i++) assertEquals(Gamma.TOP.at(i), tree.node(2, i));
        assertEquals(Gamma.ROOT, tree.root());
        assertEquals(Gamma.ROOT, Merkle.root(Gamma.LEAVES, Gamma.LENGTH));
        assertEquals(Gamma.ROOT, Merkle.rootOfLayer(Gamma.PIECES, Gamma.LENGTH, Gamma.PIECE_LENGTH));
        for (int i = 0; i < 3; i++) {
            HashList piece = Gamma.LEAVES.slice(2 * i, Math.min(5, 2 * i + 2));
            assertEquals(Gamma.PIECES.at(i), Merkle.fold(piece, 0, 1));
        }
    }

    /** A tree made as BEP 52 says it, with all its padding written out. */
    private static Hash plainly(HashList leaves, int height) throws Exception {
        List<byte[]> nodes = new ArrayList<>();
        for (int i = 0; i < leaves.size(); i++) nodes.add(leaves.at(i).bytes());
        while (nodes.size() < 1 << height) nodes.add(new byte[Hash.BYTES]);
        while (nodes.size() > 1) {
            List<byte[]> parents = new ArrayList<>();
            for (int i = 0; i < nodes.size(); i += 2) {
                var digest = MessageDigest.getInstance("SHA-256");
                digest.update(nodes.get(i));
                parents.add(digest.digest(nodes.get(i + 1)));
            }
            nodes = parents;
        }
        return Hash.of(nodes.getFirst());
    }

    @Test
    void foldsAsAPlainTreeWithAllItsPadding() throws Exception {
        var random = new SplittableRandom(5);
        for (int count = 0; count <= 66; count++) {
            var bytes = new byte[count * Hash.BYTES];
            random.nextBytes(bytes);
            HashList leaves = HashList.wrap(bytes);
            for (int height = Merkle.ceilLog2(count); height <= 8; height++) {
                Hash root = plainly(leaves, height);
                assertEquals(root, Merkle.fold(leaves, 0, height), count + " leaves, height " + height);
                var tree = new LayerTree(leaves, 0, height);
                assertEquals(root, tree.root());
                for (int base = 1; base <= height; base++) {
                    var nodes = new ArrayList<Hash>();
                    for (int i = 0; (long) i << base < count; i++) nodes.add(tree.node(base, i));
                    assertEquals(root, Merkle.fold(HashList.of(nodes), base, height - base));
                    assertEquals(root, new LayerTree(HashList.of(nodes), base, height).root());
                }
            }
            assertArrayEquals(bytes, leaves.bytes(), "folding must not touch the list");
        }
    }

    @Test
    void refusesMoreNodesThanFit() {
        HashList five = Gamma.LEAVES;
        assertThrows(IllegalArgumentException.class, () -> Merkle.fold(five, 0, 2));
        assertThrows(IllegalArgumentException.class, () -> new LayerTree(five, 0, 2));
        assertThrows(IllegalArgumentException.class, () -> new LayerTree(five, 3, 2));
        assertThrows(IllegalArgumentException.class, () -> Merkle.rootOfLayer(five, 16384, 65536));
    }

    @Test
    void aLeafIsTheHashOfTheBytesThatAreThere() throws Exception {
        var data = new byte[20_000];
        data[19_999] = 1;
        var hasher = new LeafHasher();
        for (int length : new int[] {1, 100, 16383, 16384}) {
            byte[] plain = MessageDigest.getInstance("SHA-256")
                    .digest(Arrays.copyOfRange(data, 20_000 - length, 20_000));
            assertEquals(Hash.of(plain), hasher.leaf(data, 20_000 - length, length));
        }
    }

    @Test
    void blocksOfZerosAreHashedRightThoughTheyAreNotHashed() throws Exception {
        var data = new byte[3 * Merkle.BLOCK + 5];
        data[Merkle.BLOCK] = 1;
        data[3 * Merkle.BLOCK - 1] = 1;
        var leaves = new byte[5 * Hash.BYTES];
        assertEquals(4, new LeafHasher().leaves(ByteBuffer.wrap(data), leaves, Hash.BYTES));
        HashList found = HashList.wrap(leaves);
        assertEquals(Hash.ZERO, found.at(0));
        var digest = MessageDigest.getInstance("SHA-256");
        assertEquals(Hash.of(digest.digest(new byte[Merkle.BLOCK])), LeafHasher.zeroBlock());
        assertEquals(LeafHasher.zeroBlock(), found.at(1));
        for (int block = 1; block < 4; block++) {
            int from = block * Merkle.BLOCK;
            digest.update(data, from, Math.min(Merkle.BLOCK, data.length - from));
            assertEquals(Hash.of(digest.digest()), found.at(block + 1));
        }
        assertNotEquals(LeafHasher.zeroBlock(), found.at(4), "five zeros are no block of zeros");
    }

    @Test
    void foldsManySmallTreesAtOnceAsEachOfThem() {
        var random = new SplittableRandom(7);
        int[] counts = {1, 4, 3, 0, 2, 1, 5, 64, 7, 1, 1, 33, 16, 63};
        var leaves = new ArrayList<Hash>();
        var expected = new ArrayList<Hash>();
        for (int count : counts) {
            var own = new ArrayList<Hash>();
            for (int i = 0; i < count; i++) own.add(new Hash(random.nextLong(), 1, 2, random.nextLong()));
            leaves.addAll(own);
            expected.add(count == 0 ? Hash.ZERO : Merkle.root(HashList.of(own), (long) count * Merkle.BLOCK));
        }
        assertEquals(HashList.of(expected), Merkle.roots(HashList.of(leaves), counts));
        assertEquals(HashList.EMPTY, Merkle.roots(HashList.EMPTY, new int[0]));
        int[] more = {1, 1};
        assertThrows(IllegalArgumentException.class, () -> Merkle.roots(HashList.of(Hash.ZERO), more));
    }
}
