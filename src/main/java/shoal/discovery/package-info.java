/**
 * The sources of peers and names: trackers over HTTP and UDP, the DHT, the local network, given addresses, catalogues.
 *
 * <p>May import: bytes, bencode, dht, announce, catalogue.
 */
@NullMarked
package shoal.discovery;

import org.jspecify.annotations.NullMarked;
