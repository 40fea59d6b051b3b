/**
 * One share in motion: its peers, who gives us which block, who may have ours.
 *
 * <p>May import: bytes, bencode, merkle, manifest, wire, storage.
 */
@NullMarked
package shoal.swarm;

import org.jspecify.annotations.NullMarked;
