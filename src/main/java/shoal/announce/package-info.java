/**
 * What a peer and a tracker say to each other, and its bytes over HTTP (BEP 3, 7, 21, 23, 24, 31, 48) and UDP (BEP 15,
 * 41); no sockets.
 *
 * <p>May import: bytes, bencode.
 */
@NullMarked
package shoal.announce;

import org.jspecify.annotations.NullMarked;
