package shoal.dht;

import java.time.Duration;
import shoal.bencode.BencodeLimits;

/** What a node of the DHT accepts, keeps and sends. Times are in nanoseconds. */
public final class DhtLimits {
    /** How often {@link DhtNode#tick} is to be called while it is busy. */
    public static final Duration TICK = Duration.ofMillis(100);

    /** How often it is to be called while it is not. */
    public static final Duration SLOW_TICK = Duration.ofSeconds(1);

    /** Bytes of the longest datagram that is read. */
    public static final int DATAGRAM = 2048;

    /** Saved nodes that are read of a file. */
    public static final int SAVED = 200;

    static final BencodeLimits PACKET = new BencodeLimits(8, 1000, DATAGRAM);
    static final BencodeLimits SAVED_FILE = new BencodeLimits(4, 100, 64 << 10);

    /** Bytes of a transaction id; ours have 2, and nobody's needs more than 4. */
    static final int TRANSACTION = 32;

    /** Bytes of a token that is given back; 4 to 20 are usual. */
    static final int TOKEN = 64;

    /** Characters kept of an error. */
    static final int TEXT = 100;

    /** Nodes of one family taken of one answer; BEP 5 gives 8. */
    static final int NODES_TAKEN = 16;

    /** Peers taken of one answer. */
    static final int PEERS_TAKEN = 100;

    /** Bytes of an answer of ours (BEP 32). */
    static final int ANSWER = 1024;

    /** Nodes of a bucket, nodes of an answer, and nodes that are announced to: k of BEP 5. */
    static final int K = 8;

    /** Questions of one search that are under way at once, without those that are late. */
    static final int ALPHA = 4;

    /** The same with those that are late. */
    static final int ALPHA_LATE = 12;

    /** Questions that one search may ask. */
    static final int SEARCH_QUESTIONS = 120;

    /** Candidates that one search remembers: the closest ones. */
    static final int SEARCH_CANDIDATES = 100;

    /** Peers that one search finds. */
    static final int SEARCH_PEERS = 1000;

    /** Searches at once; further ones find nothing. */
    static final int SEARCHES = 64;

    /** No search takes longer. */
    static final long SEARCH_TIME = Duration.ofSeconds(40).toNanos();

    /** Questions of all kinds that are under way at once. */
    static final int CALLS = 512;

    /** Then another node is asked beside. */
    static final long LATE = Duration.ofMillis(1500).toNanos();

    /** Then an answer does not come any more. */
    static final long TIMEOUT = Duration.ofSeconds(6).toNanos();

    /** A node that was not heard of for so long is questionable (BEP 5). */
    static final long GOOD = Duration.ofMinutes(15).toNanos();

    /** A node that left so many questions unanswered, one after the other, is bad. */
    static final int BAD = 2;

    /** And is forgotten after so many, even if nobody takes its place. */
    static final int GONE = 5;

    /** Tokens are made with a new secret so often, and believed with the two secrets before: 10 to 15 minutes. */
    static final long SECRET = Duration.ofMinutes(5).toNanos();

    /** A peer that does not announce itself again is forgotten. */
    static final long PEER = Duration.ofMinutes(30).toNanos();

    /** Swarms for which peers are kept; the one with the oldest announce makes room. */
    static final int SWARMS = 2_000;

    /** Peers that are kept of a swarm. */
    static final int SWARM_PEERS = 200;

    /** Peers of one address in one swarm, but for addresses of this machine. */
    static final int PEERS_PER_ADDRESS = 4;

    /** Answers a second to one address, but for addresses of this machine. */
    static final int ANSWERS_PER_ADDRESS = 8;

    /** Seconds of these that may come at once. */
    static final int BURST = 4;

    /** Answers a second to all: 200 KiB at most. */
    static final int ANSWERS = 200;

    /** Addresses whose questions are counted. */
    static final int ADDRESSES_COUNTED = 4_096;

    /** Nodes whose opinion about our address is remembered. */
    static final int VOTERS = 32;

    /** So many addresses that we never wrote to have to ask us before we believe that anybody can. */
    static final int STRANGERS = 2;

    /** After so long all that a node had begun is over, announces of a search's end among it. */
    public static final Duration FAREWELL = Duration.ofNanos(SEARCH_TIME + 2 * TIMEOUT);

    /** While fewer than k nodes are known, the way in is searched again after so long, each time twice as long. */
    static final long JOIN_AGAIN = Duration.ofSeconds(3).toNanos();

    /** But not longer. */
    static final long JOIN_AGAIN_MOST = Duration.ofMinutes(5).toNanos();

    private DhtLimits() {}
}
