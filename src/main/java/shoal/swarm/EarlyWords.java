package shoal.swarm;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shoal.wire.ExtensionMessage;
import shoal.wire.HashReject;
import shoal.wire.HashRequest;
import shoal.wire.Hashes;
import shoal.wire.Message;
import shoal.wire.PeerFault;

/**
 * What a peer says about pieces while we do not know the manifest yet, which is to be heard once we do. However much it
 * says, what is kept is one bitfield and two sets. The swarm's thread alone uses it.
 */
final class EarlyWords {
    private final BitSet gained = new BitSet();
    private final BitSet lost = new BitSet();
    private @Nullable Message pieces;
    private boolean unchoked;
    private boolean interested;

    /** Keeps what was said, or answers that there is nothing here yet. */
    void said(Peer peer, Message message, long now) throws PeerFault {
        switch (message) {
            case Message.Choke() -> unchoked = false;
            case Message.Unchoke() -> unchoked = true;
            case Message.Interested() -> interested = true;
            case Message.NotInterested() -> interested = false;
            case Message.Bitfield _, Message.HaveAll _, Message.HaveNone _ -> {
                // a later one is short for many haves, and takes none back
                boolean more = pieces == null || message instanceof Message.HaveAll
                        || (message instanceof Message.Bitfield && !(pieces instanceof Message.HaveAll));
                if (!more) return;
                pieces = message;
                lost.clear();
            }
            case Message.Have(int piece) -> {
                if (!gained.get(piece)) peer.chatter.earned(1);
                gained.set(piece);
                lost.clear(piece);
            }
            case ExtensionMessage.DontHave(int piece) -> {
                lost.set(piece);
                gained.clear(piece);
            }
            case Message.Request request -> {
                if (!peer.fast) return;
                peer.send(new Message.RejectRequest(request.piece(), request.begin(), request.length()), now);
            }
            case HashRequest request -> {
                if (!peer.isV1) peer.send(new HashReject(request), now);
            }
            case Hashes _ -> throw new PeerFault("sent hashes that were not asked for");
            case Message.KeepAlive _, Message.Port _, Message.SuggestPiece _, Message.AllowedFast _,
                    Message.Cancel _, Message.RejectRequest _, HashReject _, ExtensionMessage _ -> {
                // of no use, now or later
            }
        }
    }

    /** What it amounts to, in an order in which it could have been said; it is forgotten here. */
    List<Message> take() {
        var words = new ArrayList<Message>();
        if (pieces != null) words.add(pieces);
        gained.stream().forEach(piece -> words.add(new Message.Have(piece)));
        lost.stream().forEach(piece -> words.add(new ExtensionMessage.DontHave(piece)));
        if (unchoked) words.add(new Message.Unchoke());
        if (interested) words.add(new Message.Interested());
        pieces = null;
        gained.clear();
        lost.clear();
        return words;
    }
}
