package shoal.swarm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.ManifestFile;
import shoal.storage.StorageEvent;
import shoal.wire.ExtensionMessage;
import shoal.wire.HashReject;
import shoal.wire.HashRequest;
import shoal.wire.Hashes;
import shoal.wire.Message;
import shoal.wire.PeerFault;

/**
 * The share's pieces in motion, from the moment on at which its manifest is known: brings together what fetches, gives
 * and proves. The swarm's thread alone uses it.
 */
final class Transfer implements Blame.Verdict, HashFetch.Taker {
    /** What the transfer asks of its swarm. */
    interface Owner {
        void ban(Peer peer, String why);

        /** All that was wanted is ours. */
        void complete();

        /** The last piece layer that was missing has come. */
        void layersComplete(Map<Hash, HashList> layers);
    }

    final PieceBoard board;
    final Blame blame;
    final Requests requests;
    final Choker choker;
    private final Peers peers;
    private final Owner owner;
    private final LongSupplier clock;
    private final List<Endpoint> providers;
    private final HashFetch hashes;
    private final HashAnswers answers;
    private final Uploads uploads;

    Transfer(SwarmEvent.Opened opened, Peers peers, Owner owner, SwarmSettings settings, RandomGenerator random,
            LongSupplier clock) {
        this.peers = peers;
        this.owner = owner;
        this.clock = clock;
        providers = settings.providers();
        board = new PieceBoard(opened.manifest(), opened.holdings(), opened.wanted(), settings.sequential(), random);
        blame = new Blame(peers, this);
        hashes = new HashFetch(peers, opened.manifest(), board::layer, random, this);
        answers = new HashAnswers(board);
        requests = new Requests(peers, board, blame, hashes, random, clock);
        uploads = new Uploads(board);
        choker = new Choker(peers, uploads, settings.slots(), random, clock.getAsLong());
    }

    /** Begins: what was left whole on the disk is judged, and missing layers are wanted. */
    void begin() {
        requests.judgeRestored();
        for (ManifestFile file : board.manifest.files()) {
            if (file.pieceCount() > 0 && !board.knowsHashes(file)) hashes.wantLayer(file, clock.getAsLong());
        }
        if (board.isComplete()) owner.complete();
    }

    /** What we have, said to a peer before anything else. */
    Message greeting(Peer peer) {
        if (peer.fast && board.ours.isFull()) return new Message.HaveAll();
        if (peer.fast && board.ours.isEmpty()) return new Message.HaveNone();
        return Message.Bitfield.of(board.ours);
    }

    /** A peer says something about pieces. */
    void said(Peer peer, Message message) throws PeerFault {
        long now = clock.getAsLong();
        switch (message) {
            case Message.Choke() -> requests.choked(peer);
            case Message.Unchoke() -> requests.unchoked(peer);
            case Message.Interested() -> {
                peer.interestedInUs = true;
                choker.interested(peer, now);
            }
            case Message.NotInterested() -> peer.interestedInUs = false;
            case Message.Have(int piece) -> has(peer, piece);
            case Message.Bitfield bitfield -> hasAll(peer, bitfield.bits(board.manifest.pieceCount()));
            case Message.HaveAll() -> {
                var all = new Bits(board.manifest.pieceCount());
                all.fill();
                hasAll(peer, all);
            }
            case Message.HaveNone() -> hasAll(peer, new Bits(board.manifest.pieceCount()));
            case Message.Request request -> uploads.asked(peer, request, now);
            case Message.Cancel cancel -> uploads.cancelled(peer, cancel, now);
            case Message.RejectRequest reject -> {
                requests.rejected(peer, reject);
                requests.fill(peer);
            }
            case HashRequest request -> {
                if (!peer.isV1) answers.asked(peer, request, now);
            }
            case Hashes given -> hashes.came(peer, given);
            case HashReject reject -> hashes.rejected(peer, reject.request());
            case ExtensionMessage.DontHave(int piece) -> lost(peer, piece);
            case Message.KeepAlive _, Message.Port _, Message.SuggestPiece _, Message.AllowedFast _,
                    ExtensionMessage _ -> {
                // nothing that moves pieces
            }
        }
    }

    private void hasAll(Peer peer, Bits pieces) {
        Bits before = peer.has;
        if (peer.saidBitfield && before != null) {
            hasMore(peer, before, pieces);
            return;
        }
        peer.saidBitfield = true;
        if (before != null) {
            for (int piece = before.nextSet(0); piece >= 0; piece = before.nextSet(piece + 1)) pieces.set(piece);
        }
        countOut(peer);
        peer.has = pieces;
        // who has everything makes no piece rarer than another, and need not be counted
        peer.isCounted = !pieces.isFull();
        countIn(peer);
        look(peer);
    }

    /** A later list is short for many haves (aria2 says them so), and takes none back. Only what is new costs time. */
    private void hasMore(Peer peer, Bits has, Bits pieces) {
        Bits more = pieces.without(has);
        for (int piece = more.nextSet(0); piece >= 0; piece = more.nextSet(piece + 1)) {
            has.set(piece);
            board.rarest.more(piece);
        }
        if (more.isEmpty()) return;
        peer.chatter.earned(1);
        look(peer);
    }

    private Bits nothing(Peer peer) {
        var has = new Bits(board.manifest.pieceCount());
        peer.has = has;
        peer.isCounted = true;
        return has;
    }

