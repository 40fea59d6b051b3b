/**
 * The mainline DHT (BEP 5, 32, 42, 43, 45): what its nodes say to each other, and one node as a state machine that is
 * told of packets and of time.
 *
 * <p>May import: bytes, bencode.
 */
@NullMarked
package shoal.dht;

import org.jspecify.annotations.NullMarked;
