package shoal.dht;

import shoal.bencode.BString;
import shoal.bytes.InfoHash;

/** What a node can be asked (BEP 5). */
public sealed interface Question {
    /** Are you there? */
    record Ping() implements Question {}

    /** Which nodes do you know that are close to this place? */
    record FindNode(NodeId target, Want want) implements Question {}

    /** Which peers has this swarm, or which nodes are closer to where that is known? */
    record GetPeers(InfoHash infoHash, Want want) implements Question {}

    /**
     * Please keep me as a peer of this swarm.
     *
     * @param port where the peer listens; of no meaning with {@code impliedPort}
     * @param impliedPort whether it listens at the port that this was sent from
     * @param token what the asked node gave to this address with its last answer to {@link GetPeers}
     */
    record Announce(InfoHash infoHash, int port, boolean impliedPort, BString token) implements Question {
        /** @throws IllegalArgumentException if nobody can listen there */
        public Announce {
            if (!impliedPort && (port < 1 || port > 65535)) {
                throw new IllegalArgumentException("port " + port + " is not from 1 to 65535");
            }
        }
    }
}
