package shoal.dht;

import java.util.Optional;

/** A datagram that is no packet of the DHT. */
public final class PacketException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Optional<Packet.Refusal> answer;

    PacketException(String reason, Optional<Packet.Refusal> answer) {
        super(reason);
        this.answer = answer;
    }

    /** What its sender may be told; nothing if it did not even ask. */
    Optional<Packet.Refusal> answer() {
        return answer;
    }
}
