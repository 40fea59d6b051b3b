/**
 * Small values that everyone shares: hashes, identifiers, bit fields, addresses, sizes.
 *
 * <p>May import: nothing.
 */
@NullMarked
package shoal.bytes;

import org.jspecify.annotations.NullMarked;
