/**
 * What is in a manifest (.torrent) or a magnet link, and how pieces lie in files (BEP 52, 9, 12).
 *
 * <p>May import: bytes, bencode, merkle.
 */
@NullMarked
package shoal.manifest;

import org.jspecify.annotations.NullMarked;
