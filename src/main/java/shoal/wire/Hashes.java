package shoal.wire;

import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.merkle.HashProof;

/**
 * The answer to an aligned request: its hashes, then the uncles, lowest first. Nothing is proven by its being here.
 *
 * @param request what was asked
 * @param hashes the {@code length} hashes and behind them the uncles
 */
public record Hashes(HashRequest request, HashList hashes) implements Message {
    /** @throws IllegalArgumentException if the request is not aligned or asks for another number of hashes */
    public Hashes {
        if (!request.isAligned()) {
            throw new IllegalArgumentException(request.length() + " hashes from " + request.index());
        }
        int expected = request.length() + request.uncles();
        if (hashes.size() != expected) {
            throw new IllegalArgumentException(hashes.size() + " hashes instead of " + expected);
        }
    }

    /** The answer that brings this proof, which must be the one that was asked for. */
    public static Hashes of(HashRequest request, HashProof proof) {
        var bytes = new byte[(proof.hashes().size() + proof.uncles().size()) * Hash.BYTES];
        proof.hashes().write(0, proof.hashes().size(), bytes, 0);
        proof.uncles().write(0, proof.uncles().size(), bytes, proof.hashes().size() * Hash.BYTES);
        return new Hashes(request, HashList.wrap(bytes));
    }

    /** The hashes and the way up from them, to be checked against a node that is already proven. */
    public HashProof proof() {
        int length = request.length();
        return new HashProof(
                request.base(), request.index(), hashes.slice(0, length), hashes.slice(length, hashes.size()));
    }
}
