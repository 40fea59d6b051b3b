/**
 * Bencoding (BEP 3), strict and bounded, which never encodes again what it has read.
 *
 * <p>May import: nothing.
 */
@NullMarked
package shoal.bencode;

import org.jspecify.annotations.NullMarked;
