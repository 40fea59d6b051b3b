/**
 * Peers that behave as a test tells them to, for the tests of every room above {@code wire}; programs that a test
 * starts, ours and others'.
 *
 * <p>May import: bytes, merkle, manifest, wire.
 */
@NullMarked
package shoal.testing;

import org.jspecify.annotations.NullMarked;
