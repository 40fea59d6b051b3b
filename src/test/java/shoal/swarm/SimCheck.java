package shoal.swarm;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.wire.Message;
import shoal.wire.PeerExchange;
import shoal.wire.PeerFault;

/** What must always be true in a simulation, and the trace of what happened in it. */
final class SimCheck {
    private final SimNetwork network;
    private final Map<SimPeer, Set<SimPeer>> liedTo = new HashMap<>();
    private final Map<SimPeer, Set<SimPeer>> bans = new HashMap<>();
    private final Set<SimPeer> forgetful = new HashSet<>();
    private final Map<SimLink, Long> gossip = new HashMap<>();
    private long trace;
    private long events;
    private long wasted;

    SimCheck(SimNetwork network) {
        this.network = network;
    }

    /** A number that two runs have in common only if the same happened in both. */
    long trace() {
        return trace;
    }

    long events() {
        return events;
    }

    /** Bytes that honest peers fetched in vain. */
    long wasted() {
        long all = wasted;
        for (SimPeer peer : network.peers) {
            if (peer.isHonest() && peer.isOnline()) all += peer.swarm().report().wasted();
        }
        return all;
    }

    void died(SimPeer peer) {
        if (peer.isHonest()) wasted += peer.swarm().report().wasted();
        // what it knew of others died with it
        forgetful.add(peer);
    }

    private static AssertionError broken(String what) {
        return new AssertionError(what);
    }

    long mix(SwarmEvent event) {
        return switch (event) {
            case SwarmEvent.BlocksCame(int peer, var receipts) -> {
                long all = peer;
                for (BlockReceipt each : receipts) all = all * 31 + each.piece() * 4099L + each.block() * 3L
                        + each.fate().name().hashCode();
                yield all;
            }
            case SwarmEvent.PeerSaid(int peer, var messages) -> {
                long all = peer;
                for (Message each : messages) all = all * 31 + each.getClass().getName().hashCode() + detail(each);
                yield all;
            }
            case SwarmEvent _ -> event.getClass().getName().hashCode();
        };
    }

    private static long detail(Message message) {
        return switch (message) {
            case Message.Have(int piece) -> piece;
            case Message.Request request -> request.hashCode();
            case Message.Cancel cancel -> cancel.hashCode();
            case Message.RejectRequest reject -> reject.hashCode();
            case Message.Bitfield bitfield -> bitfield.hashCode();
            case Message _ -> 0;
        };
    }

    void before(SimPeer peer, long what) {
        events++;
        trace = (trace ^ (network.timeline.now() + peer.index * 0x9E3779B97F4A7C15L)) * 0xBF58476D1CE4E5B9L + what;
    }

    void after(SimPeer peer) {
        if (events % 512 == 0) audit(peer);
    }

    /** An honest peer offers what it has, and nothing else. */
    void said(SimLink link, Message message) {
        SimPeer peer = link.owner;
        switch (message) {
            case PeerExchange exchange -> gossips(link, exchange);
            case Message.Have(int piece) -> offers(peer, piece);
            case Message.Bitfield bitfield -> offers(peer, bits(bitfield));
            case Message.HaveAll _ -> {
                var all = new Bits(network.content.manifest.pieceCount());
                all.fill();
                offers(peer, all);
            }
            case Message _ -> {
                // offers nothing
            }
        }
    }

    /** BEP 11: not more than once a minute, and none but those who are there. */
    private void gossips(SimLink link, PeerExchange exchange) {
        if (network.content.manifest.isPrivate()) throw broken(link.owner + " gossips of a private share");
        long now = network.timeline.now();
        Long before = gossip.put(link, now);
        if (before != null && now - before < Timeline.seconds(60)) throw broken(link.owner + " gossips all the time");
        for (PeerExchange.Peer each : exchange.added()) {
            if (!link.owner.swarm().peers().isConnected(each.endpoint(), null)) {
                throw broken(link.owner + " tells " + link.other() + " of somebody who is not there");
            }
        }
    }

    private Bits bits(Message.Bitfield bitfield) {
        try {
            return bitfield.bits(network.content.manifest.pieceCount());
        } catch (PeerFault fault) {
            throw new AssertionError(fault);
        }
    }

    private void offers(SimPeer peer, Bits pieces) {
        for (int piece = pieces.nextSet(0); piece >= 0; piece = pieces.nextSet(piece + 1)) offers(peer, piece);
    }

    private static void offers(SimPeer peer, int piece) {
        if (!peer.disk.hadJustNow(piece)) throw broken(peer + " offers piece " + piece + ", which it does not have");
    }

