package shoal.swarm;

import java.util.Iterator;
import shoal.manifest.Manifest;
import shoal.wire.Message;
import shoal.wire.PeerFault;

/**
 * Gives blocks to peers that are not choked: each gets a few at a time ready for its writer, the rest wait here, where
 * they can still be cancelled. With the fast extension every request gets its block or a reject. The swarm's thread
 * alone uses it.
 */
final class Uploads {
    private final PieceBoard board;

    Uploads(PieceBoard board) {
        this.board = board;
    }

    /**
     * A peer asks for a block.
     *
     * @throws PeerFault if there is no such block in any piece of the share; what lies behind the end of a file but
     *     within a full piece exists for libtorrent up to 2.0.12 and is zeros
     */
    void asked(Peer peer, Message.Request request, long now) throws PeerFault {
        Manifest manifest = board.manifest;
        if (request.piece() >= manifest.pieceCount()
                || request.begin() + request.length() > manifest.pieceLength()) {
            throw new PeerFault("asked for bytes " + request.begin() + "+" + request.length() + " of piece "
                    + request.piece() + ", which does not exist");
        }
        boolean full = peer.uploads.size() >= SwarmLimits.REQUESTS_QUEUED;
        if (peer.choking || full || !board.ours.has(request.piece())) {
            reject(peer, request, now);
            return;
        }
        peer.uploads.add(request);
        peer.chatter.earned(1);
        serve(peer);
    }

    private static void reject(Peer peer, Message.Request request, long now) {
        if (!peer.fast) return;
        peer.send(new Message.RejectRequest(request.piece(), request.begin(), request.length()), now);
    }

    /** The peer's writer is done with some. */
    void served(Peer peer, int blocks, long now) {
        peer.serving -= blocks;
        // it may take back as much, when it comes from somebody else
        peer.chatter.earned(blocks);
        peer.lastSaid = now;
        serve(peer);
    }

    private void serve(Peer peer) {
        while (peer.serving < peer.link.servesReady()) {
            Message.Request next = peer.uploads.poll();
            if (next == null) return;
            peer.serving++;
            peer.link.serve(next.piece(), next.begin(), next.length());
        }
    }

    /** A peer no longer needs a block; if that is on its way already, it comes. */
    void cancelled(Peer peer, Message.Cancel cancel, long now) {
        var request = new Message.Request(cancel.piece(), cancel.begin(), cancel.length());
        if (!peer.uploads.remove(request)) return;
        peer.chatter.earned(1);
        reject(peer, request, now);
    }

    /** The peer is choked now: what waits is not answered with blocks any more. */
    void choked(Peer peer, long now) {
        for (Iterator<Message.Request> waiting = peer.uploads.iterator(); waiting.hasNext(); waiting.remove()) {
            reject(peer, waiting.next(), now);
        }
    }
}
