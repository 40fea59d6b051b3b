package shoal.gateway;

import java.net.URI;

/**
 * The part of a device that maps ports.
 *
 * @param type what it understands, one of {@link DeviceText#TYPES}
 * @param url where it is asked, on the device itself
 */
record Control(String type, URI url) {}
