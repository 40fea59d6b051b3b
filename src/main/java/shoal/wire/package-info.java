/**
 * What two peers say to each other, and its bytes: BEP 3, 6, 9, 10, 11, 52 and 54 over one TCP connection.
 *
 * <p>May import: bytes, bencode, merkle.
 */
@NullMarked
package shoal.wire;

import org.jspecify.annotations.NullMarked;
