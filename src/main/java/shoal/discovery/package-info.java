/**
 * The sources of peers and names: trackers over HTTP and UDP, given addresses, the local network, catalogues.
 *
 * <p>May import: bytes, bencode, announce, catalogue.
 */
@NullMarked
package shoal.discovery;

import org.jspecify.annotations.NullMarked;
