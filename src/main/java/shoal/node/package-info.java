/**
 * The running program: listens, dials, and joins sources of peers, swarms and disk.
 *
 * <p>May import: bytes, bencode, merkle, manifest, wire, announce, catalogue, storage, discovery, tracker, swarm.
 */
@NullMarked
package shoal.node;

import org.jspecify.annotations.NullMarked;
