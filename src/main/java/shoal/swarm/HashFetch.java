package shoal.swarm;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
 */
final class HashFetch {
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

        Job(HashRequest request, Goal goal, int part) {
            this.request = request;
            this.goal = goal;
            this.part = part;
        }
    }

    private final Peers peers;
    private final Manifest manifest;
    private final RandomGenerator random;
    private final KnownLayers known;
    private final Taker taker;
    private final Map<HashRequest, Job> jobs = new LinkedHashMap<>();
    private final Set<Integer> leavesWanted = new HashSet<>();

    HashFetch(Peers peers, Manifest manifest, KnownLayers known, RandomGenerator random, Taker taker) {
        this.peers = peers;
        this.manifest = manifest;
        this.known = known;
        this.random = random;
        this.taker = taker;
    }

    /** Gets the piece layer of a file that is longer than a piece. */
    void wantLayer(ManifestFile file) {
        int base = Merkle.pieceLayer(manifest.pieceLength());
        want(new Goal(file, -1, file.root(), parts(file.pieceCount())), base, 0, file.pieceCount(),
                Merkle.height(file.length()));
    }

    /** Gets the leaves of a piece, unless that is under way. A piece of one block has its leaf for a hash. */
    void wantLeaves(ActivePiece piece) {
        ManifestFile file = manifest.fileOf(piece.piece);
        if (piece.blocks == 1 || !leavesWanted.add(piece.piece)) return;
        int pieceLayer = Merkle.pieceLayer(manifest.pieceLength());
        boolean whole = file.length() <= manifest.pieceLength();
        HashList layer = whole ? null : known.of(file.root());
        Hash node = layer == null ? file.root() : layer.at(piece.piece - file.firstPiece());
        int top = whole ? Merkle.height(file.length()) : pieceLayer;
        int first = whole ? 0 : (piece.piece - file.firstPiece()) << pieceLayer;
        want(new Goal(file, piece.piece, node, parts(1 << top)), 0, first, 1 << top, top);
    }

    private static int parts(int hashes) {
        return Math.max(1, (hashes + SwarmLimits.HASHES_ASKED - 1) / SwarmLimits.HASHES_ASKED);
    }

    /** Requests {@code count} hashes of layer {@code base} from {@code first} on, up to a node of layer {@code top}. */
    private void want(Goal goal, int base, int first, int count, int top) {
        int padded = Math.max(2, 1 << Merkle.ceilLog2(count));
        int length = Math.min(SwarmLimits.HASHES_ASKED, padded);
        int uncles = top - base - Integer.numberOfTrailingZeros(length);
        // no uncle: then "no proof" says the same, and clients that know no proofs answer too
        int proof = uncles == 0 ? 0 : top - base - 1;
        for (int part = 0; part < goal.parts.length; part++) {
            var request = new HashRequest(goal.file.root(), base, first + part * length, length, proof);
            jobs.put(request, new Job(request, goal, part));
        }
        askAll(0);
    }

    /** Peers came or said what they have: asks whom it can. */
    void askAll(long now) {
        for (Job job : List.copyOf(jobs.values())) {
            if (job.asked == null) ask(job, now);
        }
    }

    private void ask(Job job, long now) {
        var able = new ArrayList<Peer>();
        boolean anyone = false;
        for (Peer peer : peers.all()) {
            if (peer.closing || !mayKnow(peer, job)) continue;
            anyone = true;
            if (job.refusedBy.contains(peer.number) || peer.hashRequests >= SwarmLimits.HASH_REQUESTS) continue;
            able.add(peer);
        }
        if (!able.isEmpty()) {
            Peer peer = able.get(random.nextInt(able.size()));
            peer.hashRequests++;
            job.asked = peer;
            job.askedAt = now;
            peer.send(job.request, now);
        } else if (anyone && allRefused(job)) {
            refused(job);
        }
    }

    private boolean allRefused(Job job) {
        for (Peer peer : peers.all()) {
            if (!peer.closing && mayKnow(peer, job) && !job.refusedBy.contains(peer.number)) return false;
        }
        return true;
    }

    private boolean mayKnow(Peer peer, Job job) {
        if (job.goal.piece >= 0) return peer.has(job.goal.piece);
        if (peer.has == null) return false;
        int any = peer.has.nextSet(job.goal.file.firstPiece());
        return any >= 0 && any < job.goal.file.firstPiece() + job.goal.file.pieceCount();
    }

    private void refused(Job job) {
        if (job.goal.piece < 0) {
            job.refusedBy.clear();
            return;
        }
        jobs.values().removeIf(other -> other.goal == job.goal);
        leavesWanted.remove(job.goal.piece);
        taker.leavesRefused(job.goal.piece);
    }

    /** A peer gives hashes. */
    void came(Peer peer, Hashes hashes) throws PeerFault {
        Job job = jobs.get(hashes.request());
        if (job == null || job.asked != peer) {
            // late: another has answered meanwhile, or it was given up
            if (!peer.lateHashes.remove(hashes.request())) throw new PeerFault("sent hashes that were not asked for");
            return;
        }
        peer.hashRequests--;
        HashProof proof = hashes.proof();
        if (!proof.fold().equals(job.goal.proof)) {
            job.asked = null;
            job.refusedBy.add(peer.number);
            throw new PeerFault("sent hashes with a proof that is wrong");
        }
        jobs.remove(job.request);
        job.goal.parts[job.part] = proof.hashes();
        if (--job.goal.missing == 0) deliver(job.goal);
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
    void rejected(Peer peer, HashRequest request, long now) {
        Job job = jobs.get(request);
        if (job == null || job.asked != peer) {
            peer.lateHashes.remove(request);
            return;
        }
        peer.hashRequests--;
        giveUp(job, peer, now);
    }

    private void giveUp(Job job, Peer peer, long now) {
        job.asked = null;
        job.refusedBy.add(peer.number);
        if (jobs.containsValue(job)) ask(job, now);
    }

    /** A peer is gone, and with it what it owed. */
    void gone(Peer peer, long now) {
        for (Job job : List.copyOf(jobs.values())) {
            if (job.asked == peer) {
                job.asked = null;
                ask(job, now);
            }
        }
    }

    /** Gives up what was not answered in time, and asks again. */
    void tick(long now) {
        for (Job job : List.copyOf(jobs.values())) {
            Peer peer = job.asked;
            if (peer != null && now - job.askedAt > SwarmLimits.ANSWER_WITHIN) {
                peer.hashRequests--;
                peer.lateHashes.add(job.request);
                giveUp(job, peer, now);
            }
        }
        askAll(now);
    }

    /** Where piece layers are found that are known. */
    @FunctionalInterface
    interface KnownLayers {
        @Nullable HashList of(Hash root);
    }
}
