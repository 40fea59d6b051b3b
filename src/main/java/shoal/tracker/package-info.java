/**
 * The tracker: who holds which hash (soft state, in memory), over HTTP and UDP, and the catalogue of names (durable, in
 * SQLite), over HTTP.
 *
 * <p>May import: bytes, bencode, announce, catalogue, manifest.
 */
@NullMarked
package shoal.tracker;

import org.jspecify.annotations.NullMarked;
