/**
 * The router between us and the world, asked to let others in at a port: by PCP, NAT-PMP and UPnP. Nothing that it
 * answers is believed further than that.
 *
 * <p>May import: bytes, discovery.
 */
@NullMarked
package shoal.gateway;

import org.jspecify.annotations.NullMarked;
