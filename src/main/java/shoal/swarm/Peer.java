package shoal.swarm;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.wire.ExtendedHandshake;
import shoal.wire.Extension;
import shoal.wire.ExtensionMessage;
import shoal.wire.HashRequest;
import shoal.wire.Message;
import shoal.wire.PeerFault;

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

    /** If it is one of another share's swarm: how its pieces are ours. */
    final @Nullable Crossed crossed;

    /** Known by a hash of v1: no hash messages, neither way (BEP 52, "Upgrade path"). */
    boolean isV1;

    /** Known by the hash of the share's part for v1, which is a swarm of its own to those who know no other. */
    boolean isOfV1Part;

    /** It is closed to be called again, as a peer of v2. */
    boolean again;

    final Asked asked;

    /** Where it can be dialled, if it is known. */
    @Nullable Endpoint listens;

    String client = "";
    int metadataSize;

    /** Blocks of metadata that it was given. */
    int metadataGiven;

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

    /** When a block last moved either way, or it was ready for one and only had to wait for us. */
    long lastMoved;

    /** When it last took something of what it had asked for, or nothing held it up; what it had taken before. */
    long lastTook;

    long takenBefore;

    /** It had a slot and took nothing, and has not taken anything since. */
    boolean takesNothing;

    /** What it may say that is of no use. */
    final Chatter chatter = new Chatter();

    /** Since when it has a slot, or waits for one. */
    long slotSince;

    /** Hash requests that we wait for. */
    int hashRequests;

    /** Every hash request of ours that it has not answered, and how often it was made: late answers are no fault. */
    private final Map<HashRequest, Integer> hashesOwed = new HashMap<>();

    double hashTokens = SwarmLimits.HASH_ANSWERS_BURST;
    int hashAnswersAwaited;
    boolean asksHashes;

    Peer(SwarmEvent.PeerConnected connected, long now) {
        this(connected, now, null);
    }

    /** One that was called, or called us, as a peer of another share if there is a {@code crossing}. */
    Peer(SwarmEvent.PeerConnected connected, long now, @Nullable Crossing crossing) {
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
        crossed = crossing == null ? null : new Crossed(crossing);
        listens = dialled ? connected.remote() : null;
        lastHeard = now;
        lastSaid = now;
        lastBlock = now;
        slotSince = now;
        lastMoved = now;
        lastTook = now;
    }

    boolean has(int piece) {
        return has != null && has.has(piece);
    }

    /** Whether it has this block: who has a piece has all of it, unless its own pieces are shorter than ours. */
    boolean has(int piece, int block) {
        return has(piece) && (crossed == null || crossed.has(piece, block));
    }

    /** Whether it has a part of this piece and no more. */
    boolean hasPartOf(int piece) {
        return crossed != null && !crossed.hasWhole(piece);
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

    /** It says what it can do (BEP 10), perhaps not for the first time. */
    void introduced(ExtendedHandshake hello) {
        hello.client().ifPresent(name -> client = name);
        hello.requestQueue().ifPresent(pipeline::limit);
        hello.metadataSize().ifPresent(size -> metadataSize = size);
        hello.yourAddress().ifPresent(ours -> seesUsAt = ours);
        Map<Extension, Integer> ids = hello.ids();
        speaksMetadata = speaks(ids, Extension.METADATA, speaksMetadata);
        // whom it knows in another share's swarm is of no use in ours
        speaksExchange = crossed == null && speaks(ids, Extension.PEER_EXCHANGE, speaksExchange);
        speaksDontHave = speaks(ids, Extension.DONT_HAVE, speaksDontHave);
        speaksUploadOnly = speaks(ids, Extension.UPLOAD_ONLY, speaksUploadOnly);
    }

    private static boolean speaks(Map<Extension, Integer> ids, Extension extension, boolean before) {
        return ids.getOrDefault(extension, before ? 1 : 0) != 0;
    }

    /** What it says, as a peer of this share would say it. */
    List<Message> heard(Message message) throws PeerFault {
        return crossed == null ? List.of(message) : crossed.heard(message, fast, link::send);
    }

    void send(Message message, long now) {
        lastSaid = now;
        if (crossed == null) sendOnWire(message);
        else crossed.said(message).forEach(this::sendOnWire);
    }

    private void sendOnWire(Message message) {
        chatter.earned(answersTo(message));
        link.send(message);
    }

    /** How much may be said because of this. */
    private static int answersTo(Message message) {
        return switch (message) {
            // to a block that comes nevertheless, or does not
            case Message.Request _, Message.Cancel _, HashRequest _, ExtensionMessage.MetadataRequest _ -> 1;
            // it may be of interest now or not any more
            case Message.Have _, Message.Unchoke _ -> 2;
            // requests are on their way
            case Message.Choke _ -> SwarmLimits.REQUESTS_QUEUED;
            default -> 0;
        };
    }

    /** Looks what it has taken since the last time. */
    void lookWhatItTook(long now) {
        long sent = link.payloadSent();
        up.add(sent - sentBefore);
        boolean moved = sent > sentBefore;
        sentBefore = sent;
        long taken = link.taken();
        boolean takes = moved || (serving > 0 && (taken > takenBefore || !link.isStuck()));
        takenBefore = taken;
        if (takes) lastMoved = now;
        if (takes) takesNothing = false;
        if (takes || serving == 0) lastTook = now;
    }

    /** It has had a slot for a while, and has taken nothing. */
    boolean leavesItsSlot(long now) {
        return !choking && now - slotSince > SwarmLimits.TAKES_NOTHING_AFTER
                && now - lastMoved > SwarmLimits.TAKES_NOTHING_AFTER;
    }

    @Override
    public String toString() {
        return remote + (client.isEmpty() ? "" : " (" + client + ")");
    }
}
