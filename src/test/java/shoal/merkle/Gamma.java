package shoal.merkle;

import java.util.ArrayList;
import java.util.List;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/** The tree of gamma.bin: 70000 bytes, 5 blocks of 8, pieces of 32 KiB; all nodes as another program found them. */
final class Gamma {
    static final int LENGTH = 70_000;
    static final int PIECE_LENGTH = 32_768;
    static final int HEIGHT = 3;
    static final Hash ROOT = Hash.ofHex("9abc74cf5974f1840a9037cda8cf350b07ab6219e1f2413bbcad3f80984be217");
    static final HashList LEAVES = hashes(
            "b22ddcda75d9b314a112ba89b6f38fb12c68c3fbeeeaf068fe3e4db879e50282",
            "11f8ebc6383fe1b70648c4c66daf9b67e62c9dd9f91804fab342b5ca2db90784",
            "8e701a19bce2b5147bee1db69069714f0a67a8949f5b771b3d5ec1a103f300ed",
            "c1bf98680a77130ff307c7286a628c1c33f600f6a629981d7447ab2085814348",
            "4bc515a5420de881719a6d1054772e4b34bae8d469be0031b255a17d018c1026");
    static final HashList PIECES = hashes(
            "b3b1754b35bea3d53bd834f02282e90dfe6f4ab057cc4220e0ec2d8a649d277d",
            "28c63773de1591f869c8283aea3a50850a808d7a13f61a6bb90c8ab1f8b03862",
            "74a707b1d7f0d8a643f467724c2a7b130ebfac32714f4143ea73c4968a08352a");
    static final HashList TOP = hashes(
            "427feded763d5415a81d3fa8f8dd70e74b257f3a352c7cff7996746ccac7545c",
            "a9d7e482df0e781651ddc85fed56b39c1516f7ad6e0ae1a1ff836669b11911b2");

    private Gamma() {}

    private static HashList hashes(String... hex) {
        return HashList.of(List.of(hex).stream().map(Hash::ofHex).toList());
    }

    /** File 3 of the vectors: byte {@code i} is {@code (i*31 + 7 + 13*3) mod 251}. */
    static byte[] content() {
        var content = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) content[i] = (byte) ((i * 31L + 7 + 13 * 3) % 251);
        return content;
    }

    static LayerTree tree() {
        return new LayerTree(LEAVES, 0, HEIGHT);
    }

    /** The answer to a hash request: hashes in order and the uncles above them, read out of the whole tree. */
    static HashProof answer(LayerTree tree, int base, int index, int length, int proof) {
        var hashes = new ArrayList<Hash>();
        for (int i = 0; i < length; i++) hashes.add(tree.node(base, index + i));
        var uncles = new ArrayList<Hash>();
        int layer = base + Integer.numberOfTrailingZeros(length);
        long node = (long) index >>> Integer.numberOfTrailingZeros(length);
        for (int i = 0; i < HashProof.uncles(length, proof); i++, layer++, node >>>= 1) {
            uncles.add(tree.node(layer, node ^ 1));
        }
        return new HashProof(base, index, HashList.of(hashes), HashList.of(uncles));
    }
}
