package shoal.dht;

import java.util.List;
import java.util.Optional;
import shoal.bencode.BString;
import shoal.bytes.Endpoint;

/** One datagram between two nodes (BEP 5, "KRPC"). */
public sealed interface Packet {
    /** By which the asker knows its question again; given back as it came. */
    BString transaction();

    /**
     * A question.
     *
     * @param sender the asker's id
     * @param readOnly whether the asker does not answer, and is to be kept in no table (BEP 43)
     */
    record Query(BString transaction, NodeId sender, boolean readOnly, Question question) implements Packet {}

    /**
     * An answer. What was not asked for is empty.
     *
     * @param sender the answerer's id
     * @param fours IPv4 nodes close to what was asked for
     * @param sixes IPv6 nodes
     * @param peers of the swarm that was asked for
     * @param token to be given back with an announce
     * @param seenAs the address from which the question came, as the answerer saw it (BEP 42)
     */
    record Reply(
            BString transaction,
            NodeId sender,
            List<Contact> fours,
            List<Contact> sixes,
            List<Endpoint> peers,
            Optional<BString> token,
            Optional<Endpoint> seenAs)
            implements Packet {
        /** Copies the lists. */
        public Reply {
            fours = List.copyOf(fours);
            sixes = List.copyOf(sixes);
            peers = List.copyOf(peers);
        }
    }

    /** An answer that says why there is none. */
    record Refusal(BString transaction, int code, String text) implements Packet {
        static final int PROTOCOL = 203;
        static final int UNKNOWN_METHOD = 204;
    }
}
