/**
 * The Merkle tree of BEP 52: leaves, padding, layers, roots and proofs; arithmetic only.
 *
 * <p>May import: bytes.
 */
@NullMarked
package shoal.merkle;

import org.jspecify.annotations.NullMarked;
