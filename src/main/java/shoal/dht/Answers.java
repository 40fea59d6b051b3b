package shoal.dht;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import shoal.bencode.BString;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;

/** What others are told and what they may leave with us. */
final class Answers {
    /** Bytes of a reply without transaction, nodes and peers, at most. */
    private static final int REST = 140;

    private static final int PEER_4 = Endpoint.COMPACT_4 + 2;
    private static final int PEER_6 = Endpoint.COMPACT_6 + 3;

    private final boolean isIpv4;
    private final Closest fours;
    private final Closest sixes;
    private final RandomGenerator random;
    private final Tokens tokens;
    private final PeerStore store = new PeerStore();

    /** Nodes of one family that are close to a place. */
    @FunctionalInterface
    interface Closest {
        List<Contact> to(NodeId target);
    }

    Answers(boolean isIpv4, Closest fours, Closest sixes, RandomGenerator random, long now) {
        this.isIpv4 = isIpv4;
        this.fours = fours;
        this.sixes = sixes;
        this.random = random;
        tokens = new Tokens(random, now);
    }

    void tick(long now) {
        tokens.tick(now);
        store.tick(now);
    }

    /** The peers that announced themselves to us. */
    List<Endpoint> peers(InfoHash hash) {
        return store.some(hash, DhtLimits.SWARM_PEERS, random);
    }

    /** The answer of the node {@code own} to what came from {@code from}. */
    Packet answer(Packet.Query query, NodeId own, Endpoint from, long now) {
        return switch (query.question()) {
            case Question.Ping() -> reply(query, own, from);
            case Question.FindNode(NodeId target, Want want) -> nodes(reply(query, own, from), target, want);
            case Question.GetPeers(InfoHash hash, Want want) -> {
                Packet.Reply nodes = nodes(reply(query, own, from), NodeId.of(hash), want);
                int rest = DhtLimits.ANSWER - REST - query.transaction().length()
                        - nodes.fours().size() * Contact.COMPACT_4 - nodes.sixes().size() * Contact.COMPACT_6;
                List<Endpoint> peers = store.some(hash, Math.max(0, rest / (isIpv4 ? PEER_4 : PEER_6)), random);
                BString token = tokens.token(from.address(), hash);
                yield new Packet.Reply(query.transaction(), own, nodes.fours(), nodes.sixes(), peers,
                        Optional.of(token), nodes.seenAs());
            }
            case Question.Announce announce -> {
                if (!tokens.isOurs(announce.token(), from.address(), announce.infoHash())) {
                    yield new Packet.Refusal(query.transaction(), Packet.Refusal.PROTOCOL, "bad token");
                }
                int port = announce.impliedPort() ? from.port() : announce.port();
                store.add(announce.infoHash(), new Endpoint(from.address(), port), now);
                yield reply(query, own, from);
            }
        };
    }

    private static Packet.Reply reply(Packet.Query query, NodeId own, Endpoint from) {
        return new Packet.Reply(query.transaction(), own, List.of(), List.of(), List.of(), Optional.empty(),
                Optional.of(from));
    }

    private Packet.Reply nodes(Packet.Reply reply, NodeId target, Want want) {
        boolean unsaid = want.equals(Want.UNSAID);
        return new Packet.Reply(
                reply.transaction(),
                reply.sender(),
                want.fours() || (unsaid && isIpv4) ? fours.to(target) : List.of(),
                want.sixes() || (unsaid && !isIpv4) ? sixes.to(target) : List.of(),
                List.of(),
                Optional.empty(),
                reply.seenAs());
    }
}