    /** A block came to a peer. */
    void came(SimLink link, int piece, int block, Hash content, BlockReceipt receipt) {
        boolean right = network.content.leaf(piece, block).equals(content);
        if (right && receipt.fate() == BlockReceipt.Fate.BAD) throw broken(link.owner + " takes a good block for bad");
        if (right) return;
        if (link.other().isHonest()) throw broken(link.other() + " sends a bad block");
        if (receipt.fate() != BlockReceipt.Fate.SPARE) {
            liedTo.computeIfAbsent(link.owner, key -> new HashSet<>()).add(link.other());
        }
    }

    /** A peer's reading thread found fault with another peer. */
    void faulted(SimPeer by, SimPeer with, String fault) {
        if (with.isHonest()) throw broken(by + " finds fault with " + with + ": it " + fault);
        bans.computeIfAbsent(by, key -> new HashSet<>()).add(with);
    }

    void logged(SimPeer by, String line) {
        int end = line.indexOf(" is banned: ");
        if (end < 0) return;
        SimPeer banned = network.at(Endpoint.parse(line.substring("peer ".length(), end).split(" ", 2)[0]));
        if (banned == null) throw broken("who is that: " + line);
        if (banned == by) return;
        if (banned.isHonest()) throw broken(by + " bans " + banned + ": " + line);
        bans.computeIfAbsent(by, key -> new HashSet<>()).add(banned);
    }

    void layers(SimPeer peer, Map<Hash, HashList> layers) {
        layers.forEach((root, layer) -> {
            if (!network.content.manifest.layer(root).orElseThrow().equals(layer)) throw broken(peer + " learns lies");
        });
    }

    void complete(SimPeer peer) {
        if (!peer.isHonest()) return;
        for (int piece = 0; piece < network.content.manifest.pieceCount(); piece++) {
            if (peer.disk.files.has(network.content.manifest.fileOf(piece).index()) && !peer.disk.has(piece)) {
                throw broken(peer + " says it is complete without piece " + piece);
            }
        }
    }

    /** The books of one swarm: each request out is counted once at its block, and nowhere else. */
    void audit(SimPeer peer) {
        Transfer transfer = peer.isOnline() ? peer.swarm().transfer() : null;
        if (transfer == null) return;
        for (ActivePiece piece : transfer.board.active()) {
            for (int block = 0; block < piece.blocks; block++) {
                int out = 0;
                for (Peer each : peer.swarm().peers().all()) {
                    if (each.pipeline.isOut(Asked.key(piece.piece, block))) out++;
                }
                if (piece.requests(block) != out) {
                    throw broken(peer + ": block " + block + " of piece " + piece.piece + " is out " + out
                            + " times, counted " + piece.requests(block));
                }
                if (piece.isStored(block) && piece.owner(block) == -1) throw broken("stored, and nobody's");
            }
        }
        for (Peer each : peer.swarm().peers().all()) {
            for (long key : each.pipeline.keys()) {
                ActivePiece piece = transfer.board.active(Asked.piece(key));
                if (piece == null || piece.isStored(Asked.block(key)) || each.closing) {
                    throw broken(peer + ": a request is out for nothing: " + Asked.piece(key));
                }
            }
        }
    }

    /** What is left when all is done: nothing. {@code proofs}: whether somebody could tell who lied. */
    void atTheEnd(boolean proofs) {
        for (SimPeer peer : network.peers) {
            audit(peer);
            Transfer transfer = peer.isOnline() ? peer.swarm().transfer() : null;
            if (!peer.isHonest() || transfer == null) continue;
            if (peer.failure != null) {
                if (peer.swarm().report().connected() != 0) throw broken(peer + " goes on without a disk");
                continue;
            }
            if (!transfer.board.active().isEmpty()) throw broken(peer + " is done and has active pieces");
            if (transfer.board.uncommitted() != 0) throw broken(peer + ": uncommitted " + transfer.board.uncommitted());
            if (transfer.requests.unrecorded() != 0) {
                throw broken(peer + ": unrecorded " + transfer.requests.unrecorded());
            }
            if (proofs) liarsAreBanned(peer);
        }
    }

    private void liarsAreBanned(SimPeer peer) {
        if (forgetful.contains(peer)) return;
        @Nullable Set<SimPeer> liars = liedTo.get(peer);
        if (liars == null) return;
        for (SimPeer liar : liars) {
            if (!bans.getOrDefault(peer, Set.of()).contains(liar)) throw broken(peer + " does not ban " + liar);
        }
    }
}
