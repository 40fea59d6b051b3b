package shoal.swarm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Hash;
import shoal.bytes.HashList;
import shoal.manifest.Manifest;
import shoal.manifest.ManifestFile;
import shoal.merkle.HashProof;
import shoal.merkle.Merkle;
import shoal.wire.HashRequest;
import shoal.wire.Hashes;
import shoal.wire.PeerFault;

/**
 * Gets hashes from peers (BEP 52, hash request): the piece layers that the manifest lacks, and the leaves of pieces
 * whose blocks are to be told apart. Each answer is proven by itself, up to a node that is known; one that fails
 * changes nothing but its sender's standing. The swarm's thread alone uses it.
 *
 * <p>A job is either out with one peer, or in {@code waiting}.
 */
final class HashFetch {
    /** Jobs that are looked at in one go, so that a share of very many files costs no more than another. */
    private static final int LOOKED_AT = 512;

    /** Who gets what came. */
    interface Taker {
        void layer(Hash root, HashList layer);

        void leaves(int piece, HashList leaves);

        /** All who have the piece were asked, and none gives its leaves. */
        void leavesRefused(int piece);
    }

    /** What is wanted as a whole; its parts are requested one by one. {@code piece} is -1 for a piece layer. */
    private static final class Goal {
        final ManifestFile file;
        final int piece;
        final Hash proof;
        final HashList[] parts;
        final List<Job> jobs = new ArrayList<>();
        int missing;

        Goal(ManifestFile file, int piece, Hash proof, int parts) {
            this.file = file;
            this.piece = piece;
            this.proof = proof;
            this.parts = new HashList[parts];
            missing = parts;
        }

        HashList whole() {
            if (parts.length == 1) return parts[0];
            int size = parts[0].size();
            var all = new byte[parts.length * size * Hash.BYTES];
            for (int i = 0; i < parts.length; i++) parts[i].write(0, size, all, i * size * Hash.BYTES);
            return HashList.wrap(all);
        }
    }

    private static final class Job {
        final HashRequest request;
        final Goal goal;
        final int part;
        final Set<Integer> refusedBy = new HashSet<>();
        @Nullable Peer asked;
        long askedAt;
        long notBefore;

        Job(HashRequest request, Goal goal, int part, long now) {
            this.request = request;
            this.goal = goal;
            this.part = part;
            notBefore = now;
        }
    }

    private final Peers peers;
    private final Manifest manifest;
    private final RandomGenerator random;
    private final KnownLayers known;
    private final Taker taker;
    private final Map<HashRequest, Job> jobs = new HashMap<>();
    private final Set<Job> waiting = new LinkedHashSet<>();
    private final Set<Job> out = new LinkedHashSet<>();
    private final Map<Integer, Goal> leavesWanted = new HashMap<>();
    private boolean stirred;

    HashFetch(Peers peers, Manifest manifest, KnownLayers known, RandomGenerator random, Taker taker) {
        this.peers = peers;
        this.manifest = manifest;
        this.known = known;
        this.random = random;
        this.taker = taker;
    }

    /** Gets the piece layer of a file that is longer than a piece. Files with one root have one layer. */
    void wantLayer(ManifestFile file, long now) {
        int base = Merkle.pieceLayer(manifest.pieceLength());
        want(new Goal(file, -1, file.root(), parts(file.pieceCount())), base, 0, file.pieceCount(),
                Merkle.height(file.length()), now);
    }

    /** Gets the leaves of a piece, unless that is under way. A piece of one block has its leaf for a hash. */
    void wantLeaves(ActivePiece piece, long now) {
        ManifestFile file = manifest.fileOf(piece.piece);
        if (piece.blocks == 1 || leavesWanted.containsKey(piece.piece)) return;
        int pieceLayer = Merkle.pieceLayer(manifest.pieceLength());
        boolean whole = file.length() <= manifest.pieceLength();
        HashList layer = whole ? null : known.of(file.root());
        Hash node = layer == null ? file.root() : layer.at(piece.piece - file.firstPiece());
        int top = whole ? Merkle.height(file.length()) : pieceLayer;
        int first = whole ? 0 : (piece.piece - file.firstPiece()) << pieceLayer;
        var goal = new Goal(file, piece.piece, node, parts(1 << top));
        leavesWanted.put(piece.piece, goal);
        want(goal, 0, first, 1 << top, top, now);
    }

    /** The leaves of this piece are of no more use: it is proven. */
    void dropLeaves(int piece) {
        Goal goal = leavesWanted.remove(piece);
        if (goal != null) drop(goal);
    }

    private static int parts(int hashes) {
        return Math.max(1, (hashes + SwarmLimits.HASHES_ASKED - 1) / SwarmLimits.HASHES_ASKED);
    }

    /** Requests {@code count} hashes of layer {@code base} from {@code first} on, up to a node of layer {@code top}. */
    private void want(Goal goal, int base, int first, int count, int top, long now) {
        int padded = Math.max(2, 1 << Merkle.ceilLog2(count));
        int length = Math.min(SwarmLimits.HASHES_ASKED, padded);
        int uncles = top - base - Integer.numberOfTrailingZeros(length);
        // no uncle: then "no proof" says the same, and clients that know no proofs answer too
        int proof = uncles == 0 ? 0 : top - base - 1;
        for (int part = 0; part < goal.parts.length; part++) {
            var request = new HashRequest(goal.file.root(), base, first + part * length, length, proof);
            var job = new Job(request, goal, part, now);
            if (jobs.putIfAbsent(request, job) != null) continue;
            goal.jobs.add(job);
            waiting.add(job);
        }
        stirred = true;
    }

