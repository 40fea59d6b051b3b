package shoal.merkle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import shoal.bytes.Hash;
import shoal.bytes.HashList;

/** Answers to hash requests that anyone may have made: only the right ones lead to the node that is known. */
final class HashProofFuzzTest {
    private static final LayerTree TREE = Gamma.tree();

    static Stream<byte[]> seeds() {
        return Stream.of(seed(1, 0, 4, 1), seed(1, 2, 2, 1), seed(0, 4, 2, 2), seed(0, 4, 1, 2), seed(2, 0, 2, 0));
    }

    /** A right answer, as {@link #anyAnswerIsRightRefusedOrLeadsElsewhere} reads it. */
    private static byte[] seed(int base, int index, int length, int proof) {
        HashProof answer = Gamma.answer(TREE, base, index, length, proof);
        var out = ByteBuffer.allocate(7 + (answer.hashes().size() + answer.uncles().size()) * Hash.BYTES);
        out.put((byte) base).putInt(index).putShort((short) answer.hashes().size());
        return out.put(answer.hashes().bytes()).put(answer.uncles().bytes()).array();
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "25s")
    void anyAnswerIsRightRefusedOrLeadsElsewhere(byte[] data) {
        if (data.length < 7) return;
        var in = ByteBuffer.wrap(data);
        int base = in.get();
        int index = in.getInt();
        int count = in.getShort() & 0xffff;
        byte[] nodes = Arrays.copyOfRange(data, 7, data.length - (data.length - 7) % Hash.BYTES);
        HashList all = HashList.wrap(nodes);
        HashProof proof;
        try {
            int hashes = Math.min(count, all.size());
            proof = new HashProof(base, index, all.slice(0, hashes), all.slice(hashes, all.size()));
        } catch (IllegalArgumentException e) {
            return;
        }
        Hash node = proof.fold();
        assertEquals(all, HashList.wrap(nodes));
        assertTrue(proof.top() <= Merkle.MAX_HEIGHT);
        boolean isInTree = proof.top() <= Gamma.HEIGHT && proof.topIndex() < 1L << (Gamma.HEIGHT - proof.top());
        if (isInTree && node.equals(TREE.node(proof.top(), proof.topIndex()))) checkRight(proof);
    }

    private static void checkRight(HashProof proof) {
        for (int i = 0; i < proof.hashes().size(); i++) {
            assertEquals(TREE.node(proof.base(), proof.index() + i), proof.hashes().at(i));
        }
    }
}
