package shoal.swarm;

import java.time.Duration;
import shoal.merkle.Merkle;

/** What a swarm allows its peers and itself. Times are in nanoseconds, as the clock is. */
final class SwarmLimits {
    /** How often {@link Swarm#tick} wants to be called. */
    static final long TICK = Duration.ofMillis(100).toNanos();

    /** Connections of one share, in both directions. */
    static final int CONNECTIONS = 200;

    /** Connections that we make ourselves while there is something to fetch. */
    static final int DIALLED = 80;

    /** Who is of no use gives up its seat to a newcomer, but not before it has had so long to become so. */
    static final long SEAT_AT_LEAST = Duration.ofSeconds(2).toNanos();

    /** Sources are told again so often that there is nobody to ask. */
    static final long PEERS_WANTED_AGAIN = Duration.ofSeconds(2).toNanos();

    /** New dials in one tick: 30 a second. */
    static final int DIALS_PER_TICK = 3;

    /** In the tick of the first one: few peers are all called at once. */
    static final int DIALS_AT_FIRST = 5;

    /** Addresses remembered of one swarm; further ones are not taken. */
    static final int ADDRESSES = 2000;

    /** Of these, so many at most that only other peers have named (BEP 11), who may name anything. */
    static final int OVERHEARD = 1000;

    /** A peer is told of others no more often than so (BEP 11). */
    static final long PEERS_TOLD_AGAIN = Duration.ofSeconds(60).toNanos();

    /** What a peer tells of others more often is not heard; less than a minute, since messages travel unevenly. */
    static final long PEERS_HEARD_AGAIN = Duration.ofSeconds(45).toNanos();

    /** Pieces that are begun with a peer that has but a part of them, while so many are begun: no more. */
    static final int PIECES_IN_PARTS = 512;

    /** Other shares' swarms whose peers may come to this one. */
    static final int CROSSINGS = 512;

    /** Peers that sent blocks, have gone and are remembered, lest what they sent proves bad. */
    static final int DEPARTED = 500;

    /** Bans remembered; the oldest are forgotten. */
    static final int BANS = 10_000;

    /** Requests that a peer may have waiting with us; we say so as {@code reqq}. The same as libtorrent's. */
    static final int REQUESTS_QUEUED = 2000;

    /** Requests of one peer that lie ready for its writer; the rest wait in the swarm. */
    static final int SERVES_READY = 64;

    /** The same while there is a limit: what has to wait waits where it can still be cancelled. */
    static final int SERVES_READY_SLOWLY = 4;

    /** Requests out to one peer: never fewer, however slow it seems. */
    static final int PIPELINE_LEAST = 16;

    /** Requests out to one peer: never more. */
    static final int PIPELINE_MOST = 2000;

    /** Bytes received that the database does not know yet: above this nothing more is requested. */
    static final long UNRECORDED = 512 * 1024;

    /** Bytes of pieces proven and not yet forced to the disk: above this nothing more is requested. */
    static final long UNCOMMITTED = 256L << 20;

    /** A peer that owes us blocks and sent none for so long is snubbed. */
    static final long SNUBBED_AFTER = Duration.ofSeconds(20).toNanos();

    /** The first peer that alone may send a piece loses it after so much silence, each next one after twice as much. */
    static final long PASSED_ON_AFTER = Duration.ofSeconds(1).toNanos();

    /** When all places are taken, a peer that gave and took nothing for so long loses its own. */
    static final long USELESS_AFTER = Duration.ofSeconds(60).toNanos();

    /** A peer that sent nothing at all for so long is closed. */
    static final long SILENT_AFTER = Duration.ofMinutes(2).toNanos();

    /** We say that we are alive when we have sent nothing for so long. */
    static final long KEEP_ALIVE = Duration.ofSeconds(60).toNanos();

    /** So often may a peer ask for the whole of the metadata; what it asks for beyond counts as said in vain. */
    static final int METADATA_GIVEN = 2;

