package shoal.swarm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.ManifestFile;
import shoal.merkle.HashProof;
import shoal.merkle.LayerTree;
import shoal.merkle.Merkle;
import shoal.wire.HashReject;
import shoal.wire.HashRequest;
import shoal.wire.Hashes;

/**
 * Answers hash requests (BEP 52): from the piece layer upwards from memory, below it from the leaves that the store
 * keeps. Every request gets exactly one answer, and each peer only so many a second. The swarm's thread alone uses it.
 */
final class HashAnswers {
    private static final int TREES_KEPT = 16;
    private static final int PIECES_IN_ONE = 1024;

    /** Leaves that are read for one answer: 1 GiB of a file, for a peer of another share with shorter pieces. */
    private static final int LEAVES_IN_ONE = 65_536;

    private static final double LEAVES_PER_TOKEN = 8192;

    /** A request that waits for the leaves of its pieces. */
    private record Waiting(
            Peer peer,
            HashRequest request,
            ManifestFile file,
            int firstPiece,
            List<Optional<HashList>> leaves,
            int pieces) {}

    private final PieceBoard board;
    private final Map<Hash, ManifestFile> files = new HashMap<>();
    private final Map<Hash, LayerTree> trees = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, LayerTree> eldest) {
            return size() > TREES_KEPT;
        }
    };
    private final Map<Integer, List<Waiting>> waiting = new HashMap<>();

    private int asking;
    private int awaited;

    HashAnswers(PieceBoard board) {
        this.board = board;
        for (ManifestFile file : board.manifest.files()) {
            if (file.pieceCount() > 0) files.putIfAbsent(file.root(), file);
        }
    }

    /** Refills what peers may ask for. */
    void tick(Peers peers, long nanos) {
        asking = 0;
        for (Peer peer : peers.all()) asking += peer.asksHashes ? 1 : 0;
        double more = Math.min(SwarmLimits.HASH_ANSWERS_PER_SECOND, part()) * nanos / 1e9;
        for (Peer peer : peers.all()) {
            peer.asksHashes &= peer.hashTokens < SwarmLimits.HASH_ANSWERS_BURST;
            peer.hashTokens = Math.min(SwarmLimits.HASH_ANSWERS_BURST, peer.hashTokens + more);
        }
    }

    /** What one of those who ask gets of all that is answered in a second. */
    private double part() {
        return SwarmLimits.HASH_ANSWERS_IN_ALL / (double) Math.max(1, asking);
    }

    /** A peer asks for hashes. */
    void asked(Peer peer, HashRequest request, long now) {
        ManifestFile file = files.get(request.root());
        // a request of 8192 hashes weighs as much as sixteen of 512
        double weight = 1 + request.length() / (double) SwarmLimits.HASHES_ASKED;
        if (!peer.asksHashes) peer.hashTokens = Math.min(peer.hashTokens, part());
        peer.asksHashes = true;
        boolean behind = peer.link.hashesUnsent() > SwarmLimits.HASHES_UNSENT
                || peer.hashAnswersAwaited >= SwarmLimits.HASH_ANSWERS_AWAITED;
        if (file == null || behind || peer.hashTokens < weight || !isInTree(request, file)) {
            peer.send(new HashReject(request), now);
            return;
        }
        peer.hashTokens -= weight;
        peer.chatter.earned(1);
        int pieceLayer = Merkle.pieceLayer(board.manifest.pieceLength());
        if (file.length() > board.manifest.pieceLength() && request.base() >= pieceLayer) {
            LayerTree tree = treeOf(file);
            if (tree == null) peer.send(new HashReject(request), now);
            else answer(peer, request, tree::node, now);
            return;
        }
        askStore(peer, request, file, Math.min(pieceLayer, Merkle.height(file.length())), now);
    }

    private static boolean isInTree(HashRequest request, ManifestFile file) {
        int height = Merkle.height(file.length());
        return request.isAligned()
                && request.length() <= SwarmLimits.HASHES_ANSWERED
                && request.base() < height
                && request.proof() < height - request.base()
                && request.index() + (long) request.length() <= 1L << (height - request.base());
    }

    private @Nullable LayerTree treeOf(ManifestFile file) {
        LayerTree tree = trees.get(file.root());
        if (tree != null) return tree;
        HashList layer = board.layer(file.root());
        if (layer == null) return null;
        tree = new LayerTree(layer, Merkle.pieceLayer(board.manifest.pieceLength()), Merkle.height(file.length()));
        trees.put(file.root(), tree);
        return tree;
    }

    private void askStore(Peer peer, HashRequest request, ManifestFile file, int pieceLevels, long now) {
        int shift = pieceLevels - request.base();
        long first = (long) request.index() >> shift;
        long last = (request.index() + (long) request.length() - 1) >> shift;
        last = Math.min(last, file.pieceCount() - 1L);
        long leaves = (last - first + 1) << Merkle.pieceLayer(board.manifest.pieceLength());
        boolean tooMuch = last - first >= PIECES_IN_ONE || (last > first && leaves > LEAVES_IN_ONE)
                || awaited + (last - first + 1) > SwarmLimits.LEAVES_AWAITED;
        if (first >= file.pieceCount() || tooMuch) {
            peer.send(new HashReject(request), now);
            return;
        }
        peer.hashTokens -= leaves / LEAVES_PER_TOKEN;
        for (long piece = first; piece <= last; piece++) {
            if (!board.ours.has((int) (file.firstPiece() + piece))) {
                peer.send(new HashReject(request), now);
                return;
            }
        }
        int pieces = (int) (last - first + 1);
        var job = new Waiting(peer, request, file, (int) first, new ArrayList<>(), pieces);
        peer.hashAnswersAwaited++;
        awaited += pieces;
        for (int i = 0; i < pieces; i++) {
            int piece = file.firstPiece() + job.firstPiece + i;
            waiting.computeIfAbsent(piece, key -> new ArrayList<>()).add(job);
            board.holdings.leaves(piece);
        }
    }

    /** The store gives the leaves of a piece, or has none. */
    void leavesCame(int piece, Optional<HashList> leaves, long now) {
        List<Waiting> jobs = waiting.get(piece);
        if (jobs == null) return;
        awaited--;
        Waiting job = jobs.removeFirst();
        if (jobs.isEmpty()) waiting.remove(piece);
        job.leaves.add(leaves);
        if (job.leaves.size() < job.pieces) return;
        job.peer.hashAnswersAwaited--;
        if (job.peer.closing) return;
        NodeSource nodes = nodes(job);
        if (nodes == null) job.peer.send(new HashReject(job.request), now);
        else answer(job.peer, job.request, nodes, now);
    }

    /** The nodes of the pieces whose leaves came, which come in the order in which they were asked for. */
    private @Nullable NodeSource nodes(Waiting job) {
        int levels = Math.min(Merkle.pieceLayer(board.manifest.pieceLength()), Merkle.height(job.file.length()));
        var trees = new ArrayList<LayerTree>();
        for (Optional<HashList> leaves : job.leaves) {
            if (leaves.isEmpty()) return null;
            trees.add(new LayerTree(leaves.get(), 0, levels));
        }
        LayerTree above = job.file.length() > board.manifest.pieceLength() ? treeOf(job.file) : trees.getFirst();
        if (above == null) return null;
        return (layer, index) -> {
            if (layer >= levels) return above.node(layer, index);
            long piece = (index >> (levels - layer)) - job.firstPiece;
            if (piece >= trees.size()) return Merkle.pad(layer);
            return trees.get((int) piece).node(layer, index & ((1L << (levels - layer)) - 1));
        };
    }

    private static void answer(Peer peer, HashRequest request, NodeSource nodes, long now) {
        var hashes = new ArrayList<Hash>(request.length());
        for (int i = 0; i < request.length(); i++) hashes.add(nodes.node(request.base(), request.index() + (long) i));
        var uncles = new ArrayList<Hash>();
        int layer = request.base() + Integer.numberOfTrailingZeros(request.length());
        long index = (long) request.index() >> Integer.numberOfTrailingZeros(request.length());
        for (int i = 0; i < request.uncles(); i++, layer++, index >>= 1) uncles.add(nodes.node(layer, index ^ 1));
        var proof = new HashProof(request.base(), request.index(), HashList.of(hashes), HashList.of(uncles));
        peer.send(Hashes.of(request, proof), now);
    }

    /** Where the nodes of a file's tree come from. */
    @FunctionalInterface
    private interface NodeSource {
        Hash node(int layer, long index);
    }
}
