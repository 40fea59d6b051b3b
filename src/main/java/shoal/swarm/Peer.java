package shoal.swarm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.bytes.PeerId;
import shoal.wire.HashRequest;
import shoal.wire.Message;

/** What a swarm knows of one connected peer. The swarm's thread alone uses it, but for {@link #asked}. */
final class Peer {
    final int number;
    final PeerLink link;
    final Endpoint remote;
    final PeerId id;
    final boolean fast;
    final boolean extended;
    final Asked asked;

    /** Where it can be dialled, if it is known. */
    @Nullable Endpoint listens;

    String client = "";
    int metadataSize;
    boolean speaksMetadata;
    boolean speaksDontHave;
    boolean speaksUploadOnly;

    /** Its pieces, once the manifest is known; before that its words about them wait in {@link #early}. */
    @Nullable Bits has;

    final List<Message> early = new ArrayList<>();

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

    boolean snubbed;
    int rejects;
    long lastBlock;
    long lastHeard;
    long lastSaid;
    long unchokedAt;
    int hashRequests;

    /** Hash requests that we gave up, which it may still answer. */
    final Set<HashRequest> lateHashes = new HashSet<>();

    double hashTokens = SwarmLimits.HASH_ANSWERS_BURST;

    Peer(SwarmEvent.PeerConnected connected, long now) {
        number = connected.peer();
        link = connected.link();
        asked = link.asked();
        remote = connected.remote();
        id = connected.id();
        fast = connected.fast();
        extended = connected.extended();
        listens = connected.dialled() ? connected.remote() : null;
        lastHeard = now;
        lastSaid = now;
        lastBlock = now;
        unchokedAt = now;
    }

    boolean has(int piece) {
        return has != null && has.has(piece);
    }

    boolean isSeed() {
        return has != null && has.isFull();
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