    private void has(Peer peer, int piece) throws PeerFault {
        if (piece >= board.manifest.pieceCount()) throw new PeerFault("has piece " + piece + ", which does not exist");
        Bits has = peer.has;
        if (has == null) has = nothing(peer);
        if (!has.set(piece)) return;
        peer.chatter.earned(1);
        board.rarest.more(piece);
        if (!peer.interested && board.isWanted(piece)) look(peer);
        else requests.fill(peer);
    }

    private void lost(Peer peer, int piece) {
        Bits has = peer.has;
        if (has == null || piece >= has.size() || !has.has(piece)) return;
        if (!peer.isCounted) {
            // once and for all, so that nobody can make us count again and again
            peer.isCounted = true;
            countIn(peer);
        }
        has.clear(piece);
        board.rarest.fewer(piece);
    }

    private void countIn(Peer peer) {
        Bits has = peer.has;
        if (has == null || !peer.isCounted) return;
        for (int piece = has.nextSet(0); piece >= 0; piece = has.nextSet(piece + 1)) board.rarest.more(piece);
    }

    private void countOut(Peer peer) {
        Bits has = peer.has;
        if (has == null || !peer.isCounted) return;
        for (int piece = has.nextSet(0); piece >= 0; piece = has.nextSet(piece + 1)) board.rarest.fewer(piece);
    }

    /** Whether a peer has become of interest, and all that follows. */
    private void look(Peer peer) {
        if (!isProvider(peer)) return;
        hashes.stir();
        if (board.wantsFrom(peer)) requests.setInterested(peer, true);
        requests.fill(peer);
    }

    private boolean isProvider(Peer peer) {
        return providers.isEmpty() || (peer.listens != null && providers.contains(peer.listens));
    }

    /** Blocks came. */
    void came(@Nullable Peer peer, List<BlockReceipt> receipts) {
        requests.came(peer, receipts);
    }

    /** Blocks were sent. */
    void served(Peer peer, int blocks) {
        uploads.served(peer, blocks, clock.getAsLong());
    }

    /** A peer is gone. */
    void gone(Peer peer) {
        countOut(peer);
        peer.has = null;
        requests.freeAll(peer);
        hashes.gone(peer);
        requests.fillAll();
    }

    /** The store answers; a failure of it is the swarm's to report. */
    void stored(StorageEvent event) {
        switch (event) {
            case StorageEvent.Recorded recorded -> requests.recorded(recorded.count());
            case StorageEvent.Committed(int piece) -> committed(piece);
            case StorageEvent.Leaves(int piece, Optional<HashList> leaves) ->
                answers.leavesCame(piece, leaves, clock.getAsLong());
            case StorageEvent.Withdrawn(int piece, String _) -> withdrawn(piece);
            case StorageEvent.FileDone _, StorageEvent.Failed _ -> {
                // of interest to people, and reported by the swarm
            }
        }
    }

    private void committed(int piece) {
        long now = clock.getAsLong();
        boolean before = board.isComplete();
        for (int ours : board.commit(piece)) {
            for (Peer peer : peers.all()) {
                if (!peer.closing && (!peer.has(ours) || peer.crossed != null)) peer.send(new Message.Have(ours), now);
            }
        }
        requests.fillAll();
        if (before || !board.isComplete()) return;
        for (Peer peer : peers.copy()) {
            requests.setInterested(peer, false);
            if (peer.speaksUploadOnly) peer.send(new ExtensionMessage.UploadOnly(true), now);
        }
        owner.complete();
    }

    private void withdrawn(int piece) {
        long now = clock.getAsLong();
        for (int lost : board.withdraw(piece)) {
            for (Peer peer : peers.all()) {
                if (peer.speaksDontHave && !peer.closing) peer.send(new ExtensionMessage.DontHave(lost), now);
            }
        }
        for (Peer peer : peers.copy()) look(peer);
    }

    /** To be called behind each event and tick. */
    void after() {
        hashes.after(clock.getAsLong());
        requests.after();
    }

    void tick(long now, long nanos) {
        answers.tick(peers, nanos);
        for (Peer peer : peers.all()) peer.chatter.tick(nanos);
        hashes.tick(now);
        requests.tick(now);
        choker.tick(now, board.isComplete());
    }

    @Override
    public void ban(Peer peer, String why) {
        requests.freeAll(peer);
        owner.ban(peer, why);
    }

    @Override
    public void reopen(ActivePiece piece, Bits bad) {
        requests.reopen(piece, bad);
    }

    @Override
    public void wantLeaves(ActivePiece piece) {
        if (piece.blocks == 1) leavesRefused(piece.piece);
        else hashes.wantLeaves(piece, clock.getAsLong());
    }

    @Override
    public void layer(Hash root, HashList layer) {
        board.learn(root, layer);
        board.holdings.layer(root, layer);
        requests.judgeRestored();
        if (board.allLayersKnown()) owner.layersComplete(board.layers());
        for (Peer peer : peers.copy()) look(peer);
    }

    @Override
    public void leaves(int piece, HashList leaves) {
        ActivePiece active = board.active(piece);
        if (active != null) blame.leavesCame(active, leaves);
    }

    @Override
    public void leavesRefused(int piece) {
        ActivePiece active = board.active(piece);
        if (active != null && active.isWhole()) blame.leavesRefused(active);
    }
}
