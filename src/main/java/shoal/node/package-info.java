/**
 * The running program: listens, dials, and joins sources of peers, swarms and disk.
 *
 * <p>May import: bytes, bencode, merkle, manifest, wire, announce, catalogue, storage, discovery, gateway, tracker,
 * swarm.
 */
@NullMarked
package shoal.node;

import org.jspecify.annotations.NullMarked;
