package shoal.wire;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Who a connection's reading thread tells what the peer says, in the order in which it came. */
public interface Inbound {
    /** A message. */
    void message(Message message) throws PeerFault, IOException;

    /**
     * A block.
     *
     * @param piece the piece it belongs to; whether that exists is not known here
     * @param begin offset of the block in its piece
     * @param data the 1 to 16384 bytes between position and limit of a view of the read buffer. Position and limit are
     *     valid during the call, the bytes until {@link #readDone} returns, or longer by
     *     {@link PeerChannel#swap}
     */
    void block(int piece, int begin, ByteBuffer data) throws PeerFault, IOException;

    /** A message of {@code bytes} bytes that belongs to no extension that we know, and is left alone. */
    default void unknown(int bytes) throws PeerFault, IOException {}

    /** All that has come so far has been told. A good moment to pass on what was collected. */
    default void readDone() throws PeerFault, IOException {}
}