    /** A hash or metadata request is given up after so long. */
    static final long ANSWER_WITHIN = Duration.ofSeconds(10).toNanos();

    /** After so long somebody else is asked for hashes, if there is anyone; an answer that comes later is taken. */
    static final long HASHES_LATE = Duration.ofSeconds(3).toNanos();

    /** Requests for hashes out to one peer. */
    static final int HASH_REQUESTS = 2;

    /** Hashes in one request of ours (BEP 52: 512 at most). */
    static final int HASHES_ASKED = 512;

    /** Hashes in one request that we answer; libtorrent asks for no more. */
    static final int HASHES_ANSWERED = 8192;

    /** Hash requests that a peer may make in a burst, and then in each second. */
    static final int HASH_ANSWERS_BURST = 400;

    static final int HASH_ANSWERS_PER_SECOND = 100;

    /** Hash requests that we answer in each second in all; who asks gets an equal part, also at first. */
    static final int HASH_ANSWERS_IN_ALL = 2000;

    /** Bytes of hashes that wait to be sent to one peer; it is given no more while there are so many. */
    static final int HASHES_UNSENT = 512 * 1024;

    /** Requests of one peer that wait for leaves from the database. */
    static final int HASH_ANSWERS_AWAITED = 64;

    /** Pieces of which all peers' requests wait for leaves from the database, also those of peers that have gone. */
    static final int LEAVES_AWAITED = 4096;

    /** Messages of no use that a peer may say when it has just come, then in each second, and at most at once. */
    static final int WORDS_FIRST = 500;

    static final int WORDS_PER_SECOND = 50;
    static final int WORDS_MOST = 4000;

    /** Metadata blocks out to the one peer that is asked. */
    static final int METADATA_REQUESTS = 8;

    /** The choker looks again so often (BEP 3). */
    static final long CHOKE_ROUND = Duration.ofSeconds(10).toNanos();

    /** The optimistic unchoke moves on after so many rounds: 30 s (BEP 3). */
    static final int OPTIMISTIC_ROUNDS = 3;

    /** Peers unchoked at one time, the optimistic one among them, unless the user says otherwise. */
    static final int SLOTS = 9;

    /** A peer that has a slot and takes nothing for so long loses it to one that waits. */
    static final long TAKES_NOTHING_AFTER = Duration.ofSeconds(2).toNanos();

    /** So long does it come after all others. */
    static final long TAKES_NOTHING_FOR = Duration.ofMinutes(5).toNanos();

    /** A peer that asked for blocks and does not take a byte of them for so long is closed. */
    static final long STUCK_AFTER = Duration.ofSeconds(30).toNanos();

    /** Peers from which one block is asked in the endgame. */
    static final int ENDGAME_COPIES = 3;

    /** After a failed dial: the first pause, doubled for each further failure up to the longest. */
    static final long DIAL_PAUSE = Duration.ofSeconds(2).toNanos();

    static final long DIAL_PAUSE_LONGEST = Duration.ofMinutes(10).toNanos();

    /** Rejects in a row after which a peer is left alone for a while. */
    static final int REJECTS = 50;

    /** A peer that unchokes us, takes requests and chokes us again has refused as much as with so many rejects. */
    static final int REJECTS_OF_CHOKE = 10;

    /** So long is a peer left alone. */
    static final long REST = Duration.ofSeconds(10).toNanos();

    /** Blocks of one range that a web server is asked for: 4 MiB. */
    static final int WEB_BLOCKS = 256;

    /** A web server that did not answer is left alone: the first pause, doubled up to the longest. */
    static final long WEB_PAUSE = Duration.ofSeconds(1).toNanos();

    static final long WEB_PAUSE_LONGEST = Duration.ofMinutes(5).toNanos();

    static final int BLOCK = Merkle.BLOCK;

    private SwarmLimits() {}
}
