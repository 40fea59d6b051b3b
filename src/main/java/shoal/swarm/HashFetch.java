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
 * <p>Who takes part in another share with longer pieces than ours knows our layer only below the pieces that he has,
 * and we cannot tell him from others: where nobody has all of what is asked for, and all refuse it, less is asked for.
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

        /** The number within its layer of the first hash that is wanted, and how many are. */
        final int first;

        final int count;
        final byte[] hashes;
        final List<Job> jobs = new ArrayList<>();
        int missing;

        Goal(ManifestFile file, int piece, Hash proof, int first, int count) {
            this.file = file;
            this.piece = piece;
            this.proof = proof;
            this.first = first;
            this.count = count;
            hashes = new byte[parts() * length() * Hash.BYTES];
            missing = parts() * length();
        }

        int parts() {
            return Math.max(1, Math.ceilDiv(count, SwarmLimits.HASHES_ASKED));
        }

        /** Hashes in one request, which is for a power of two of them. */
        int length() {
            return Math.min(SwarmLimits.HASHES_ASKED, Math.max(2, 1 << Merkle.ceilLog2(count)));
        }

        void put(int index, HashList some) {
            some.write(0, some.size(), hashes, (index - first) * Hash.BYTES);
            missing -= some.size();
        }
    }

    private static final class Job {
        final HashRequest request;
        final Goal goal;
        final Set<Integer> refusedBy = new HashSet<>();
        @Nullable Peer asked;
        long askedAt;
        long notBefore;

        Job(HashRequest request, Goal goal, long now) {
            this.request = request;
            this.goal = goal;
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
        want(new Goal(file, -1, file.root(), 0, file.pieceCount()), base, Merkle.height(file.length()), now);
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
        var goal = new Goal(file, piece.piece, node, first, 1 << top);
        leavesWanted.put(piece.piece, goal);
        want(goal, 0, top, now);
    }

    /** The leaves of this piece are of no more use: it is proven. */
    void dropLeaves(int piece) {
        Goal goal = leavesWanted.remove(piece);
        if (goal != null) drop(goal);
    }

    /** Requests what the goal is, in layer {@code base}, up to a node of layer {@code top}. */
    private void want(Goal goal, int base, int top, long now) {
        for (int part = 0; part < goal.parts(); part++) {
            request(goal, base, goal.first + part * goal.length(), goal.length(), top, now);
        }
        stirred = true;
    }

    private void request(Goal goal, int base, int index, int length, int top, long now) {
        int uncles = top - base - Integer.numberOfTrailingZeros(length);
        // no uncle: then "no proof" says the same, and clients that know no proofs answer too
        int proof = uncles == 0 ? 0 : top - base - 1;
        var request = new HashRequest(goal.file.root(), base, index, length, proof);
        var job = new Job(request, goal, now);
        if (jobs.putIfAbsent(request, job) != null) return;
        goal.jobs.add(job);
        waiting.add(job);
    }

    /** Nobody gives so many hashes of a layer at once: asks for each half of them. */
    private void split(Job job, long now) {
        Goal goal = job.goal;
        end(job);
        int half = job.request.length() / 2;
        for (int index : new int[] {job.request.index(), job.request.index() + half}) {
            // what lies behind the file's end nobody needs
            if (index >= goal.count) goal.missing -= half;
            else request(goal, job.request.base(), index, half, Merkle.height(goal.file.length()), now);
        }
        stirred = true;
    }

    /** Whether less at once might be given: of these pieces some are there, and nobody has all. */
    private boolean isTooMuch(Job job) {
        if (job.goal.piece >= 0 || job.request.length() == 2) return false;
        boolean some = false;
        for (Peer peer : peers.all()) {
            if (peer.closing || peer.isV1) continue;
            if (hasAll(peer, job)) return false;
            some |= has(peer, first(job), behind(job));
        }
        return some;
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
            if (canBeAsked(peer, job)) able.add(peer);
        }
        if (able.isEmpty()) {
            // behind the others, which may have better luck
            waiting.add(job);
            if (!allRefused(job)) return;
            if (isTooMuch(job)) split(job, now);
            else refused(job, now);
            return;
        }
        if (able.stream().anyMatch(each -> hasAll(each, job))) able.removeIf(each -> !hasAll(each, job));
        Peer peer = able.get(random.nextInt(able.size()));
        job.asked = peer;
        job.askedAt = now;
        out.add(job);
        peer.hashRequests++;
        peer.owesHashes(job.request);
        if (!isFree(peer)) free.remove(peer);
        peer.send(job.request, now);
    }

    private boolean hasAnother(Job job, Peer than) {
        return peers.all().stream().anyMatch(each -> each != than && canBeAsked(each, job));
    }

    private static boolean canBeAsked(Peer peer, Job job) {
        return isFree(peer) && mayKnow(peer, job) && !hasRefused(peer, job);
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

    private static boolean mayKnow(Peer peer, Job job) {
        if (job.goal.piece >= 0) return peer.has(job.goal.piece);
        return has(peer, job.goal.file.firstPiece(), job.goal.file.endPiece());
    }

    private static boolean has(Peer peer, int from, int to) {
        int any = peer.has == null ? -1 : peer.has.nextSet(from);
        return any >= 0 && any < to;
    }

    /** Whether it has each of the pieces whose hashes are asked for. */
    private static boolean hasAll(Peer peer, Job job) {
        if (job.goal.piece >= 0) return peer.has(job.goal.piece);
        int clear = peer.has == null ? first(job) : peer.has.nextClear(first(job));
        return clear < 0 || clear >= behind(job);
    }

    private static int first(Job job) {
        return job.goal.file.firstPiece() + job.request.index();
    }

    private static int behind(Job job) {
        return Math.min(job.goal.file.endPiece(), first(job) + job.request.length());
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
        job.goal.put(job.request.index(), proof.hashes());
        if (job.goal.missing == 0) deliver(job.goal);
        stirred = true;
    }

    private void deliver(Goal goal) {
        HashList all = HashList.wrap(goal.hashes);
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
            long waited = now - job.askedAt;
            if (peer == null || waited <= SwarmLimits.HASHES_LATE) continue;
            if (waited <= SwarmLimits.ANSWER_WITHIN && !hasAnother(job, peer)) continue;
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