    /** Peers came or said what they have: whom can be asked is asked by {@link #after}. */
    void stir() {
        stirred = true;
    }

    /** To be called behind each event: asks whom it can. Not before, lest what follows from it comes in between. */
    void after(long now) {
        if (!stirred) return;
        stirred = false;
        if (waiting.isEmpty()) return;
        List<Peer> free = new ArrayList<>();
        for (Peer peer : peers.all()) {
            if (isFree(peer)) free.add(peer);
        }
        List<Job> some = waiting.stream().limit(LOOKED_AT).toList();
        for (Job job : some) {
            if (free.isEmpty()) return;
            if (job.notBefore - now > 0 || !waiting.contains(job)) continue;
            ask(job, free, now);
        }
    }

    private static boolean isFree(Peer peer) {
        return !peer.closing && peer.has != null && peer.hashRequests < SwarmLimits.HASH_REQUESTS;
    }

    private void ask(Job job, List<Peer> free, long now) {
        waiting.remove(job);
        List<Peer> able = new ArrayList<>();
        for (Peer peer : free) {
            if (isFree(peer) && mayKnow(peer, job) && !hasRefused(peer, job)) able.add(peer);
        }
        if (able.isEmpty()) {
            // behind the others, which may have better luck
            waiting.add(job);
            if (allRefused(job)) refused(job, now);
            return;
        }
        Peer peer = able.get(random.nextInt(able.size()));
        job.asked = peer;
        job.askedAt = now;
        out.add(job);
        peer.hashRequests++;
        peer.owesHashes(job.request);
        if (!isFree(peer)) free.remove(peer);
        peer.send(job.request, now);
    }

    private static boolean hasRefused(Peer peer, Job job) {
        return peer.isV1 || job.refusedBy.contains(peer.number);
    }

    private boolean allRefused(Job job) {
        boolean anyone = false;
        for (Peer peer : peers.all()) {
            if (peer.closing || !mayKnow(peer, job)) continue;
            if (!hasRefused(peer, job)) return false;
            anyone = true;
        }
        return anyone;
    }

    private boolean mayKnow(Peer peer, Job job) {
        if (job.goal.piece >= 0) return peer.has(job.goal.piece);
        if (peer.has == null) return false;
        int any = peer.has.nextSet(job.goal.file.firstPiece());
        return any >= 0 && any < job.goal.file.firstPiece() + job.goal.file.pieceCount();
    }

    private void refused(Job job, long now) {
        if (job.goal.piece < 0) {
            // there is no other way to it: after a while, from the beginning; who comes meanwhile is asked at once if
            // there were only peers of v1
            if (job.refusedBy.isEmpty()) return;
            job.refusedBy.clear();
            job.notBefore = now + SwarmLimits.ANSWER_WITHIN;
            return;
        }
        leavesWanted.remove(job.goal.piece);
        drop(job.goal);
        taker.leavesRefused(job.goal.piece);
    }

    /** Nobody is asked any more; who was asked may still answer. */
    private void drop(Goal goal) {
        for (Job job : List.copyOf(goal.jobs)) end(job);
    }

    private void end(Job job) {
        release(job);
        waiting.remove(job);
        jobs.remove(job.request);
        job.goal.jobs.remove(job);
    }

    private void release(Job job) {
        Peer peer = job.asked;
        if (peer == null) return;
        peer.hashRequests--;
        job.asked = null;
        out.remove(job);
        waiting.add(job);
    }

    /** A peer gives hashes. They are welcome even if we have given up on it meanwhile. */
    void came(Peer peer, Hashes hashes) throws PeerFault {
        if (!peer.paysHashes(hashes.request())) throw new PeerFault("sent hashes that were not asked for");
        Job job = jobs.get(hashes.request());
        if (job == null) return;
        HashProof proof = hashes.proof();
        if (!proof.fold().equals(job.goal.proof)) {
            if (job.asked == peer) release(job);
            job.refusedBy.add(peer.number);
            throw new PeerFault("sent hashes with a proof that is wrong");
        }
        end(job);
        job.goal.parts[job.part] = proof.hashes();
        if (--job.goal.missing == 0) deliver(job.goal);
        stirred = true;
    }

    private void deliver(Goal goal) {
        HashList all = goal.whole();
        if (goal.piece < 0) {
            taker.layer(goal.file.root(), all.slice(0, goal.file.pieceCount()));
        } else {
            leavesWanted.remove(goal.piece);
            taker.leaves(goal.piece, all.slice(0, manifest.blocksIn(goal.piece)));
        }
    }

    /** A peer does not give hashes. */
    void rejected(Peer peer, HashRequest request) {
        if (!peer.paysHashes(request)) return;
        Job job = jobs.get(request);
        if (job == null) return;
        job.refusedBy.add(peer.number);
        if (job.asked == peer) release(job);
        stirred = true;
    }

    /** A peer is gone, and with it what it owed. */
    void gone(Peer peer) {
        for (Job job : List.copyOf(out)) {
            if (job.asked == peer) release(job);
        }
        stirred = true;
    }

    /** Gives up what was not answered in time, and asks again. */
    void tick(long now) {
        for (Job job : List.copyOf(out)) {
            Peer peer = job.asked;
            if (peer == null || now - job.askedAt <= SwarmLimits.ANSWER_WITHIN) continue;
            job.refusedBy.add(peer.number);
            release(job);
        }
        stirred = true;
    }

    /** Where piece layers are found that are known. */
    @FunctionalInterface
    interface KnownLayers {
        @Nullable HashList of(Hash root);
    }
}
