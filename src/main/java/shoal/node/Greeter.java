package shoal.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import shoal.bytes.Endpoint;
import shoal.bytes.InfoHash;
import shoal.wire.Ciphers;
import shoal.wire.Handshake;
import shoal.wire.PeerChannel;
import shoal.wire.PeerFault;

/**
 * Shakes hands with whoever connects and with whom we connect, each on a virtual thread of its own and within a
 * bounded time. A handshake for a swarm that is not ours gets no answer. When too many connect and do not finish, who
 * has taken longest makes room: an honest one takes a moment.
 */
final class Greeter {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final Sessions sessions;
    private final Encryption encryption;
    private final Ciphers ciphers;
    private final Duration patience;
    private final Connections connections;

    /** Who connected and has not shaken hands yet, longest first; guarded by itself. */
    private final SequencedMap<SocketChannel, InetAddress> incoming = new LinkedHashMap<>();

    /** Finds a session in {@code sessions}, and closes who has not shaken hands within {@code patience}. */
    Greeter(Sessions sessions, Encryption encryption, Duration patience, Connections.Limits limits) {
        this.sessions = sessions;
        this.encryption = encryption;
        this.patience = patience;
        connections = new Connections(limits);
        ciphers = new Ciphers(encryption == Encryption.REQUIRE, SecureRandom::new);
    }

    /** Somebody connected. */
    void accepted(SocketChannel socket) {
        if (!isAdmitted(socket)) {
            close(socket);
            return;
        }
        Thread.ofVirtual().name("greet").start(() -> {
            try {
                answer(socket);
            } catch (IOException | PeerFault e) {
                close(socket);
            } finally {
                synchronized (incoming) {
                    incoming.remove(socket);
                }
            }
        });
    }

    private boolean isAdmitted(SocketChannel socket) {
        InetAddress from = socket.socket().getInetAddress();
        // it has gone already
        if (from == null) return false;
        synchronized (incoming) {
            if (incoming.size() >= NodeLimits.UNGREETED) close(incoming.pollFirstEntry().getKey());
            Connections.Room room = connections.incoming(socket, from);
            if (room != Connections.Room.TAKEN) {
                // who has shaken hands has a place; who takes its time to do so has none for sure
                SocketChannel slowest = slowest(room, from);
                if (slowest == null) return false;
                incoming.remove(slowest);
                close(slowest);
                if (connections.incoming(socket, from) != Connections.Room.TAKEN) return false;
            }
            incoming.put(socket, from);
            return true;
        }
    }

    private @Nullable SocketChannel slowest(Connections.Room room, InetAddress from) {
        for (Map.Entry<SocketChannel, InetAddress> each : incoming.entrySet()) {
            if (room == Connections.Room.NONE || Connections.isSame(from, each.getValue())) return each.getKey();
        }
        return null;
    }

    private void answer(SocketChannel socket) throws IOException, PeerFault {
        var remote = (InetSocketAddress) socket.getRemoteAddress();
        var channel = new PeerChannel(socket);
        try (var watch = new Watch(socket, patience)) {
            boolean encrypted = !channel.beginsPlainly();
            if (!encryption.takes(encrypted)) {
                channel.close();
                return;
            }
            Session meant = encrypted ? sessions.of(ciphers.answer(channel, sessions.hashes())) : null;
            Handshake.Head head = channel.receiveHead();
            Session session = sessions.of(head.infoHash());
            if (session == null || (encrypted && session != meant)) {
                channel.close();
                return;
            }
            InfoHash agreed = session.hashes().answer(head);
            channel.send(new Handshake(session.features(), agreed, session.us()));
            Handshake theirs = channel.receiveHandshake();
            watch.end();
            session.connected(channel, Endpoint.of(remote), false, theirs, agreed);
        }
    }

    /**
     * Connects to {@code endpoint} as a peer of this session's swarm, or of {@code other}, and tells it how that went.
     * Who hangs up on one way of shaking hands is asked in the other one, if there is another.
     */
    void dial(Endpoint endpoint, Session session, Optional<InfoHash> other, InetSocketAddress from) {
        Thread.ofVirtual().name("dial " + endpoint).start(() -> {
            String reason = "";
            List<InfoHash> hashes = other.map(List::of).orElseGet(() -> session.hashes().toCall(endpoint));
            for (Way way : ways(hashes)) {
                try {
                    if (dial(endpoint, session, from, way)) return;
                    reason = way.encrypted() ? "hung up on an encrypted handshake" : "hung up on our handshake";
                    if (encryption == Encryption.REQUIRE) session.unencrypted(endpoint);
                } catch (IOException | PeerFault e) {
                    reason = String.valueOf(e.getMessage());
                    break;
                }
            }
            session.dialFailed(endpoint, other, reason);
        });
    }

    /** How hands are shaken: which hash names the share, and whether anybody can read it. */
    private record Way(InfoHash hash, boolean encrypted) {}

    private List<Way> ways(List<InfoHash> hashes) {
        var ways = new ArrayList<Way>();
        for (InfoHash hash : hashes) {
            for (boolean encrypted : encryption.ways()) ways.add(new Way(hash, encrypted));
        }
        return ways;
    }

    /** False if somebody is there who does not shake hands in this way. */
    private boolean dial(Endpoint endpoint, Session session, InetSocketAddress from, Way way)
            throws IOException, PeerFault {
        SocketChannel socket = SocketChannel.open();
        boolean connected = false;
        boolean shaken = false;
        try (var watch = new Watch(socket, CONNECT)) {
            if (!connections.outgoing(socket)) throw new IOException("there is no room for more connections");
            if (!from.getAddress().isAnyLocalAddress()) socket.bind(from);
            socket.connect(endpoint.socketAddress());
            connected = true;
            var channel = new PeerChannel(socket);
            var ours = new Handshake(session.features(), way.hash(), session.us());
            if (way.encrypted()) ciphers.ask(channel, ours);
            else channel.send(ours);
            Handshake theirs = channel.receiveHandshake();
            if (!session.hashes().isAnswer(way.hash(), theirs.infoHash())) {
                throw new PeerFault("answered for another share");
            }
            watch.end();
            shaken = true;
            session.connected(channel, endpoint, true, theirs, theirs.infoHash());
            return true;
        } catch (ClosedChannelException e) {
            throw new IOException("silent for " + CONNECT.toSeconds() + " seconds", e);
        } catch (IOException e) {
            if (connected) return false;
            throw e;
        } finally {
            if (!shaken) close(socket);
        }
    }

    private static void close(SocketChannel socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is of no use to anyone either way
            return;
        }
    }

    /** Closes a socket when its time is over before the watch is: that ends whatever waits for it. */
    private static final class Watch implements AutoCloseable {
        private final CountDownLatch done = new CountDownLatch(1);

        Watch(SocketChannel socket, Duration time) {
            Thread.ofVirtual().name("watch").start(() -> {
                try {
                    if (!done.await(time.toMillis(), TimeUnit.MILLISECONDS)) Greeter.close(socket);
                } catch (InterruptedException e) {
                    Greeter.close(socket);
                }
            });
        }

        void end() {
            done.countDown();
        }

        @Override
        public void close() {
            end();
        }
    }
}
