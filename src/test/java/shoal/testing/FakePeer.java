package shoal.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import shoal.bytes.Bits;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.bytes.PeerId;
import shoal.wire.Features;
import shoal.wire.Handshake;

/**
 * A peer on loopback that listens, dials, and behaves as its {@link Manner} says: like an honest seeder, or not.
 *
 * <pre>{@code
 * try (var liar = FakePeer.of(share).withManner(Manner.lying(piece -> piece == 3)).listen()) {
 *     // let the swarm fetch from liar.endpoint()
 * }
 * }</pre>
 */
public final class FakePeer implements AutoCloseable {
    private static final AtomicLong PEERS = new AtomicLong();

    private final FakeShare share;
    private final ServerSocketChannel listener;
    private final List<Conversation> conversations = new ArrayList<>();
    private Manner manner = new Manner();
    private Features features = Features.OURS;
    private Bits pieces;
    private PeerId peerId;
    private InfoHash swarm;

    private FakePeer(FakeShare share) throws IOException {
        this.share = share;
        pieces = new Bits(share.manifest().pieceCount());
        pieces.fill();
        peerId = PeerId.random(new SplittableRandom(PEERS.getAndIncrement()));
        swarm = share.manifest().shortHash();
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** A peer that has all of {@code share} and is honest so far. */
    public static FakePeer of(FakeShare share) throws IOException {
        return new FakePeer(share);
    }

    /** Lets it behave so. */
    public FakePeer withManner(Manner value) {
        manner = value;
        return this;
    }

    /** Lets it have only these pieces. */
    public FakePeer having(int... some) {
        pieces = new Bits(share.manifest().pieceCount());
        for (int piece : some) pieces.set(piece);
        return this;
    }

    /** Lets it be able to do only this. */
    public FakePeer withFeatures(Features value) {
        features = value;
        return this;
    }

    /** Lets it call itself so. */
    public FakePeer withPeerId(PeerId value) {
        peerId = value;
        return this;
    }

    /** Lets it dial for another swarm than that of its share. */
    public FakePeer inSwarm(InfoHash value) {
        swarm = value;
        return this;
    }

    /** Starts to take connections. */
    public FakePeer listen() {
        Thread.ofVirtual().name("fake peer " + endpoint()).start(() -> {
            try {
                while (true) hold(listener.accept(), false);
            } catch (IOException e) {
                // closed: the test is over
            }
        });
        return this;
    }

    /** Connects to another peer. */
    public Conversation dial(Endpoint other) throws IOException {
        return hold(SocketChannel.open(other.socketAddress()), true);
    }

    /** The same from another of our addresses. */
    public Conversation dial(Endpoint other, InetAddress from) throws IOException {
        SocketChannel socket = SocketChannel.open();
        socket.bind(new InetSocketAddress(from, 0)).connect(other.socketAddress());
        return hold(socket, true);
    }

    private Conversation hold(SocketChannel socket, boolean dialled) throws IOException {
        var conversation = new Conversation(this, socket);
        synchronized (this) {
            conversations.add(conversation);
            notifyAll();
        }
        Thread.ofVirtual().name("fake conversation").start(() -> manner.hold(conversation, dialled));
        return conversation;
    }

    /** Where it listens, or would listen. */
    public Endpoint endpoint() {
        return new Endpoint(InetAddress.getLoopbackAddress(), listener.socket().getLocalPort());
    }

    /** All connections that it had so far. */
    public synchronized List<Conversation> conversations() {
        return List.copyOf(conversations);
    }

    /** Its connection number {@code index}, counted from 0, for which it waits. */
    public synchronized Conversation conversation(int index, Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (conversations.size() <= index) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) throw new AssertionError("only " + conversations.size() + " connections came");
            wait(left);
        }
        return conversations.get(index);
    }

    /** How many blocks it has sent on all its connections. */
    public int blocksSent() {
        return conversations().stream().mapToInt(Conversation::blocksSent).sum();
    }

    /** What it has to give. */
    public FakeShare share() {
        return share;
    }

    Handshake handshake(InfoHash about) {
        return new Handshake(features, about, peerId);
    }

    InfoHash swarm() {
        return swarm;
    }

    Manner manner() {
        return manner;
    }

    Bits pieces() {
        return pieces.copy();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Conversation conversation : conversations()) conversation.close();
    }
}
