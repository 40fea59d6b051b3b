/**
 * The commands: each reads options, calls a lower room, prints the result.
 *
 * <p>May import: bytes, manifest, catalogue, storage, tracker, swarm, node, web.
 */
@NullMarked
package shoal.cli;

import org.jspecify.annotations.NullMarked;
