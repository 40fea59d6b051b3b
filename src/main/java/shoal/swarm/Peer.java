package shoal.swarm;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.wire.HashRequest;
import shoal.wire.Message;

/** What a swarm knows of one connected peer. The swarm's thread alone uses it, but for {@link #asked}. */
final class Peer {
    final int number;
    final PeerLink link;
    final Endpoint remote;
    final PeerId id;

    /** Whether we connected to it, so that it listens at {@link #remote}. */
    final boolean dialled;

    final boolean fast;
    final boolean extended;
    final boolean dht;

    /** What both call the share, and whether it says that it can do v2 in either case. */
    final InfoHash agreed;

    final boolean speaksV2;

    /** Known by its v1 hash: no hash messages, neither way (BEP 52, "Upgrade path"). */
    boolean isV1;

    /** It is closed to be called again, as a peer of v2. */
    boolean again;

    final Asked asked;

    /** Where it can be dialled, if it is known. */
    @Nullable Endpoint listens;

    String client = "";
    int metadataSize;
    boolean speaksMetadata;
    boolean speaksDontHave;
    boolean speaksUploadOnly;
    boolean speaksExchange;

    /** Our address as it says that it sees it. */
    @Nullable InetAddress seesUsAt;

    /** The peers that we have told it of and not taken back, and when; and when it told us of some. */
    final Set<Endpoint> knowsOf = new LinkedHashSet<>();

    boolean toldPeers;
    long lastToldPeers;
    boolean heardPeers;
    long lastHeardPeers;

    /** Its pieces, once the manifest is known; before that its words about them wait in {@link #early}. */
    @Nullable Bits has;

    final EarlyWords early = new EarlyWords();

    /** Whether each of its pieces is counted in {@link RarestFirst}; those of a seed are not. */
    boolean isCounted;

    /** Ours: whether we keep it choked, and want something of it. */
    boolean choking = true;

    boolean interested;

    /** Theirs. */
    boolean chokedByIt = true;

    boolean interestedInUs;
    boolean saidBitfield;

    final Pipeline pipeline = new Pipeline();
    final Meter down = new Meter();
    final Meter up = new Meter();

    /** Blocks it asked us for that its writer has not been given yet, and how many it has been given. */
    final Queue<Message.Request> uploads = new ArrayDeque<>();

    int serving;
    long sentBefore;

    /** The piece that it is busy with, so that one peer brings whole pieces. */
    @Nullable ActivePiece current;

    /** We have ended the connection, and only wait to hear of it. */
    boolean closing;

    /** It owed us blocks for long and sent none. */
    boolean snubbed;

    /** Requests in a row that it refused, and until when it is asked for nothing because of them. */
    int rejects;

    long restsUntil;

    /** Bytes it had sent when it last unchoked us. */
    long downWhenUnchoked;

    final long since;
    long lastBlock;
    long lastHeard;
    long lastSaid;

    /** Since when it has a slot, or waits for one. */
    long slotSince;

    /** Hash requests that we wait for. */
    int hashRequests;

    /** Every hash request of ours that it has not answered, and how often it was made: late answers are no fault. */
    private final Map<HashRequest, Integer> hashesOwed = new HashMap<>();

    double hashTokens = SwarmLimits.HASH_ANSWERS_BURST;

    Peer(SwarmEvent.PeerConnected connected, long now) {
        number = connected.peer();
        link = connected.link();
        asked = link.asked();
        remote = connected.remote();
        id = connected.id();
        dialled = connected.dialled();
        since = now;
        restsUntil = now;
        fast = connected.fast();
        extended = connected.extended();
        dht = connected.dht();
        agreed = connected.agreed();
        speaksV2 = connected.v2();
        listens = dialled ? connected.remote() : null;
        lastHeard = now;
        lastSaid = now;
        lastBlock = now;
        slotSince = now;
    }

    boolean has(int piece) {
        return has != null && has.has(piece);
    }

    /** Where it listens, or else where its connection came from. */
    Endpoint place() {
        return listens == null ? remote : listens;
    }

    boolean isSeed() {
        return has != null && has.isFull();
    }

    void owesHashes(HashRequest request) {
        hashesOwed.merge(request, 1, Integer::sum);
    }

    /** It answers a hash request; tells whether there was one. */
    boolean paysHashes(HashRequest request) {
        if (!hashesOwed.containsKey(request)) return false;
        hashesOwed.computeIfPresent(request, (_, times) -> times == 1 ? null : times - 1);
        return true;
    }

    void send(Message message, long now) {
        lastSaid = now;
        link.send(message);
    }

    @Override
    public String toString() {
        return remote + (client.isEmpty() ? "" : " (" + client + ")");
    }
}
