package shoal.dht;

import java.nio.ByteBuffer;
import shoal.bytes.Endpoint;

/** A node and where it listens: 26 bytes with IPv4 (BEP 5), 38 with IPv6 (BEP 32). */
public record Contact(NodeId id, Endpoint endpoint) {
    static final int COMPACT_4 = NodeId.BYTES + Endpoint.COMPACT_4;
    static final int COMPACT_6 = NodeId.BYTES + Endpoint.COMPACT_6;

    void write(ByteBuffer out) {
        id.write(out);
        endpoint.write(out);
    }

    @Override
    public String toString() {
        return id + "@" + endpoint;
    }
}
