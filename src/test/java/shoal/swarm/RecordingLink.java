package shoal.swarm;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.wire.Message;

/** A way to a peer that keeps what was sent on it. */
final class RecordingLink implements PeerLink {
    final List<Message> sent = new ArrayList<>();
    final List<Message.Request> served = new ArrayList<>();
    private final Asked asked = new Asked();
    long hashesUnsent;
    @Nullable String closed;

    /** A peer with the fast extension that is number {@code number} and dialled us. */
    static Peer peer(int number) {
        return peer(number, false, 0);
    }

    static Peer peer(int number, boolean dialled, long now) {
        var remote = new Endpoint(InetAddress.ofLiteral("192.0.2." + number % 256), 1000 + number);
        return new Peer(new SwarmEvent.PeerConnected(
                number, new RecordingLink(), remote, dialled, new PeerId(7, 7, number), true, true, false,
                new InfoHash(1, 2, 3), true), now);
    }

    static RecordingLink of(Peer peer) {
        return (RecordingLink) peer.link;
    }

    /** What was sent to a peer since the last time somebody asked. */
    static List<Message> sentTo(Peer peer) {
        List<Message> sent = List.copyOf(of(peer).sent);
        of(peer).sent.clear();
        return sent;
    }

    @Override
    public void send(Message message) {
        sent.add(message);
    }

    @Override
    public void serve(int piece, int begin, int length) {
        served.add(new Message.Request(piece, begin, length));
    }

    @Override
    public void close(String reason) {
        closed = reason;
    }

    @Override
    public Asked asked() {
        return asked;
    }

    @Override
    public long hashesUnsent() {
        return hashesUnsent;
    }

    @Override
    public long payloadSent() {
        return 0;
    }
}
